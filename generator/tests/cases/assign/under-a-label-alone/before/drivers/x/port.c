struct port { int seen, up; };

void note(struct port *port);

void port_irq(struct port *port)
{
	if (port->seen)
		goto out;
	if (port->up)
out:		note(port);
}
