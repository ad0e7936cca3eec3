"""Files at the boundary: what is asked, what is shown, what is told."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from services.chassis.schemas.fields import Instant, Key, Name, Term, Text, Tuple, WholeNumber
from services.chassis.schemas.messages import Event, MessageType, State, says
from services.chassis.schemas.requests import Request, gathered
from services.chassis.schemas.views import View

from . import events
from . import requests as asked
from .file import Announced, Arrival, FileStatus, Scan, Verdict

MAX_BYTES = 2**53 - 1
"""As large as a number in JSON is exact."""

MAX_OBJECTS = 1_000
_SHA256 = validate.Regexp(r"^[0-9a-f]{64}\Z", error="64 hexadecimal digits in small letters.")


class Bytes(fields.Integer):
    """A number of bytes, one at least: an empty file says nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=1, max=MAX_BYTES), **options)


class Announcing(Request):
    """The fields of what stages a file; the service's own schema adds what it belongs to."""

    coalition = Key(required=True)
    name = Name(required=True)
    media_type = Name(required=True)
    size = Bytes(required=True)
    sha256 = fields.String(validate=_SHA256)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(data, "announced", Announced, ("name", "media_type", "size", "sha256"))


class Judging(Request):
    """The fields that tell what the scanner said."""

    scan = Term(Scan, required=True)
    threat = Text()


class ReceiveFile(Judging):
    makes = asked.ReceiveFile

    coalition = Key(required=True)
    file_id = Key(required=True)
    upload_id = Key(required=True)
    sha256 = fields.String(required=True, validate=_SHA256)
    size = Bytes(required=True)
    media_type = Name(required=True)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        judged = gathered(data, "verdict", Verdict, ("scan", "threat"))
        return gathered(judged, "arrival", Arrival, ("upload_id", "sha256", "size", "media_type", "verdict"))


class SettleFile(Judging):
    makes = asked.SettleFile

    coalition = Key(required=True)
    file_id = Key(required=True)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(data, "verdict", Verdict, ("scan", "threat"))


class ListWaitingFiles(Request):
    makes = asked.ListWaitingFiles

    first = WholeNumber(minimum=1, maximum=1_000)


class ListNeededObjects(Request):
    makes = asked.ListNeededObjects

    coalition = Key(required=True)
    object_ids = Tuple(Key(), max_items=MAX_OBJECTS, required=True)


class ForgetStagedFiles(Request):
    makes = asked.ForgetStagedFiles

    first = WholeNumber(minimum=1, maximum=1_000)


class FileView(View):
    """`object_id` is for the gateway, which alone reaches the store."""

    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    owner_id = fields.String()
    name = fields.String(attribute="announced.name")
    media_type = fields.String(attribute="announced.media_type")
    size = fields.Integer(attribute="announced.size")
    announced_sha256 = fields.String(attribute="announced.sha256")
    status = Term(FileStatus)
    scan = Term(Scan)
    sha256 = fields.String()
    object_id = fields.String(attribute="receipt.object_id")
    staged_by = fields.String()
    staged_at = Instant()
    expires_at = Instant()
    received_at = Instant(attribute="receipt.received_at")


class FileOfPersonView(View):
    """A file, for the person who has sent it."""

    id = fields.String()
    coalition = fields.String()
    name = fields.String(attribute="announced.name")
    media_type = fields.String(attribute="announced.media_type")
    size = fields.Integer(attribute="announced.size")
    status = Term(FileStatus)
    staged_at = Instant()


class FileState(State):
    """Neither its name nor who has sent it: a name may tell what is confidential."""

    file_id = fields.String(attribute="id", **says("The file"))
    coalition = fields.String(**says("Key of the coalition"))
    owner_id = fields.String(**says("What it belongs to"))
    media_type = fields.String(attribute="announced.media_type", **says("Its type, such as application/pdf"))
    size = fields.Integer(attribute="announced.size", **says("Its size in bytes"))
    status = Term(FileStatus, **says("How far it is, and whether it can be read"))
    scan = Term(Scan, **says("What the scanner said; null: its bytes have not come", nullable=True))
    sha256 = fields.String(**says("SHA-256 of its bytes, in hex; null: they have not come", nullable=True))
    staged_at = Instant(**says("When it was announced"))


FILE = FileView()
FILE_OF_PERSON = FileOfPersonView()


def file_messages(service: str, stem: str, *, of_what: str) -> Mapping[type[Event], MessageType]:
    """The messages about the files of `service` that are called `stem` (`evidence`), which belong to `of_what`."""
    state = FileState()
    told = {
        events.FileStaged: ("staged", f"A file was announced for {of_what}; its bytes may follow."),
        events.FileReceived: ("received", f"The bytes of a file of {of_what} have come."),
        events.FileSettled: ("settled", f"The scanner has judged a file of {of_what} that waited for it."),
        events.FileRemoved: ("removed", f"A file of {of_what} was removed."),
        events.FileVacated: ("vacated", f"Who has sent a file of {of_what} is not known any more."),
    }
    return {
        event: MessageType(f"{service}.{stem}_{name}.v1", state, description)
        for event, (name, description) in told.items()
    }
