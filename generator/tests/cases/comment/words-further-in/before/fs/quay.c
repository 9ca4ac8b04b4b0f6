int quay_sync(int now)
{
	/*
	 *  The caller's wait will sync the data.
	 *  Metadata is in the journal, we wait for proper transaction to
	 *  commit here.
	 */
	return now;
}
