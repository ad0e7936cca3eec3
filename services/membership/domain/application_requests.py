"""What this service is asked about applications: validated input, no decision yet."""

from dataclasses import dataclass

from services.chassis.kernel.paging import PageRequest

from .applications import ApplicationFacts, Rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterApplication:
    coalition: str
    facts: ApplicationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class OfApplication:
    """Base of what is asked about one application, and which version of it was decided on."""

    coalition: str
    application_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateApplicationToken(OfApplication):
    rotation: Rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApplication(OfApplication):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApplicationToken(OfApplication):
    token_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListApplications:
    """Those of each of `coalitions`, by coalition."""

    coalitions: tuple[str, ...]
    page: PageRequest
