"""The membership service's part about applications, as its callers see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.principal import Principal
from services.chassis.kernel.secret import hash_of
from services.chassis.messaging.validation import load
from services.chassis.schemas.requests import Request
from services.membership.application import applications
from services.membership.application.applications import KnownApplication, application_of_token
from services.membership.schemas import application_views, requests
from services.rights.roles import Role
from tests.support.principals import in_coalition, person

from .service import Membership, View

ADMINISTRATOR = person("administrator", in_coalition(Role.ADMINISTRATOR))


class Applications(Membership):
    """Commands are given by an administrator of `eccar` unless `by` says otherwise."""

    def register(self, *, by: Principal | None = ADMINISTRATOR, key: str | None = None, **values: Any) -> View:
        given = {
            "coalition": "eccar",
            "name": "Website of Graz",
            "purpose": "Shows the city's reports",
            "role": "secretariat",
            "api_scopes": ["reports:read", "members:write"],
            "expires_at": "2027-03-04T09:30:00Z",
            **values,
        }
        with acting(by, "register_application", key):
            request = load(requests.RegisterApplication(), given)
            issued = applications.issue(self.unit_of_work, applications.register_application, request)
            return application_views.issued(issued)

    def rotate(
        self, application: View, *, by: Principal | None = ADMINISTRATOR, key: str | None = None, **values: Any
    ) -> View:
        with acting(by, "rotate_application_token", key):
            request = load(requests.RotateApplicationToken(), about(application) | values)
            issued = applications.issue(self.unit_of_work, applications.rotate_application_token, request)
            return application_views.issued(issued)

    def revoke(self, application: View, *, by: Principal | None = ADMINISTRATOR, **values: Any) -> View:
        return self._change(applications.revoke_application, requests.RevokeApplication, application, by, values)

    def revoke_token(self, application: View, *, by: Principal | None = ADMINISTRATOR, **values: Any) -> View:
        schema = requests.RevokeApplicationToken
        return self._change(applications.revoke_application_token, schema, application, by, values)

    def get(self, *refs: tuple[str, str], by: Principal | None = ADMINISTRATOR) -> list[View | None]:
        asked = {"refs": [{"coalition": coalition, "id": id_} for coalition, id_ in refs]}
        with acting(by, "get_applications"):
            found = self.unit_of_work.read(applications.get_applications, load(requests.GetByRefs(), asked))
            return application_views.APPLICATION.batch(found)

    def pages(self, *coalitions: str, by: Principal | None = ADMINISTRATOR, **values: Any) -> Any:
        asked = {"coalitions": coalitions, **values}
        with acting(by, "list_applications"):
            found = self.unit_of_work.read(applications.list_applications, load(requests.ListApplications(), asked))
            return application_views.APPLICATION.pages(found)["items"]

    def known(self, token: str) -> KnownApplication | None:
        """Who shows this token now."""
        return self.unit_of_work.look(application_of_token, hash_of(token))

    def stored(self) -> list[View]:
        return list(self.database["applications"].find().sort("_id"))

    def _change(
        self, command: Any, schema: type[Request], application: View, by: Principal | None, values: View
    ) -> View:
        with acting(by, command.__name__):
            request = load(schema(), about(application) | values)
            return self.unit_of_work.answer(command, request, application_views.APPLICATION.one)


def about(application: View) -> View:
    return {"coalition": application["coalition"], "application_id": application["id"]}


@contextmanager
def acting(principal: Principal | None, method: str, key: str | None = None) -> Iterator[None]:
    with context.use(CallContext(principal=principal, method=method, idempotency_key=key)):
        yield
