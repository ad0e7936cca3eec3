"""`python -m deploy.reference`: write the generated files. `--check`: say which of them are out of date, and fail."""

import sys
from pathlib import Path

import click

from gateway.graphql.export import schema_text
from services.chassis.runtime.definition import load_definitions

from .messages import asyncapi_document, messages_page
from .permissions import permissions_page

ROOT = Path(__file__).parents[2]


def generated() -> dict[Path, bytes]:
    """Every generated file and what it must hold."""
    definitions = load_definitions()
    return {
        ROOT / "docs" / "messages.md": messages_page(definitions).encode(),
        ROOT / "docs" / "asyncapi.json": asyncapi_document(definitions),
        ROOT / "docs" / "permissions.md": permissions_page().encode(),
        ROOT / "gateway" / "schema.graphql": schema_text().encode(),
    }


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is out of date.")
def main(check: bool) -> None:
    stale = [path for path, content in generated().items() if not path.exists() or path.read_bytes() != content]
    if check and stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        sys.exit(f"Out of date: {names}. Run `make generate` and commit the result.")
    for path in stale:
        path.write_bytes(generated()[path])
        click.echo(f"wrote {path.relative_to(ROOT)}")
    if not stale:
        click.echo("generated files are up to date")


if __name__ == "__main__":
    main()
