"""The membership service: coalitions and their plans, the registry of cities, memberships and accession."""
