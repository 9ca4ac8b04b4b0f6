struct port { int seen, up; };

void note(struct port *port);

void port_irq(struct port *port)
{
	int up = port->up;
#ifdef CONFIG_X
	int seen = port->seen;
#endif

	port->seen = up;
}
