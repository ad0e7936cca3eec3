"""One tree of errors; a stable `code` is all that crosses a boundary.

    ServiceError                         code                  what the caller does
    ├── ExpectedError                                          shows it to the person
    │   ├── InvalidInput                 INVALID_INPUT         corrects the fields named in `violations`
    │   ├── NotFound                     NOT_FOUND             looks elsewhere
    │   ├── Conflict                     CONFLICT              reads again, decides again
    │   │   └── VersionConflict          VERSION_CONFLICT
    │   ├── RuleViolation                RULE_VIOLATION        does something else first
    │   ├── Unauthenticated              UNAUTHENTICATED       signs in (again)
    │   └── Forbidden                    FORBIDDEN             asks for the right
    ├── Unavailable                      UNAVAILABLE           tries again
    │   ├── DeadlineExceeded             DEADLINE_EXCEEDED
    │   └── RateLimited                  RATE_LIMITED
    └── InternalError                    INTERNAL              reports the correlation id

A service's own errors subclass one of these and set their own `code`, for example `AlreadyApplied(Conflict)`.
Callers match on `code`, never on a class or a module path.
"""

from dataclasses import dataclass
from typing import Any, Self

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """One wrong field: where (`path`, from the root of the input), what (`message`), and a stable `code`."""

    path: Path
    message: str
    code: str = "INVALID"

    def as_dict(self) -> dict[str, Any]:
        return {"path": list(self.path), "message": self.message, "code": self.code}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(path=tuple(data["path"]), message=data["message"], code=data["code"])


class ServiceError(Exception):
    """An error with a stable code. `expected` errors are part of the answer; others are faults of the platform."""

    code: str = "INTERNAL"
    expected: bool = False
    retryable: bool = False

    def __init__(self, message: str, *, path: Path = (), violations: tuple[Violation, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.violations = violations


class ExpectedError(ServiceError):
    expected = True


class InvalidInput(ExpectedError):
    code = "INVALID_INPUT"


class NotFound(ExpectedError):
    code = "NOT_FOUND"


class Conflict(ExpectedError):
    code = "CONFLICT"


class VersionConflict(Conflict):
    code = "VERSION_CONFLICT"


class RuleViolation(ExpectedError):
    code = "RULE_VIOLATION"


class Unauthenticated(ExpectedError):
    code = "UNAUTHENTICATED"


class Forbidden(ExpectedError):
    code = "FORBIDDEN"


class Unavailable(ServiceError):
    code = "UNAVAILABLE"
    retryable = True


class DeadlineExceeded(Unavailable):
    code = "DEADLINE_EXCEEDED"


class RateLimited(Unavailable):
    code = "RATE_LIMITED"


class InternalError(ServiceError):
    code = "INTERNAL"


def invalid(path: Path, message: str, code: str = "INVALID") -> InvalidInput:
    """An `InvalidInput` about one field."""
    return InvalidInput(message, path=path, violations=(Violation(path, message, code),))


def ensure_version(stored: int, expected: int | None) -> None:
    """Raises VersionConflict when the caller decided on another version than the stored one."""
    if expected is not None and expected != stored:
        raise VersionConflict(
            f"This is version {stored} by now, and you saw version {expected}. Read it again, then decide again.",
            path=("expected_version",),
        )
