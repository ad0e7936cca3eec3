"""The audit log: what was done and what was read of people's data, entry by entry, in chains that show any change.

Entries are written in the transaction of what they tell of, are sealed into their coalition's chain a moment later, and
are never changed or deleted. docs/audit.md tells it to whoever reads or verifies it.
"""
