static int drain(struct node *one)
{
	return one->left;
}
