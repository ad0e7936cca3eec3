"""Who may do what. Until people can sign in there is one principal, of development mode only, who may do everything.

Coalitions, plans, cities and members are public facts: whoever asks may read them.
"""

from services.chassis.kernel.errors import Forbidden
from services.chassis.persistence.unit_of_work import Work


def ensure_may_act(work: Work) -> None:
    """Every command begins with this. Raises Forbidden."""
    if work.principal is None or not work.principal.is_development:
        raise Forbidden("Changing the registry needs the right to do so: sign in with an account that has it.")
