"""nameko's container, with the context of the call around each worker."""

from typing import Any

from nameko.containers import ServiceContainer

from ..kernel import context
from ..protocol import headers


class ContextContainer(ServiceContainer):
    """Makes the caller's context (correlation, principal, deadline) the current one while a worker runs."""

    def _run_worker(self, worker_ctx: Any, handle_result: Any) -> None:
        with context.use(headers.from_headers(worker_ctx.data)):
            super()._run_worker(worker_ctx, handle_result)
