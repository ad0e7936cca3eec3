"""What the codes about files mean, for the enums of the services that have files."""

from collections.abc import Mapping
from typing import Final

CODES: Final[Mapping[str, str]] = {
    "UPLOAD_ALREADY_USED": "The bytes of the file have come, or it was refused: stage another file.",
    "FILE_NOT_RECEIVED": "There are no bytes of the file that wait for the scanner.",
    "FILE_TYPE_NOT_ALLOWED": "Files of this media type are not taken here.",
    "FILE_TOO_LARGE": "Files of this media type may not be as large.",
    "INVALID_FILE_NAME": "A file's name is no path, has no control characters, and ends as its media type says.",
    "TOO_MANY_FILES": "There are as many files as there may be: remove one first.",
    "UPLOAD_EXPIRED": "The time to send the bytes is over: stage the file again.",
    "FILE_DIFFERS": "The bytes are not what was announced.",
}
"""By code."""
