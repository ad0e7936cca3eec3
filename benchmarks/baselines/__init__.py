"""The same questions answered by one process straight from the database: what the platform is measured beside."""
