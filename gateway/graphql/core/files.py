"""Files: the interface that every kind of file has, and the fields that its service's view gives."""

from typing import Any, Final

import graphene

from services.chassis.kernel.context import acting_principal

from .enums import enumeration
from .fields import Field, leaf
from .node import Node
from .resolving import Info, View
from .scalars import DateTime

FileStatus = enumeration(
    "FileStatus",
    "How far a file is.",
    {
        "staged": "It was announced; its bytes have not come.",
        "received": "Its bytes are there and wait for the virus scanner.",
        "available": "It can be read.",
        "refused": "The virus scanner has found something; nothing of it is kept.",
        "removed": "It was removed.",
    },
)

FileScan = enumeration(
    "FileScan",
    "What the virus scanner said of a file.",
    {
        "pending": "It has not been asked yet, or could not tell.",
        "not_scanned": "This platform has no virus scanner.",
        "clean": "It found nothing.",
        "infected": "It found something.",
    },
)


_URL: Final = "Where it is read, by who may; null when it cannot be read, or when no files are kept here."
_UPLOAD: Final = "How its bytes are sent: for who announced it, until they have come. Null for everybody else."


class UploadHeader(graphene.ObjectType):
    """A header of a request."""

    name = leaf(graphene.String, "Its name.", required=True)
    value = leaf(graphene.String, "Its value.", required=True)


class Upload(graphene.ObjectType):
    """How the bytes of a file are sent: one request with all of them, and nothing else, as its body."""

    url = leaf(
        graphene.String,
        "Where they are sent. Whoever has it can send them in the name of who announced the file.",
        required=True,
    )
    method = leaf(graphene.String, "The method of the request.", required=True)
    headers = Field(
        graphene.NonNull(graphene.List(graphene.NonNull(UploadHeader))), "The headers of the request.", rows=1
    )
    expires_at = leaf(DateTime, "When they must have begun to come.", required=True)
    max_bytes = leaf(graphene.Int, "How many they are; neither more nor fewer are taken.", required=True)


class File(graphene.Interface):
    """A file that belongs to something, and is read by who may read that."""

    id = leaf(graphene.ID, "Identifies this object among all objects of the platform; opaque.", required=True)
    name = leaf(graphene.String, "Its name, as who sent it calls it.", required=True)
    media_type = leaf(graphene.String, "Its type, such as `application/pdf`.", required=True)
    size = leaf(graphene.Int, "Its size in bytes.", required=True)
    status = leaf(FileStatus, "How far it is.", required=True)
    scan = leaf(FileScan, "What the virus scanner said; null: its bytes have not come.")
    sha256 = leaf(graphene.String, "SHA-256 of its bytes, in hexadecimal; null: they have not come.")
    url = leaf(graphene.String, _URL)
    upload = Field(Upload, _UPLOAD)
    staged_at = leaf(DateTime, "When it was announced.", required=True)
    received_at = leaf(DateTime, "When its bytes came; null: they have not.")

    @classmethod
    def resolve_type(cls, instance: View, info: Info) -> Any:
        return Node.resolve_type(instance, info)


def addresses_of(shelf: str) -> dict[str, Field]:
    """The fields of `File` that say where a file of this shelf is."""

    def url(file: View, info: Info) -> str | None:
        found: str | None = info.context.files.download(shelf, file)
        return found

    def upload(file: View, info: Info) -> View | None:
        found = info.context.files.upload(shelf, file, acting_principal())
        if found is None:
            return None
        return {
            "url": found,
            "method": "PUT",
            "headers": [{"name": "Content-Type", "value": file["media_type"]}],
            "expires_at": file["expires_at"],
            "max_bytes": file["size"],
        }

    return {
        "url": leaf(graphene.String, _URL, resolver=url),
        "upload": Field(Upload, _UPLOAD, resolver=upload),
    }
