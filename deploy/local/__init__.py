"""The local runtime: the whole platform on one machine, in one process tree."""
