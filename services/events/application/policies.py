"""Who may do what. Conferences are public facts; everything else here is for the secretariat.

Until people can sign in there is one principal that may act, `development`, which the chassis accepts in development
mode only.
"""

from ...chassis.kernel.context import Principal
from ...chassis.kernel.errors import Forbidden


def secretariat_only(principal: Principal | None) -> None:
    """Raises Forbidden."""
    if principal is None or not principal.is_development:
        raise Forbidden(
            "Only the secretariat of the coalition may do this. Sign in with an account that has the right."
        )
