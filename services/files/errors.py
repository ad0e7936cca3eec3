"""Why a file is not taken, each with its stable code. A service adds them to its own tree.

ExpectedError (chassis)
├── Conflict
│   ├── UploadAlreadyUsed   UPLOAD_ALREADY_USED    its bytes have come, or it was refused: stage another file
│   └── NotReceived         FILE_NOT_RECEIVED      there are no bytes that a scanner could have seen
└── RuleViolation
    ├── TypeNotAllowed      FILE_TYPE_NOT_ALLOWED  of no type that is taken here
    ├── FileTooLarge        FILE_TOO_LARGE         larger than files of its type may be
    ├── InvalidFileName     INVALID_FILE_NAME      a path, control characters, or an end of another type
    ├── TooManyFiles        TOO_MANY_FILES         as many as one thing may have
    ├── UploadExpired       UPLOAD_EXPIRED         the bytes came too late: stage it again
    └── FileDiffers         FILE_DIFFERS           the bytes are not what was announced
"""

from collections.abc import Iterable

from services.chassis.kernel.errors import Conflict, RuleViolation


class UploadAlreadyUsed(Conflict):
    code = "UPLOAD_ALREADY_USED"

    def __init__(self) -> None:
        super().__init__("The bytes of this file have come already. Stage another file for other bytes.")


class NotReceived(Conflict):
    code = "FILE_NOT_RECEIVED"

    def __init__(self) -> None:
        super().__init__("Of this file there are no bytes that wait for the scanner.")


class TypeNotAllowed(RuleViolation):
    code = "FILE_TYPE_NOT_ALLOWED"

    def __init__(self, media_type: str, allowed: Iterable[str]) -> None:
        super().__init__(
            f"Files of the type {media_type!r} are not taken here. These are: {', '.join(sorted(allowed))}.",
            path=("media_type",),
        )


class FileTooLarge(RuleViolation):
    code = "FILE_TOO_LARGE"

    def __init__(self, media_type: str, max_bytes: int) -> None:
        super().__init__(f"A file of the type {media_type} may have {max_bytes} bytes at most.", path=("size",))


class InvalidFileName(RuleViolation):
    code = "INVALID_FILE_NAME"

    def __init__(self, message: str) -> None:
        super().__init__(message, path=("name",))


class TooManyFiles(RuleViolation):
    code = "TOO_MANY_FILES"

    def __init__(self, max_files: int) -> None:
        super().__init__(f"There are {max_files} files already, and more may not be added. Remove one first.")


class UploadExpired(RuleViolation):
    code = "UPLOAD_EXPIRED"

    def __init__(self) -> None:
        super().__init__("The time to send the bytes is over. Stage the file again.")


class FileDiffers(RuleViolation):
    code = "FILE_DIFFERS"

    def __init__(self, what: str) -> None:
        super().__init__(f"The file that came has another {what} than was announced.")
