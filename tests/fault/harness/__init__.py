"""Drives the platform through GraphQL while something breaks, and audits that nothing was lost or doubled."""
