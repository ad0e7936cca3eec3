"""Who may do what. Until people can sign in there is one principal, of development mode only, who may do everything.

Cycles are public; reports, answers and obligations are confidential until publication (docs/domain.md, section 11).
"""

from services.chassis.kernel.errors import Forbidden
from services.chassis.persistence.unit_of_work import Work


def ensure_may_act(work: Work) -> None:
    """Every command begins with this, and every query that is not public. Raises Forbidden."""
    if work.principal is None or not work.principal.is_development:
        raise Forbidden(
            "Reports and duties are not public. Sign in with an account that has a right to this coalition."
        )
