"""`python -m deploy.seed`: fill an empty platform with the network's real data; harmless to run again."""

import sys

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from .door import Door, Refused
from .people import give_roles, make_first_administrator
from .steps import is_empty, steps


@click.command(help=__doc__)
@click.option("--url", envvar="GRAPHQL_URL", default="http://127.0.0.1:8000/graphql", show_default=True)
@click.option("--token", envvar="GRAPHQL_TOKEN", help="A bearer token of a network administrator.")
@click.option("--issuer", help="Give the sample people, who sign in with it, their roles.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the platform holds coalitions already.")
def main(url: str, token: str | None, issuer: str | None, if_empty: bool) -> None:
    public, door = Door(url), Door(url, token)
    try:
        if if_empty and not is_empty(public):
            click.echo("The platform holds data already; nothing was loaded.")
            return
        if issuer:
            # Before their token is seen for the first time: rights are believed for a second.
            make_first_administrator(issuer)
        load(door)
        if issuer:
            give_roles(door, issuer)
    except Refused as error:
        sys.exit(f"seed: {error}")
    finally:
        public.close()
        door.close()


def load(door: Door) -> None:
    """Load every step, showing how far it is. Raises Refused at the first input the platform refuses."""
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        for step in steps(door):
            task = progress.add_task(step.name, total=len(step.inputs))
            new = sum(_advance(progress, task, step.load(values)) for values in step.inputs)
            progress.console.print(f"{step.name}: {new} new, {len(step.inputs) - new} there already")


def _advance(progress: Progress, task: TaskID, new: bool) -> int:
    progress.advance(task)
    return int(new)


if __name__ == "__main__":
    main()
