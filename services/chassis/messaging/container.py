"""nameko's container, with the context of the call and its metrics around each worker."""

from collections.abc import Callable
from typing import Any

from nameko.containers import ServiceContainer
from nameko.rpc import Rpc

from ..kernel import context
from ..observability import metrics
from ..protocol import headers

HandleResult = Callable[[Any, Any, Any], tuple[Any, Any]]


class ContextContainer(ServiceContainer):
    """Makes the caller's context (correlation, principal, deadline) the current one while a worker runs, and measures
    the workers that answer a call."""

    def __init__(self, service_cls: type, config: dict[str, Any]) -> None:
        super().__init__(service_cls, config)
        metrics.expect_calls(self.service_name)

    def _run_worker(self, worker_ctx: Any, handle_result: HandleResult) -> None:
        with context.use(headers.from_headers(worker_ctx.data)):
            if not isinstance(worker_ctx.entrypoint, Rpc):
                super()._run_worker(worker_ctx, handle_result)
                return
            with metrics.measured_call(self.service_name, worker_ctx.entrypoint.method_name) as call:
                super()._run_worker(worker_ctx, _noting_the_end(call, handle_result))


def _noting_the_end(call: metrics.RpcCall, handle_result: HandleResult) -> HandleResult:
    def handle(worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        answer, exc_info = handle_result(worker_ctx, result, exc_info)
        call.ended(answer, exc_info)
        return answer, exc_info

    return handle
