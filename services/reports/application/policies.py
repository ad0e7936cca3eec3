"""Who may do what. Cycles are public; everything else is not.

Until roles exist there is one principal who may act, the development principal, and the chassis gives it only to
processes in development mode.
"""

from services.chassis.kernel.errors import Forbidden
from services.chassis.persistence.unit_of_work import Work


def may_act(work: Work) -> None:
    """Commands, and reading what is confidential until publication: reports, answers and obligations (domain research,
    section 11). Raises Forbidden."""
    if work.principal is None or not work.principal.is_development:
        raise Forbidden(
            "Reports and duties are not public. Sign in with an account that has a right to this coalition."
        )
