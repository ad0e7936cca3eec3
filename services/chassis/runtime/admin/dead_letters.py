"""`chassis admin dead-letters`: messages whose effect failed for good."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click

from ...kernel.clock import utc_now
from ...messaging.connection import BrokerUnreachable, connected
from ...messaging.dead_letters import DeadLetter, DeadLettersRefused, OpenQueue, opened
from .faults import Refused
from .installation import Installation, pass_installation
from .letter_selection import Selection, selection_options
from .letter_views import COLUMNS, ID_COLUMN, cells, document, full_document, in_full
from .output import dry_run_option, encode, json_option, print_json, print_table, progress

all_option = click.option("--all", "everything", is_flag=True, help="Every dead letter there is.")


@click.group("dead-letters", help="Messages whose effect failed for good.")
def dead_letters() -> None:
    pass


@dead_letters.command("list", help="The dead letters, oldest first in each queue. They stay where they are.")
@selection_options
@json_option
@pass_installation
def list_letters(installation: Installation, /, selection: Selection, as_json: bool) -> None:
    now = utc_now()
    letters = _find(installation, selection, now)
    if as_json:
        print_json({"dead_letters": [document(letter, now) for letter in letters]})
    elif letters:
        _print_letters(letters, now)
    else:
        click.echo("No dead letter.")


@dead_letters.command(help="One dead letter with its headers and its body.")
@click.argument("id")
@click.option("--queue", "queues", multiple=True, help="In this queue; one message can be dead in several.")
@json_option
@pass_installation
def show(installation: Installation, /, id: str, queues: tuple[str, ...], as_json: bool) -> None:
    now = utc_now()
    letters = _find(installation, Selection(ids=(id,), queues=queues), now)
    if not letters:
        raise Refused(f"No dead letter has the id {id}.")
    if as_json:
        print_json({"dead_letters": [full_document(letter, now) for letter in letters]})
    else:
        click.echo("\n\n".join(in_full(letter, now) for letter in letters))


@dead_letters.command(help="Put dead letters back into the queue that failed, and into no other, to be tried again.")
@selection_options
@all_option
@dry_run_option
@json_option
@pass_installation
def replay(installation: Installation, /, selection: Selection, everything: bool, dry_run: bool, as_json: bool) -> None:
    _refuse_by_accident(selection, everything)
    now = utc_now()
    done: list[DeadLetter] = []

    def replay_one(queue: OpenQueue, letter: DeadLetter) -> None:
        if not dry_run:
            queue.replay(letter)
        done.append(letter)

    trouble = _trouble(lambda: _for_each(installation, selection, now, "replaying", replay_one))
    _report("replayed", done, now, trouble or _missing(selection, done), dry_run=dry_run, as_json=as_json)


@dead_letters.command(
    help="Delete dead letters. What is deleted is printed as JSON, one letter a line, before it is gone."
)
@selection_options
@all_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append the lines to this file instead of printing them.",
)
@dry_run_option
@json_option
@pass_installation
def discard(
    installation: Installation,
    /,
    selection: Selection,
    everything: bool,
    yes: bool,
    output: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    _refuse_by_accident(selection, everything)
    if as_json and output is None and not dry_run:
        raise click.UsageError("With --json, say --output FILE: what is deleted is written there, one letter a line.")
    now = utc_now()
    found = _find(installation, selection, now)
    missing = _missing(selection, found)
    if dry_run or not found:
        _report("discarded", found, now, missing, dry_run=dry_run, as_json=as_json)
        return
    if not yes:
        click.confirm(f"Dead letters to delete: {len(found)}. Delete them?", abort=True, err=True)
    done: list[DeadLetter] = []
    trouble = _trouble(lambda: _discard(installation, selection, now, chosen=found, done=done, output=output))
    _report("discarded", done, now, trouble or missing, as_json=as_json, on_stderr=True)


def _discard(
    installation: Installation,
    selection: Selection,
    now: datetime,
    *,
    chosen: Sequence[DeadLetter],
    done: list[DeadLetter],
    output: Path | None,
) -> None:
    # Only what the person was told of: others may have arrived since.
    keys = {(letter.queue, letter.id) for letter in chosen}

    def discard_one(queue: OpenQueue, letter: DeadLetter) -> None:
        if (letter.queue, letter.id) in keys:
            _write_trace(letter, now, output)
            queue.discard(letter)
            done.append(letter)

    _for_each(installation, selection, now, "discarding", discard_one)


def _refuse_by_accident(selection: Selection, everything: bool) -> None:
    if selection.is_everything and not everything:
        raise click.UsageError("Say which dead letters by a filter, or --all.")


def _missing(selection: Selection, letters: Sequence[DeadLetter]) -> str | None:
    missing = sorted(set(selection.ids) - {letter.id for letter in letters})
    return f"No dead letter has the id {', '.join(missing)}." if missing else None


def _find(installation: Installation, selection: Selection, now: datetime) -> list[DeadLetter]:
    found: list[DeadLetter] = []
    _for_each(installation, selection, now, "reading", lambda queue, letter: found.append(letter))
    return found


def _for_each(
    installation: Installation,
    selection: Selection,
    now: datetime,
    what: str,
    act: Callable[[OpenQueue, DeadLetter], None],
) -> None:
    """Do `act` with each selected letter. The others go back to their queues in their order."""
    subscriptions = selection.subscriptions(installation.subscriptions)
    with connected(installation.settings.amqp_uri.reveal()) as connection, progress(what) as bar:
        for subscription in subscriptions:
            with opened(connection, subscription) as queue:
                bar.expect(queue.count)
                for letter in queue:
                    bar.by(1)
                    if selection.includes(letter, now):
                        act(queue, letter)


def _trouble(work: Callable[[], None]) -> str | None:
    """What stopped `work`, as a sentence: what it did until then is still to be reported."""
    try:
        work()
    except (BrokerUnreachable, DeadLettersRefused) as error:
        return str(error)
    return None


def _write_trace(letter: DeadLetter, now: datetime, output: Path | None) -> None:
    line = encode(full_document(letter, now))
    try:
        if output is None:
            click.echo(line)
            return
        with output.open("a") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        where = "the output" if output is None else output
        raise Refused(f"Nothing more was deleted: {where} cannot be written: {error.strerror}.") from error


def _report(
    done: str,
    letters: Sequence[DeadLetter],
    now: datetime,
    trouble: str | None,
    *,
    as_json: bool,
    dry_run: bool = False,
    on_stderr: bool = False,
) -> None:
    """Say what was done, or in a dry run show it, and fail if there was trouble."""
    if as_json:
        print_json({"dry_run": dry_run, done: [document(letter, now) for letter in letters], "trouble": trouble})
    else:
        if letters and dry_run:
            _print_letters(letters, now)
        if letters or trouble is None:
            click.echo(f"Dead letters {'that would be ' if dry_run else ''}{done}: {len(letters)}.", err=on_stderr)
    if trouble is not None:
        raise Refused(trouble)


def _print_letters(letters: Sequence[DeadLetter], now: datetime) -> None:
    print_table(COLUMNS, [cells(letter, now) for letter in letters], id_column=ID_COLUMN)
