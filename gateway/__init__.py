"""The one door: GraphQL over HTTP in front, RPC over the bus behind."""
