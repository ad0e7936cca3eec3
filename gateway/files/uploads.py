"""`PUT /files/uploads/<ticket>`: the bytes of a staged file, from the sender into the store, then the receipt.

Whatever ends in between leaves nothing wrong: without a receipt the object belongs to nobody and is cleaned away, and
the same address takes the bytes again until its time is over.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from gateway.auth.credentials import Credentials
from gateway.auth.principals import Call, Principals, Signed
from services.chassis.kernel import context
from services.chassis.kernel.errors import RateLimited, RuleViolation, ServiceError, Unauthenticated
from services.chassis.kernel.ids import new_id

from .answers import NoSuchFile, NoSuchUpload, NotYours, json_answer, refusal
from .clamd import INFECTED, Scanner, Verdict
from .intake import FileDiffers, Intake, TooSlow
from .scanning import scanned
from .shelves import SHELVES, Shelf
from .store import Key, ObjectMissing, ObjectStore, StoreUnavailable
from .tickets import Ticket, TicketOffice

_log = logging.getLogger(__name__)

View = Mapping[str, Any]

LONGEST_SECONDS: Final = 7_200.0
"""As long as a service waits for the bytes of a file (`UPLOAD_LASTS`)."""


class UploadAlreadyUsed(RuleViolation):
    code = "UPLOAD_ALREADY_USED"

    def __init__(self, status: str) -> None:
        super().__init__(f"The bytes of this file have come already; it is {status}. Stage another file for others.")


class Turns:
    """How many uploads are under way: `at_once` at most, and half of them by one sender."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._of_one = max(1, at_once // 2)
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, sender: str) -> Iterator[None]:
        """Raises RateLimited."""
        if self._taken.total() >= self._at_once or self._taken[sender] >= self._of_one:
            raise RateLimited("Too many files are being sent at the moment. Please try again shortly.")
        self._taken[sender] += 1
        try:
            yield
        finally:
            self._taken[sender] -= 1
            self._taken += Counter()  # whoever sends nothing any more is not remembered


