"""`GET /files/<shelf>/<coalition>/<id>`: a file, or a part of it, for who may read what it belongs to."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.auth.authentication import Authentication
from gateway.auth.principals import Call
from gateway.http.security import POLICY_HEADER
from services.chassis.kernel import context
from services.chassis.kernel.errors import ServiceError

from .answers import FileRefused, NoSuchFile, NothingThereYet, NotScannedYet, refusal
from .disposition import attachment
from .ranges import NotSatisfiable, Part, part_of
from .shelves import SHELVES
from .store import Key, ObjectMissing, ObjectStore, StoreUnavailable

View = Mapping[str, Any]

_ALWAYS: Final = {
    "accept-ranges": "bytes",
    # Who may read it is asked each time; what a browser has, it need not be sent again.
    "cache-control": "private, no-cache",
    "vary": "authorization, cookie",
    "x-content-type-options": "nosniff",
    POLICY_HEADER: "default-src 'none'; sandbox",
}


class Downloads:
    def __init__(self, store: ObjectStore, authentication: Authentication, call: Call) -> None:
        self._store = store
        self._authentication = authentication
        self._call = call

    async def give(self, request: Request) -> Response:
        """200, 206, 304 or 416; HEAD as GET, without the bytes."""
        try:
            file = await self._file(request)
            return await self._respond(request, file)
        except ServiceError as error:
            return refusal(error)

    async def _file(self, request: Request) -> View:
        """Raises NotFound for what is not for the caller, too: who may not read it cannot tell that it is there."""
        shelf = SHELVES.get(request.path_params["shelf"])
        if shelf is None:
            raise NoSuchFile
        refs = [{"coalition": request.path_params["coalition"], "id": request.path_params["id"]}]
        with context.use(await self._authentication.context_of(request)):
            [file] = (await self._call(shelf.service, shelf.get, {"refs": refs}))["items"]
        if file is None:
            raise NoSuchFile
        found: View = file
        _check_readable(found)
        return found

    async def _respond(self, request: Request, file: View) -> Response:
        tag = f'"{file["sha256"]}"'
        if _has(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers={**_ALWAYS, "etag": tag})
        try:
            part = part_of(_wanted_range(request, tag), file["size"])
        except NotSatisfiable:
            return Response(status_code=416, headers={**_ALWAYS, "content-range": f"bytes */{file['size']}"})
        headers = _headers(file, tag, part)
        status = 206 if part else 200
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers)
        return StreamingResponse(await self._content(request, file, part), status_code=status, headers=headers)

    async def _content(self, request: Request, file: View, part: Part | None) -> Any:
        key = Key(request.path_params["shelf"], file["coalition"], file["object_id"])
        start, end = (part.start, part.end) if part else (0, file["size"])
        try:
            return await self._store.read(key, start, end)
        except ObjectMissing as error:
            raise StoreUnavailable from error


def _check_readable(file: View) -> None:
    match file["status"]:
        case "staged":
            raise NothingThereYet
        case "received":
            raise NotScannedYet
        case "refused":
            raise FileRefused


def _wanted_range(request: Request, tag: str) -> str | None:
    """The range asked for, unless it is asked for of another version: If-Range. A date is none that we give."""
    only_of = request.headers.get("if-range")
    if request.method != "GET" or (only_of is not None and only_of.strip() != tag):
        return None
    return request.headers.get("range")


def _has(if_none_match: str | None, tag: str) -> bool:
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return tag in known or known == ["*"]


def _headers(file: View, tag: str, part: Part | None) -> dict[str, str]:
    size: int = file["size"]
    headers = {
        **_ALWAYS,
        "content-type": file["media_type"],
        "content-length": str(part.end - part.start if part else size),
        "content-disposition": attachment(file["name"]),
        "etag": tag,
    }
    return {**headers, "content-range": part.content_range(size)} if part else headers
