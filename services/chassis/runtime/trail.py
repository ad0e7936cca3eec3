"""The audit log's entrypoints, the same in every service: a service class inherits them."""

from ..kernel import audit as asked
from ..messaging.provider import Composition
from ..messaging.rpc import rpc
from ..persistence.audit import trail
from ..persistence.unit_of_work import UnitOfWork
from ..schemas import audit
from ..schemas.views import Answer


class AuditTrail:
    """Of a service whose composition is its unit of work."""

    unit_of_work = Composition[UnitOfWork]()

    @rpc(audit.ListAudit())
    def list_audit(self, request: asked.ListAudit) -> Answer:
        return audit.AUDIT_ENTRY.pages(self.unit_of_work.read(trail.list_audit, request))

    @rpc(audit.ListNetworkAudit())
    def list_network_audit(self, request: asked.ListNetworkAudit) -> Answer:
        return audit.AUDIT_ENTRY.page(self.unit_of_work.read(trail.list_network_audit, request))

    @rpc(audit.ListOwnAudit())
    def list_own_audit(self, request: asked.ListOwnAudit) -> Answer:
        return audit.AUDIT_ENTRY.page(self.unit_of_work.read(trail.list_own_audit, request))
