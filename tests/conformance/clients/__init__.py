"""Clients as other people build them from our schema, and what they find at a running gateway."""
