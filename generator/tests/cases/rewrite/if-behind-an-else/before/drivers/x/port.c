struct port { int seen, up; };

void note(struct port *port);
void go(struct port *port);

void port_irq(struct port *port)
{
	if (port->up)
		go(port);
	else if (port->seen)
		note(port);
}
