void f(struct dev *d)
{
	prepare(d);
	d = ( ] ;
}