class Uploads:
    """Takes bytes. One per process: it counts how many come at the same time."""

    def __init__(
        self,
        store: ObjectStore,
        scanner: Scanner,
        tickets: TicketOffice,
        credentials: Credentials,
        principals: Principals,
        call: Call,
        *,
        idle_seconds: float,
        at_once: int,
        rpc_timeout: float,
    ) -> None:
        self._store = store
        self._scanner = scanner
        self._tickets = tickets
        self._credentials = credentials
        self._principals = principals
        self._call = call
        self._idle_seconds = idle_seconds
        self._turns = Turns(at_once)
        self._rpc_timeout = rpc_timeout

    async def take(self, request: Request) -> Response:
        """201 with what the file is by then; 202 when it waits for the scanner."""
        try:
            ticket = self._ticket(request)
            file = await self._take(request, ticket, SHELVES[ticket.shelf])
        except ServiceError as error:
            return refusal(error)
        return json_answer(_shown(file), 202 if file["status"] == "received" else 201)

    def _ticket(self, request: Request) -> Ticket:
        ticket = self._tickets.open(request.path_params["ticket"])
        if ticket is None or ticket.shelf not in SHELVES:
            raise NoSuchUpload
        return ticket

    async def _take(self, request: Request, ticket: Ticket, shelf: Shelf) -> View:
        file = await self._asked(request, ticket, shelf)
        _check_headers(request.headers, file)
        with self._turns.taken(ticket.principal_id):
            key = Key(shelf.name, ticket.coalition, new_id())
            intake = await self._store_bytes(key, file, request.stream())
            return await self._receive(request, ticket, shelf, key, intake, await self._judged(key, intake))

    async def _store_bytes(self, key: Key, file: View, body: AsyncIterator[bytes]) -> Intake:
        """Raises FileDiffers, TooSlow; then nothing is stored."""
        intake = Intake(
            size=file["size"],
            media_type=file["media_type"],
            sha256=file["announced_sha256"],
            idle_seconds=self._idle_seconds,
        )
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._store.put(key, intake.checked(body))
        except TimeoutError:
            raise TooSlow from None
        return intake

    async def _judged(self, key: Key, intake: Intake) -> Verdict:
        try:
            return await scanned(self._scanner, self._store, key, intake.received)
        except ObjectMissing as error:
            raise StoreUnavailable from error

    async def _asked(self, request: Request, ticket: Ticket, shelf: Shelf) -> View:
        """The file, before anything of it is taken: whether the sender still may, and nothing has come yet."""
        refs = [{"coalition": ticket.coalition, "id": ticket.file_id}]
        [file] = (await self._as_sender(request, ticket, shelf.service, shelf.get, refs=refs))["items"]
        if file is None:
            raise NoSuchFile
        if file["status"] != "staged":
            raise UploadAlreadyUsed(file["status"])
        found: View = file
        return found

    async def _receive(
        self, request: Request, ticket: Ticket, shelf: Shelf, key: Key, intake: Intake, verdict: Verdict
    ) -> View:
        """Tell the service what has come. What it does not take is not kept; nor is what it has already."""
        arrival = {
            "coalition": ticket.coalition,
            "file_id": ticket.file_id,
            "upload_id": key.id,
            "sha256": intake.sha256,
            "size": intake.received,
            # As it was announced: otherwise it would not have come so far.
            "media_type": intake.media_type,
            "scan": verdict.scan,
            "threat": verdict.threat,
        }
        file = await self._told(request, ticket, shelf, key, arrival)
        if file["object_id"] != key.id or verdict.scan == INFECTED:
            await self._store.delete(key)
        if verdict.scan == INFECTED:
            _log.warning("a file is infected", extra={"file": ticket.file_id, "threat": verdict.threat})
        return file

    async def _told(self, request: Request, ticket: Ticket, shelf: Shelf, key: Key, arrival: Mapping[str, Any]) -> View:
        """The service's answer. Told once more when an answer was lost: the same arrival twice is one. What is refused
        is not kept, unless the service may have taken it before."""
        may_be_taken = False
        while True:
            try:
                file: View = await self._as_sender(request, ticket, shelf.service, shelf.receive, **arrival)
            except ServiceError as error:
                if error.retryable and not may_be_taken:
                    may_be_taken = True
                    continue
                if error.expected and not may_be_taken:
                    await self._store.delete(key)
                raise
            return file

    async def _as_sender(self, request: Request, ticket: Ticket, service: str, method: str, **arguments: Any) -> Any:
        """Ask a service in the name of who sends, with the rights that they have now, in a time of its own: the bytes
        may have taken longer than a request may."""
        signed = await self._sender(request, ticket)
        acting = replace(
            context.current(),
            principal=signed.principal,
            principal_token=signed.token,
            deadline=time.time() + self._rpc_timeout,
            idempotency_key=None,
        )
        with context.use(acting):
            return await self._call(service, method, arguments)

    async def _sender(self, request: Request, ticket: Ticket) -> Signed:
        """Raises NotYours when somebody else's credential is shown with the address, and Unauthenticated when an
        application shows none. Cookies are not looked at: a page of another site does not have the address."""
        shown = Headers({"authorization": request.headers["authorization"]} if _shows(request) else {})
        credential = await self._credentials.of(shown, method=request.method) or ticket.credential
        if credential is None:
            raise Unauthenticated("An application shows its token when it sends the bytes, too.")
        address = request.client.host if request.client else None
        signed = await self._principals.of(credential, address=address)
        if signed.principal.id != ticket.principal_id:
            raise NotYours("This address was given to somebody else. Stage the file yourself.")
        return signed


def _shows(request: Request) -> bool:
    return "authorization" in request.headers


def _check_headers(headers: Headers, file: View) -> None:
    """What is wrong at first sight need not be sent. Raises FileDiffers."""
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) != file["size"]:
        raise FileDiffers("size")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type and media_type != file["media_type"]:
        raise FileDiffers("type")


def _shown(file: View) -> dict[str, Any]:
    return {"status": file["status"].upper(), "scan": file["scan"].upper(), "sha256": file["sha256"]}
