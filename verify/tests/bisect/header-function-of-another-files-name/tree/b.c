void stop(void)
{
}
