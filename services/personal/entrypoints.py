"""The entrypoint for exports, the same in every service: a service class inherits it."""

from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.schemas.views import Answer

from . import parts


class Exports:
    """Of a service whose composition is its unit of work."""

    unit_of_work = Composition[UnitOfWork]()

    @rpc(parts.GetExportPartRequest())
    def get_export_part(self, request: parts.GetExportPart) -> Answer:
        return parts.EXPORT_PART.items(self.unit_of_work.read(parts.get_export_part, request))
