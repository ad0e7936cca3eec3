"""How a service asks the permission table, before each of its use cases."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from services.chassis.kernel.context import acting_principal
from services.chassis.kernel.errors import Forbidden, Unauthenticated, Unavailable
from services.chassis.kernel.principal import Principal
from services.chassis.kernel.refused import Refused

from .decide import Target, could_be_allowed, is_allowed
from .table import TABLE, Row

About = Callable[[Any, Any], Target | Iterable[Target]]
"""`(work, request) → what the request is about`; several targets for a batch, one for each thing that it asks for."""

Shows = Callable[[Any], Target]
"""`thing → what it is about`, of a thing that was found."""

BATCHES: Final = ("refs", "coalitions")
"""The fields of requests that ask for many things at once."""

_REFUSED: Final = Refused(Forbidden.code, "Your rights do not reach this.")


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that may be carried out: what of it, and what of the answer may be shown. `personal` says that the
    answer is personal data, `targets` what it is about, where the request tells."""

    request: Any
    refused: frozenset[int] = frozenset()
    is_shown: Callable[[Any], bool] | None = None
    personal: bool = False
    targets: tuple[Target, ...] = ()

    def answer(self, found: Any) -> Any:
        """`found` as this caller may see it: hidden things are None, refused ones say so in their places."""
        if self.is_shown is not None:
            return [thing if thing is not None and self.is_shown(thing) else None for thing in found]
        if not self.refused:
            return found
        rest = iter(found)
        total = len(found) + len(self.refused)
        return [_REFUSED if place in self.refused else next(rest) for place in range(total)]


class Policy:
    """`about` says of each method that is not public what its requests are about, `shown` of each method whose
    requests do not tell it what the things found are about. A method that is in neither, or not in the table, is
    refused to everybody."""

    def __init__(
        self,
        service: str,
        *,
        about: Mapping[str, About],
        shown: Mapping[str, Shows] | None = None,
        table: Mapping[str, Row] = TABLE,
    ) -> None:
        self._service = service
        self._about = about
        self._shown = shown or {}
        self._table = table

    def admit(self, work: Any, method: str, request: Any) -> Admission:
        """Raises Unauthenticated, Forbidden, and Unavailable when the rights could not be looked up."""
        row = self._table.get(f"{self._service}.{method}")
        if row is None:
            raise Forbidden("Nobody may do this: it has no row in the permission table.")
        if row.is_public:
            return Admission(request, personal=row.personal)
        principal = acting_principal()
        if not could_be_allowed(principal, row):
            raise refusal(principal, row)
        if method in self._shown:
            is_shown = self._is_shown(method)
            return Admission(request, is_shown=is_shown, personal=row.personal)
        targets = self._targets(work, method, request)
        refused = frozenset(place for place, each in enumerate(targets) if not self.permits(method, each))
        if refused and len(refused) == len(targets):
            raise refusal(principal, row)
        return Admission(
            _without(request, refused) if refused else request,
            refused=refused,
            personal=row.personal,
            targets=tuple(each for place, each in enumerate(targets) if place not in refused),
        )

    def permits(self, method: str, target: Target) -> bool:
        """Whether the acting principal may do this to `target`."""
        name = f"{self._service}.{method}" + (f".{target.variant}" if target.variant else "")
        row = self._table.get(name)
        return row is not None and is_allowed(acting_principal(), row, target)

    def _is_shown(self, method: str) -> Callable[[Any], bool]:
        target_of = self._shown[method]
        return lambda thing: self.permits(method, target_of(thing))

    def _targets(self, work: Any, method: str, request: Any) -> Sequence[Target]:
        about = self._about.get(method)
        if about is None:
            raise Forbidden("Nobody may do this: what it is about is not known.")
        found = about(work, request)
        return [found] if isinstance(found, Target) else list(found)


def _without(request: Any, refused: frozenset[int]) -> Any:
    [field] = [name for name in BATCHES if hasattr(request, name)]
    kept = tuple(each for place, each in enumerate(getattr(request, field)) if place not in refused)
    return replace(request, **{field: kept})


def refusal(principal: Principal | None, row: Row) -> Exception:
    """Why this principal may not do it: not signed in, without the right, or with rights that are not known."""
    if principal is None:
        return Unauthenticated(f"{row.does}: sign in first.")
    if principal.grants is None:
        return Unavailable("Your rights cannot be looked up at the moment. Please try again.")
    return Forbidden(f"{row.does}: your account has no right to this here.")
