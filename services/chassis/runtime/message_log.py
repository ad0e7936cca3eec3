"""The event log's entrypoint, the same in every service: a service class inherits it."""

from ..kernel import message_log as asked
from ..messaging.provider import Composition
from ..messaging.rpc import rpc
from ..persistence import message_log
from ..persistence.unit_of_work import UnitOfWork
from ..schemas.message_log import ListMessages, told
from ..schemas.views import Answer


class MessageLog:
    """Of a service whose composition is its unit of work."""

    unit_of_work = Composition[UnitOfWork]()

    @rpc(ListMessages())
    def list_messages(self, request: asked.ListMessages) -> Answer:
        return told(self.unit_of_work.read(message_log.list_messages, request))
