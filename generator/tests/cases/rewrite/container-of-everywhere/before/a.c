static struct vfio_thing *to_thing(struct kref *kref)
{
	return container_of(kref, struct vfio_thing, kref);
}

static void release(struct kref *kref, struct work_struct *work)
{
	struct vfio_thing *one = container_of(kref, struct vfio_thing, kref);
	int number = container_of(work, struct vfio_work, list.work)->number;

	put(container_of(one->next, struct vfio_thing,
			 node), number);
	if (container_of(work, struct vfio_work, work)->busy)
		list_for_each_entry(one, &things, node)
			drop(container_of(one, struct vfio_thing, kref));
	other(container_of(one, union both, kref), container_of(one, vfio_t, kref));
}
