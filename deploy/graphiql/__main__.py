"""`python -m deploy.graphiql [--force]`."""

import time

import click

from deploy.graphiql.build import DIST, Size, build, is_current
from deploy.node import NodeError


@click.command()
@click.option("--force", is_flag=True, help="Build even if the folder is up to date.")
def main(*, force: bool) -> None:
    """Build GraphiQL for the gateway, unless it is up to date."""
    if is_current() and not force:
        click.echo(f"GraphiQL is up to date ({_described(Size.of(DIST))}).")
        return
    started = time.monotonic()
    try:
        size = build()
    except NodeError as error:
        raise click.ClickException(f"GraphiQL was not built. {error}") from error
    click.echo(f"GraphiQL is built: {_described(size)} in {time.monotonic() - started:.1f} s.")


def _described(size: Size) -> str:
    return f"{size.files} files, {size.octets / 1e6:.1f} MB"


main(prog_name="python -m deploy.graphiql")
