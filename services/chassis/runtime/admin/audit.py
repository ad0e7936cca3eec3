"""`chassis admin audit`: whether the audit logs are as they were written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from ...persistence.audit.chain import Head
from ...persistence.audit.heads import Heads
from ...persistence.audit.verification import LATE_SECONDS, Coalition, Verification, Verified
from .faults import Refused
from .installation import Installation, pass_installation
from .output import json_option, print_json, print_table, progress, service_option

NETWORK = "(the network)"

coalition_option = click.option(
    "--coalition", "coalitions", multiple=True, help="Only this coalition's chain. May be repeated."
)
network_option = click.option("--network", is_flag=True, help="Only the chain of what belongs to no coalition.")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which chains; all of them when nothing is chosen."""

    coalitions: tuple[str, ...]
    network: bool

    def of(self, found: Sequence[Coalition]) -> list[Coalition]:
        if not self.coalitions and not self.network:
            return list(found)
        return [each for each in found if (self.network if each is None else each in self.coalitions)]


@click.group(help="Whether the audit logs are as they were written.")
def audit() -> None:
    pass


@audit.command(
    help="Walk every chain from its first entry to its head. Name the first entry of each that is missing or is not "
    f"what was sealed, and how many have waited for a seal for more than {LATE_SECONDS} s. Exits 1 when a chain is not "
    "sound."
)
@service_option
@coalition_option
@network_option
@click.option(
    "--head",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that `chassis admin audit head --json` has printed: what it names must still be there.",
)
@json_option
@pass_installation
def verify(
    installation: Installation,
    services: tuple[str, ...],
    coalitions: tuple[str, ...],
    network: bool,
    kept: Path | None,
    as_json: bool,
) -> None:
    chosen, heads = Choice(coalitions, network), _read_heads(kept)
    with installation.databases() as database, progress("verifying") as bar:
        found: list[tuple[str, Verified]] = []
        for service in installation.services(services):
            verification = Verification(database(service), kept=heads.get(service), advance=bar.by)
            chains = chosen.of(verification.coalitions())
            bar.expect(verification.expected(chains))
            found += [(service, verification.of(coalition)) for coalition in chains]
    sound = all(each.is_sound for _, each in found)
    if as_json:
        print_json({"ok": sound, "chains": [_document(service, each) for service, each in found]})
    else:
        _print(found)
    click.get_current_context().exit(0 if sound else 1)


@audit.command(
    help="Print the head of each chain: how many entries it has, and the hash of the last. Keep them where nobody who "
    "can write to the databases can: `verify --head` finds what is missing since, even the end of a chain."
)
@service_option
@coalition_option
@network_option
@json_option
@pass_installation
def head(
    installation: Installation, services: tuple[str, ...], coalitions: tuple[str, ...], network: bool, as_json: bool
) -> None:
    chosen = Choice(coalitions, network)
    with installation.databases() as database:
        found = [
            (service, coalition, head)
            for service in installation.services(services)
            for coalition, head in Heads(database(service)).all()
            if chosen.of([coalition])
        ]
    if as_json:
        print_json({"heads": [{"service": service, "coalition": of, **_head(head)} for service, of, head in found]})
    elif found:
        rows = [(service, of or NETWORK, str(head.number), head.hash) for service, of, head in found]
        print_table(("service", "coalition", "entries", "hash of the last"), rows, id_column="hash of the last")
    else:
        click.echo("Nothing is sealed yet.")


def _read_heads(path: Path | None) -> dict[str, dict[Coalition, Head]]:
    """By service and coalition. Raises Refused: not such a file."""
    heads: dict[str, dict[Coalition, Head]] = {}
    try:
        for each in orjson.loads(path.read_bytes())["heads"] if path else ():
            kept = Head(int(each["number"]), str(each["hash"]))
            heads.setdefault(each["service"], {})[each["coalition"]] = kept
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{path} is not what `chassis admin audit head --json` prints.") from error
    return heads


def _head(head: Head) -> dict[str, Any]:
    return {"number": head.number, "hash": head.hash}


def _document(service: str, verified: Verified) -> dict[str, Any]:
    broken = verified.broken
    return {
        "service": service,
        "coalition": verified.coalition,
        "verified": _head(verified.head),
        "unsealed": verified.unsealed,
        "broken": broken
        and {"kind": broken.kind.value, "number": broken.number, "entry": broken.entry, "what": broken.what},
    }


def _print(found: Sequence[tuple[str, Verified]]) -> None:
    entries = sum(verified.head.number for _, verified in found)
    unsound = [(service, verified) for service, verified in found if not verified.is_sound]
    if unsound:
        rows = [(service, each.coalition or NETWORK, str(each.head.number), _fault(each)) for service, each in unsound]
        print_table(("service", "coalition", "sound up to", "then"), rows)
    click.echo(f"Verified {entries} entries in {len(found)} chains. Chains that are not sound: {len(unsound)}.")


def _fault(verified: Verified) -> str:
    said = [] if verified.broken is None else [verified.broken.what]
    if verified.broken is not None and verified.broken.entry is not None:
        said.append(f"its id is {verified.broken.entry}")
    if verified.unsealed:
        said.append(f"{verified.unsealed} entries have waited for a seal too long: does a relay run?")
    return "\n".join(said)
