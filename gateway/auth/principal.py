"""Who asks. Until people can sign in there are two answers: the development principal, or nobody.

Bearer tokens of an identity provider are verified here once there is one; nothing else in the gateway will change.
"""

from collections.abc import Mapping

from services.chassis.kernel.config import RunMode
from services.chassis.kernel.context import DEVELOPMENT_SUBJECT, Principal


def principal_of(_headers: Mapping[str, str], mode: RunMode) -> Principal | None:
    """The development principal in development mode, else None: anonymous. No header is trusted yet."""
    return Principal(DEVELOPMENT_SUBJECT) if mode == "development" else None
