"""Nobody gets what is not theirs: people with any roles anywhere ask for anything anywhere, alone and many at once, and
each answer is compared with what a slow oracle says in words."""

from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.kernel.principal import Grant, Principal
from services.chassis.protocol.rpc import RemoteError
from services.rights.roles import Role
from services.rights.table import TABLE
from tests.support.bus import BusClient
from tests.support.principals import person

from .arguments import ARGUMENTS
from .asking import REFUSED, allowed_at, is_refused, method_of
from .world import Place, World

PLACES: Final = ("own", "neighbour", "abroad")
_CONSUMED: Final = ("contact", "special_needs")
"""What is gone, or new, once it was asked for: another answer to the second who asks."""

METHODS: Final = sorted(
    name for name, row in TABLE.items() if name in ARGUMENTS and row.roles and not any(x in name for x in _CONSUMED)
)
BATCHES: Final = [name for name in METHODS if name.split(".")[1].startswith("list_") and "audit" not in name]

roles_somewhere = st.lists(st.tuples(st.sampled_from(list(Role)), st.sampled_from(PLACES)), max_size=3)
random = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def somebody(world: World, held: list[tuple[Role, str]]) -> Principal:
    grants = (Grant(role, world.places[where].scopes[role.scope_kind]) for role, where in held)
    return person("somebody-with-roles", *grants)


def oracle(world: World, name: str, held: list[tuple[Role, str]], place: Place) -> bool:
    """Whether one of the roles reaches from where it is held to the place."""
    return any(relation(world.places[where], place) in allowed_at(name, role) for role, where in held)


def relation(held_at: Place, place: Place) -> str:
    if held_at is place:
        return "own"
    return "neighbour" if held_at.coalition == place.coalition else "abroad"


@random
@given(held=roles_somewhere, name=st.sampled_from(METHODS), where=st.sampled_from(PLACES))
def test_everybody_gets_what_the_oracle_says(
    client: BusClient, world: World, held: list[tuple[Role, str]], name: str, where: str
) -> None:
    place = world.places[where]
    open_to_all = bool(allowed_at(name, Role.TREASURER) == frozenset(PLACES) and not held)
    expected = open_to_all or oracle(world, name, held, place)
    assert is_refused(client, name, place, somebody(world, held)) is not expected


@random
@given(held=roles_somewhere, name=st.sampled_from(BATCHES), asked=st.permutations(("own", "abroad")))
def test_of_many_things_at_once_everybody_gets_their_own(
    client: BusClient, world: World, held: list[tuple[Role, str]], name: str, asked: list[str]
) -> None:
    places = [world.places[where] for where in asked]
    request = together([ARGUMENTS[name](place) for place in places])
    if request is None:
        return
    expected = [oracle(world, name, held, place) for place in places]
    assert shown(client, name, request, somebody(world, held)) == expected


def together(requests: list[dict[str, Any]]) -> dict[str, Any] | None:
    """One request for all that several ask for; None where one can only ask for one thing at a time."""
    for field in ("refs", "coalitions"):
        if field in requests[0]:
            return {field: [each for request in requests for each in request[field]]}
    return None


def shown(client: BusClient, name: str, request: dict[str, Any], asking: Principal) -> list[bool]:
    """Of each thing asked for, whether it was shown."""
    service, method = method_of(name).split(".")
    try:
        answer = client.call(service, method, request, principal=asking)
    except RemoteError as error:
        if error.code not in REFUSED:
            raise
        return [False, False]
    return [not (isinstance(item, dict) and "refused" in item) for item in answer["items"]]
