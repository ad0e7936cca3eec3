"""What the audit log shows of this service's documents. A collection that is not here is shown with no values."""

from collections.abc import Mapping
from typing import Final

from services.chassis.persistence.audit.rules import CONCEALED, Audited

AUDITED: Final[Mapping[str, Audited]] = {
    "calendars": Audited(),
    "cycles": Audited(),
    # Who reads the log may not read drafts.
    "reports": Audited(concealed=frozenset({"answers"})),
    "obligations": Audited(),
    "exports": CONCEALED,
}
