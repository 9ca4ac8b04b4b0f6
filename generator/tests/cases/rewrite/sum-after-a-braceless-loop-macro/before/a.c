unsigned int users(struct set *set)
{
	struct member *cur;
	unsigned int sum = 0;

	assert_held(&set->lock);

	list_for_each_entry(cur, &set->members, list)
		sum += cur->open_count;
	return sum;
}
