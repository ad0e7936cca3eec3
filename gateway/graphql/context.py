"""What a request carries through its resolvers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

from graphql import GraphQLError

from gateway.bus.together import Items, Keys, Question, Together
from services.chassis.kernel.principal import Principal

from .core.resolving import Loader

L = TypeVar("L", bound=Loader)

Call = Callable[[str, str, dict[str, Any]], Awaitable[Any]]
"""`(service, method, arguments) → result`, as `RpcClient.call`."""


class FileAddresses(Protocol):
    """Where files are, on a shelf (`evidence`), as their service shows them."""

    def download(self, shelf: str, file: Mapping[str, Any]) -> str | None:
        """Where a file is read; None: it cannot be read yet, or not any more."""

    def upload(self, shelf: str, file: Mapping[str, Any], principal: Principal | None) -> str | None:
        """Where the principal sends the bytes of a file; None: nobody may, or not they."""


class NoFiles:
    """Where no files are kept."""

    def download(self, shelf: str, file: Mapping[str, Any]) -> None:
        return None

    def upload(self, shelf: str, file: Mapping[str, Any], principal: Principal | None) -> None:
        return None


class RequestContext:
    """One per request: the way to the services, one loader of each kind, the names of the calls made, and the errors of
    fields that have an answer all the same, in part."""

    def __init__(self, call: Call, together: Together | None = None, files: FileAddresses | None = None) -> None:
        """`together`: how keys are asked for that other requests may ask for, too; without it this request is alone."""
        self._call = call
        self._together = together or Together(call)
        self.files = files or NoFiles()
        self._loaders: dict[Any, Any] = {}
        self.calls: list[str] = []
        self.errors: list[GraphQLError] = []

    async def call(self, service: str, method: str, /, **arguments: Any) -> Any:
        self.calls.append(f"{service}.{method}")
        return await self._call(service, method, arguments)

    async def items(self, question: Question, keys: Keys) -> Items:
        self.calls.append(f"{question.service}.{question.method}")
        return await self._together.ask(question, keys)

    def report(self, error: GraphQLError) -> None:
        """Tell of something that is missing in a field's answer."""
        self.errors.append(error)

    def loader(self, loader: "Callable[[RequestContext], L]") -> L:
        found: L | None = self._loaders.get(loader)
        if found is None:
            found = self._loaders[loader] = loader(self)
        return found
