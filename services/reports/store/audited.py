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
    # A name may tell what is confidential; who sent a file may have to be forgotten.
    "evidence": Audited(concealed=frozenset({"name", "staged_by"}), person="staged_by"),
    "binders": Audited(),
    "exports": CONCEALED,
}
