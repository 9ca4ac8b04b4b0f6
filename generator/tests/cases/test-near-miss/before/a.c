// SPDX-License-Identifier: GPL-2.0
static int probe(struct dev *dev, int mask)
{
	struct priv *priv = to_priv(dev);
	int ret;

	ret = start(priv);
	if (ret)
		return ret;
	list_for_each_entry(dev, &priv->list, node)
		dev->bitmap &= mask;
	if (dev->is_virtfn && mask) {
		one(dev);

		/* The second half */
		two(dev);
	}
	return !dev->is_virtfn;
}
EXPORT_SYMBOL(probe);
