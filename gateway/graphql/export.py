"""The schema as clients read it, written to gateway/schema.graphql by `make generate`."""

from graphql import print_schema

from .schema import SCHEMA


def schema_text() -> str:
    """The schema in the GraphQL schema language."""
    return print_schema(SCHEMA) + "\n"
