"""The events service: conferences, their rules, and the registration of delegates."""
