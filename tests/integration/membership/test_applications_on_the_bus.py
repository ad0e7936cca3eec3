"""Applications in the running service: what the gateway asks of it, and what it answers to a machine."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis.kernel.principal import Grant, Principal, PrincipalKind, Scope
from services.chassis.kernel.secret import hash_of
from services.chassis.protocol.rpc import RemoteError
from tests.support.bus import BusClient

from .test_on_the_bus import TEXT, client

__all__ = ["client"]

GATEWAY = Principal(kind=PrincipalKind.GATEWAY, id="gateway")


def identified(client: BusClient, token: str) -> Principal:
    """Who the gateway is told shows `token`."""
    found = client.call("membership", "identify", {"token": hash_of(token)}, principal=GATEWAY)
    return Principal(
        kind=PrincipalKind(found["kind"]),
        id=found["id"],
        name=found["name"],
        grants=tuple(Grant(role, Scope(kind, coalition, id)) for role, kind, coalition, id in found["grants"]),
        api_scopes=tuple(found["api_scopes"]),
        on_behalf_of=found["on_behalf_of"],
    )


def refused(client: BusClient, method: str, arguments: dict[str, Any], principal: Principal) -> str:
    with pytest.raises(RemoteError) as caught:
        client.call("membership", method, arguments, principal=principal)
    return str(caught.value.code)


@pytest.mark.slow
def test_the_life_of_an_application(client: BusClient) -> None:
    def call(method: str, **arguments: Any) -> Any:
        return client.call("membership", method, {"coalition": "eccar", **arguments})

    client.call("membership", "register_coalition", {"key": "eccar", "name": TEXT, "region": "Europe", "source": "-"})
    registering = {
        "coalition": "eccar",
        "name": "Website",
        "purpose": "A test",
        "role": "secretariat",
        "api_scopes": ["cities:write"],
        "expires_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    }
    first = client.call("membership", "register_application", registering, idempotency_key="register-it")
    again = client.call("membership", "register_application", registering, idempotency_key="register-it")
    assert again == {**first, "token": None, "notice": again["notice"]}
    application = first["application"]
    listed = client.call("membership", "list_applications", {"coalitions": ["eccar"]})["items"][0]["items"]
    assert listed == [application]

    machine = identified(client, first["token"])
    assert (machine.kind, machine.id) == (PrincipalKind.APPLICATION, application["id"])
    assert machine.on_behalf_of == application["registered_by"]
    city = {"name": "Graz", "country": "AT", "legal_type": "city"}
    assert client.call("membership", "register_city", city, principal=machine)["name"] == "Graz"
    membership = {"coalition": "eccar", "cities": ["graz"], "applied_on": "2026-01-01"}
    assert refused(client, "apply_for_membership", membership, machine) == "FORBIDDEN"
    assert refused(client, "register_application", registering, machine) == "FORBIDDEN"

    second = call("rotate_application_token", application_id=application["id"])
    assert identified(client, first["token"]) == identified(client, second["token"]) == machine
    old = application["tokens"][0]["id"]
    call("revoke_application_token", application_id=application["id"], token_id=old)
    asked = {"token": hash_of(first["token"])}
    assert refused(client, "identify", asked, GATEWAY) == "UNAUTHENTICATED"
    revoked = call("revoke_application", application_id=application["id"], expected_version=3)
    assert revoked["revoked_at"] is not None
    asked = {"token": hash_of(second["token"])}
    assert refused(client, "identify", asked, GATEWAY) == "UNAUTHENTICATED"
