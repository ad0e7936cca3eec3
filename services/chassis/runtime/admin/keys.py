"""`chassis admin keys`: replace the key by which services believe the gateway, while everything runs."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from ..key_files import KeysNotReady, activate_key, ensure_keys, publish_key, retire_keys
from .faults import Refused
from .output import json_option, print_json

T = TypeVar("T")

directory_option = click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder with the keys; on Kubernetes, what the secret is made of.",
)


@click.group(
    help="The keys of the principal on the bus. To replace one while everything runs: `publish`, wait until the "
    "services have the new set, `activate` and restart the gateways one by one, then `retire` the old key."
)
def keys() -> None:
    pass


@keys.command(help="Make the keys that are not there yet.")
@directory_option
def ensure(directory: Path) -> None:
    _attempt(lambda: ensure_keys(directory))


@keys.command(help="Make the next signing key and add it to the set that services believe.")
@directory_option
@json_option
def publish(directory: Path, as_json: bool) -> None:
    _say("published", _attempt(lambda: publish_key(directory)), as_json)


@keys.command(help="Make the published key the one that gateways sign with, from their next start.")
@directory_option
@json_option
def activate(directory: Path, as_json: bool) -> None:
    _say("activated", _attempt(lambda: activate_key(directory)), as_json)


@keys.command(help="Take keys that are no longer used out of the set that services believe.")
@directory_option
@json_option
def retire(directory: Path, as_json: bool) -> None:
    retired = _attempt(lambda: retire_keys(directory))
    if as_json:
        print_json({"retired": retired})
    else:
        click.echo("\n".join(retired) or "There was no key to retire.")


def _say(done: str, kid: str, as_json: bool) -> None:
    if as_json:
        print_json({done: kid})
    else:
        click.echo(f"{done} {kid}")


def _attempt(step: Callable[[], T]) -> T:
    try:
        return step()
    except (KeysNotReady, OSError) as error:
        raise Refused(str(error)) from None
