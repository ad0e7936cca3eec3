"""`python -m gateway.graphql.export`: write the schema to gateway/schema.graphql, or check it with `--check`."""

import sys
from pathlib import Path
from typing import Final

from graphql import print_schema

from .schema import SCHEMA

PATH: Final = Path(__file__).resolve().parents[1] / "schema.graphql"


def text() -> str:
    """The schema in the GraphQL schema language."""
    return print_schema(SCHEMA) + "\n"


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        is_current = PATH.is_file() and PATH.read_text() == text()
        print("schema.graphql is up to date" if is_current else "schema.graphql is out of date: run make schema")
        return 0 if is_current else 1
    PATH.write_text(text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
