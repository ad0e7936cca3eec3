"""The addresses of files, put together."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.auth.authentication import Authentication
from gateway.auth.credentials import Credentials
from gateway.auth.principals import Call, Principals
from gateway.graphql.context import FileAddresses, NoFiles
from gateway.settings import Settings
from services.chassis.kernel.errors import Unavailable

from .addresses import FILES_PATH, UPLOADS_PATH, Addresses
from .answers import refusal
from .clamd import Scanner
from .downloads import Downloads
from .store import ObjectStore
from .tickets import TicketOffice
from .uploads import Uploads


class NoStore(Unavailable):
    code = "FILES_NOT_CONFIGURED"

    def __init__(self) -> None:
        super().__init__("This platform has no store for files: its operator sets OBJECT_STORE.")


def file_routes(
    settings: Settings, *, call: Call, credentials: Credentials, principals: Principals, authentication: Authentication
) -> list[Route]:
    """Raises ConfigurationError."""
    files = settings.files
    if files.store is None:
        return [Route(f"{FILES_PATH}/{{path:path}}", _no_store, methods=["GET", "PUT"])]
    store = ObjectStore.at(files.store)
    uploads = Uploads(
        store,
        Scanner(files.scanner),
        TicketOffice.from_file(settings.principal_signing_key),
        credentials,
        principals,
        call,
        idle_seconds=files.idle_seconds,
        at_once=files.at_once,
        rpc_timeout=settings.rpc_timeout,
    )
    downloads = Downloads(store, authentication, call)
    return [
        Route(f"{UPLOADS_PATH}/{{ticket}}", uploads.take, methods=["PUT"]),
        Route(f"{FILES_PATH}/{{shelf}}/{{coalition}}/{{id}}", downloads.give, methods=["GET"]),
    ]


def addresses(settings: Settings) -> FileAddresses:
    """What GraphQL says of where files are. Raises ConfigurationError."""
    if settings.files.store is None:
        return NoFiles()
    return Addresses(settings.public_url, TicketOffice.from_file(settings.principal_signing_key))


def _no_store(_request: Request) -> Response:
    return refusal(NoStore())
