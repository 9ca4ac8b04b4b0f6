int fill(struct buf *buf, __be64 *slot)
{
	if (buf) {
		struct page_iter iter;

		for_each_dma_page(&buf->sgt, &iter, 0)
			*slot++ = cpu_to_be64(iter_address(&iter));
	} else {
		int i;

		for (i = 0; i < 4; i++)
			*slot++ = cpu_to_be64(buf->addresses[i]);
	}
	return 0;
}
