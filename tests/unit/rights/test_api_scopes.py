"""The scopes of applications follow from the permission table."""

import pytest

from services.rights.api_scopes import API_SCOPES, description, is_usable
from services.rights.roles import Role
from services.rights.table import TABLE


def test_every_scope_is_one_of_the_table_and_says_what_it_opens() -> None:
    assert set(API_SCOPES) <= {row.api_scope for row in TABLE.values()}
    for scope, roles in API_SCOPES.items():
        assert roles
        assert description(scope)[:1].isupper()
        assert description(scope).endswith(".")


def test_no_machine_makes_tokens_or_gives_rights() -> None:
    assert {"applications:read", "applications:write", "identity:read", "people:write"}.isdisjoint(API_SCOPES)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_can_use_a_scope_if_it_may_do_something_there(role: Role) -> None:
    for row in TABLE.values():
        if row.api_scope in API_SCOPES and (role in row.roles or row.is_public):
            assert is_usable(row.api_scope, role)
    for scope in API_SCOPES:
        rows = [row for row in TABLE.values() if row.api_scope == scope]
        assert is_usable(scope, role) is any(row.is_public or role in row.roles for row in rows)


@pytest.mark.parametrize(
    ("scope", "role", "usable"),
    [
        ("reports:write", Role.FOCAL_POINT, True),
        ("reports:write", Role.POLITICAL_REPRESENTATIVE, False),
        ("members:read", Role.CONTRIBUTOR, True),
        ("cities:write", Role.FOCAL_POINT, False),
        ("registrations:read", Role.AUDITOR, False),
        ("nonsense:read", Role.SECRETARIAT, False),
        ("reports", Role.SECRETARIAT, False),
    ],
)
def test_examples(scope: str, role: Role, usable: bool) -> None:
    assert is_usable(scope, role) is usable
