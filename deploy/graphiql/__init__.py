"""Builds the GraphiQL page that the gateway serves; nothing of it is fetched from elsewhere at run time."""
