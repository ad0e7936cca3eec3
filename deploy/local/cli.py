"""The command line. Whatever goes wrong is one sentence on stderr and exit code 1, never a traceback."""

import errno
import json
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import wraps
from os import environ
from pathlib import Path
from typing import ParamSpec

import click

from deploy.local import lock, room
from deploy.local.infrastructure import Infrastructure, Plan
from deploy.local.people import token_of
from deploy.local.platform import probe
from deploy.local.refusal import Refusal
from deploy.local.run import RUNNING, run_platform
from deploy.local.settings import Settings, read_settings
from deploy.local.standalone import run_infrastructure
from deploy.local.suite import run_suite

P = ParamSpec("P")


def one_sentence(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what can go wrong on a machine into one sentence."""

    @wraps(command)
    def guarded(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except OSError as error:
            raise click.ClickException(_sentence(error)) from error
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            raise click.ClickException(_defect(error)) from error

    return guarded


@click.group()
def cli() -> None:
    """The platform on this machine."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # not every terminal knows every sign


@cli.command()
@click.option("--seed/--no-seed", default=True, help="Load the real data when the database is empty.")
@one_sentence
def run(*, seed: bool) -> None:
    """Run the whole platform until Ctrl-C."""
    run_platform(read_settings(environ), seed=seed)


@cli.command()
@click.option("--directory", type=click.Path(path_type=Path), help="Where the data goes; default: .run")
@click.option("--free-ports", is_flag=True, help="Any free ports instead of AMQP_PORT, MANAGEMENT_PORT, MONGODB_PORT.")
@click.option("--disposable", is_flag=True, help="Wipe the data first, and do not care for it at the end.")
@one_sentence
def infra(*, directory: Path | None, free_ports: bool, disposable: bool) -> None:
    """Run only RabbitMQ and MongoDB; prints one line of JSON when they answer, stops at the end of its input."""
    settings = read_settings(environ)
    if directory:
        settings = replace(settings, data=directory.absolute())
    plan = Plan.from_settings(settings)
    if free_ports:
        plan = Plan.on_free_ports(settings.data, disposable=disposable)
    run_infrastructure(replace(plan, disposable=disposable), announce=_announce)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@one_sentence
def test(*, command: tuple[str, ...]) -> None:
    """Run COMMAND (for example `pytest -n 2`) with a broker and a database of its own in its environment."""
    raise click.exceptions.Exit(run_suite(read_settings(environ), command))


@cli.command()
@one_sentence
def reset() -> None:
    """Wipe the data. Refuses while the platform runs."""
    settings = read_settings(environ)
    with lock.held(settings.data, refusal=RUNNING):
        room.wipe(settings.data)
    click.echo(f"{settings.data} is empty; the next start loads the data again.")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@one_sentence
def status(*, as_json: bool) -> None:
    """Say what runs; exit code 0 only when everything is ready."""
    settings = read_settings(environ)
    found = _readiness(settings)
    if as_json:
        click.echo(json.dumps(found))
    else:
        click.echo(_table(settings, found))
    raise click.exceptions.Exit(0 if all(found.values()) else 1)


@cli.command()
@click.option("--as", "subject", required=True, help="Whose: a subject in deploy/seed/data/people.json.")
@one_sentence
def token(*, subject: str) -> None:
    """Print a bearer token of one of the sample people, good for eight hours."""
    click.echo(token_of(read_settings(environ), subject))


def main() -> None:
    cli(prog_name="python -m deploy.local")


def _announce(found: Infrastructure) -> None:
    click.echo(json.dumps(asdict(found)))


def _readiness(settings: Settings) -> dict[str, bool]:
    return {name: probe(port).get("status") == 200 for name, port in settings.readiness_ports.items()}


def _table(settings: Settings, found: dict[str, bool]) -> str:
    pid = lock.owner(settings.data) if lock.is_held(settings.data) else None
    headline = f"The platform runs (process {pid})." if pid else "The platform does not run: start it with `make run`."
    rows = [f"  {name.ljust(18)} {'ready' if ready else 'not ready'}" for name, ready in found.items()]
    return "\n".join((headline, *rows))


def _sentence(error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    advice = {
        errno.ENOSPC: "make room on the disk, or choose another place with RUN_DIRECTORY=/some/folder",
        errno.EACCES: "start as the owner of that place, or choose another with RUN_DIRECTORY=/some/folder",
        errno.EROFS: "choose a place that can be written with RUN_DIRECTORY=/some/folder",
    }.get(error.errno or 0, "put that right, then start again")
    return f"{error.strerror or error}{place}: {advice}."


def _defect(error: Exception) -> str:
    """A defect of ours: the traceback goes to a file, because it helps only us."""
    path = read_settings(environ).logs / "defect.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(traceback.format_exception(error)))
    return f"The local runtime failed unexpectedly ({type(error).__name__}: {error}): please report it with {path}."
