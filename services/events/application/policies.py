"""Who may do what. Until people can sign in there is one principal, of development mode only, who may do everything.

Conferences and their rules are public facts; everything else here is for the secretariat.
"""

from services.chassis.kernel.errors import Forbidden
from services.chassis.persistence.unit_of_work import Work


def ensure_may_act(work: Work) -> None:
    """Every command begins with this, and every query that is not public: of personal data, say. Raises Forbidden."""
    if work.principal is None or not work.principal.is_development:
        raise Forbidden(
            "Only the secretariat of the coalition may do this. Sign in with an account that has the right."
        )
