"""The network's real coalitions, plans, cities and conferences, loaded through the public commands."""
