"""The question for a service's part of an export: what is asked, who may ask, what is shown."""

from dataclasses import dataclass

from marshmallow import fields

from services.chassis.kernel.context import acting_principal
from services.chassis.persistence.unit_of_work import Work
from services.chassis.schemas.fields import Instant, Key
from services.chassis.schemas.requests import Request
from services.chassis.schemas.views import View
from services.rights.decide import Target

from .exports import ExportPart, ExportParts


@dataclass(frozen=True, slots=True, kw_only=True)
class GetExportPart:
    request_id: str


class GetExportPartRequest(Request):
    makes = GetExportPart

    request_id = Key(required=True)


class ExportPartView(View):
    id = fields.String()
    made_at = Instant()
    expires_at = Instant()
    data = fields.Dict()


EXPORT_PART = ExportPartView()


def get_export_part(work: Work, request: GetExportPart) -> list[ExportPart | None]:
    """One item: None when there is no such part, or not yet, or not any more."""
    return [ExportParts(work).find(request.request_id)]


def export_part(part: ExportPart) -> Target:
    """For the permission table: who asked for it is as near to it as the person whom it is about."""
    asking = acting_principal()
    reader = asking.id if asking is not None and part.may_be_read_by(asking.id) else part.requested_by
    return Target(coalition=part.coalition, person_id=reader)
