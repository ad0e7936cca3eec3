"""GraphQL Yoga (npm) as a baseline; `server.mjs` is the program."""
