"""GraphQL over HTTP, the GraphiQL page, and the probes."""
