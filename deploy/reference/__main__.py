"""`python -m deploy.reference`: write the generated files. `--check`: say which of them are out of date, and fail.
`--release`: from now on, breaking changes are those of this schema."""

import itertools
import shutil
import sys
from pathlib import Path

import click

from services.chassis.runtime.definition import load_definitions

from .error_codes import error_codes
from .messages import asyncapi_document, messages_page
from .permissions import permissions_page

ROOT = Path(__file__).parents[2]


def sources() -> dict[Path, bytes]:
    """The generated files that others are generated from."""
    return {ROOT / "gateway" / "graphql" / "core" / "error_codes.json": error_codes(load_definitions())}


def generated() -> dict[Path, bytes]:
    """Every generated file and what it must hold. The schema is made of the `sources` as they are written."""
    from gateway.graphql.export import schema_text

    definitions = load_definitions()
    return {
        **sources(),
        ROOT / "docs" / "messages.md": messages_page(definitions).encode(),
        ROOT / "docs" / "asyncapi.json": asyncapi_document(definitions),
        ROOT / "docs" / "permissions.md": permissions_page().encode(),
        ROOT / "gateway" / "schema.graphql": schema_text().encode(),
    }


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is out of date.")
@click.option("--release", is_flag=True, help="Make the GraphQL schema the released one.")
def main(check: bool, release: bool) -> None:
    if release:
        _release()
    elif check:
        stale = _stale(generated())
        if stale:
            names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
            sys.exit(f"Out of date: {names}. Run `make generate` and commit the result.")
    elif not _write(sources()) + _write(generated()):
        click.echo("generated files are up to date")


def _release() -> None:
    """Clients may count on the schema as it is: breaks that were decided on before are no longer breaks."""
    gateway = ROOT / "gateway"
    shutil.copyfile(gateway / "schema.graphql", gateway / "schema.released.graphql")
    listed = gateway / "schema.accepted.toml"
    lines = itertools.takewhile(lambda line: line.startswith("#"), listed.read_text().splitlines(keepends=True))
    listed.write_text("".join(lines))
    click.echo("gateway/schema.graphql is the released schema")


def _stale(files: dict[Path, bytes]) -> list[Path]:
    return [path for path, content in files.items() if not path.exists() or path.read_bytes() != content]


def _write(files: dict[Path, bytes]) -> int:
    """How many files were written."""
    stale = _stale(files)
    for path in stale:
        path.write_bytes(files[path])
        click.echo(f"wrote {path.relative_to(ROOT)}")
    return len(stale)


if __name__ == "__main__":
    main()
