"""The operator's commands about people. Somebody must be a coalition's first administrator, whom nobody can invite."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from services.chassis.kernel.errors import ServiceError
from services.chassis.kernel.principal import NETWORK, TENANT
from services.chassis.messaging.validation import load
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.runtime.operation import operating
from services.personal.command import retain_command
from services.rights.roles import Role

from .application import commands, rights_queries
from .application.retaining import RETAINING
from .application.rights_queries import ShownGrant
from .domain.errors import AlreadyGranted
from .domain.grant_requests import RevokeGrant
from .schemas.requests import GrantRole
from .wiring import SERVICE

Facts = Mapping[str, Any]

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.command(help="Give people roles. What somebody has already is left as it is.")
@click.option("--role", type=click.Choice([role.value for role in Role]))
@click.option("--coalition", help="The coalition's key; not for a role in the whole network.")
@click.option("--id", help="The member, or the conference, that the role is about.")
@click.option("--issuer", help="The URL of the issuer (OIDC) with which the person signs in.")
@click.option("--subject", help="The issuer's own name of the person (`sub`).")
@click.option("--name", help="The person's name.")
@click.option("--email", help="The person's address.")
@click.option("--until", type=_DAY, help="The last day, YYYY-MM-DD. Without it: until it is taken away.")
@click.option("--file", type=_FILE, help="A JSON list of objects with these options' names as keys, instead of them.")
def grant(file: Path | None, until: Any, **given: str | None) -> None:
    asked = list(_read(file)) if file else [{**given, "until": until and until.date().isoformat()}]
    with operating(SERVICE, command="grant") as unit_of_work:
        outcomes = [_grant(unit_of_work, facts) for facts in asked]
    if not all(outcomes):
        raise click.exceptions.Exit(1)


@click.command(help="Take a role from a person.")
@click.option("--grant", "grant_id", required=True, help="The grant's id, as `people` shows it.")
@click.option("--coalition", help="The coalition's key; not for a role in the whole network.")
@click.option("--reason", help="Why.")
def revoke(grant_id: str, coalition: str | None, reason: str | None) -> None:
    request = RevokeGrant(coalition=coalition, grant_id=grant_id, reason=reason)
    with operating(SERVICE, command="revoke") as unit_of_work:
        taken = unit_of_work.write(commands.revoke_grant, request)
    click.echo(f"revoked: {taken.role} of {taken.person_id}")


@click.command(help="List who has which role.")
def people() -> None:
    with operating(SERVICE, command="people") as unit_of_work:
        for each in unit_of_work.look(rights_queries.every_grant, None):
            click.echo(_line(each))


COMMANDS: Final = (grant, revoke, people, retain_command(lambda: SERVICE, RETAINING))


def _read(file: Path) -> Iterator[Facts]:
    """Raises click's BadParameter: not such a list."""
    try:
        listed = json.loads(file.read_text(encoding="utf-8"))
        yield from (dict(each) for each in listed)
    except (ValueError, TypeError) as error:
        raise click.BadParameter(f"{file} is no JSON list of objects: {error}", param_hint="--file") from error


def _grant(unit_of_work: UnitOfWork, facts: Facts) -> bool:
    """Whether the person has the role now. Says what was done."""
    about = " ".join(str(facts[name]) for name in ("role", "coalition", "id", "name", "subject") if facts.get(name))
    try:
        unit_of_work.write(commands.grant_role, load(GrantRole(), _arguments(facts)))
    except AlreadyGranted:
        click.echo(f"already: {about}")
    except ServiceError as error:
        click.echo(f"refused: {about}: {error.message}", err=True)
        return False
    else:
        click.echo(f"granted: {about}")
    return True


def _arguments(facts: Facts) -> dict[str, Any]:
    """The options in the words of the request."""
    told = dict(facts)
    kind = Role(told["role"]).scope_kind if told.get("role") in set(Role) else TENANT
    thing = f"{kind}_id" if kind not in (NETWORK, TENANT) else "member_id"
    until, identity = told.pop("until", None), told.pop("id", None)
    return {**told, "valid_until": until, thing: identity}


def _line(each: ShownGrant) -> str:
    grant, person = each.grant, each.person
    where = " ".join(part for part in (grant.scope.coalition, grant.scope.kind, grant.scope.id) if part)
    who = f"{person.name} <{person.email}> {person.issuer} {person.subject}" if person else grant.person_id
    until = grant.term.valid_until or "revoked"
    return f"{grant.id}  {grant.role}  {where}  {who}  until {until}"
