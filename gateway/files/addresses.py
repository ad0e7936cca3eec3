"""Where files are sent to and read from, for those who are shown a file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from services.chassis.kernel.principal import Principal, PrincipalKind

from .tickets import Ticket, TicketOffice

FILES_PATH: Final = "/files"
UPLOADS_PATH: Final = f"{FILES_PATH}/uploads"


class Addresses:
    """`public_url`: where browsers find this gateway."""

    def __init__(self, public_url: str, tickets: TicketOffice) -> None:
        self._public_url = public_url
        self._tickets = tickets

    def download(self, shelf: str, file: Mapping[str, Any]) -> str | None:
        """Of a file as its service shows it, once it can be read."""
        if file["status"] != "available":
            return None
        return (
            f"{self._public_url}{FILES_PATH}/{shelf}/{quote(file['coalition'], safe='')}/{quote(file['id'], safe='')}"
        )

    def upload(self, shelf: str, file: Mapping[str, Any], principal: Principal | None) -> str | None:
        """For who staged the file, and only while its bytes may begin to come."""
        expires_at = datetime.fromisoformat(file["expires_at"])
        is_senders = principal is not None and principal.id == file["staged_by"]
        if principal is None or not is_senders or file["status"] != "staged" or expires_at <= datetime.now(UTC):
            return None
        is_person = principal.kind is PrincipalKind.PERSON
        ticket = Ticket(
            shelf=shelf,
            coalition=file["coalition"],
            file_id=file["id"],
            principal_id=principal.id,
            issuer=principal.issuer if is_person else None,
            subject=principal.subject if is_person else None,
            name=principal.name if is_person else None,
            email=principal.email if is_person else None,
            expires_at=expires_at.timestamp(),
        )
        return f"{self._public_url}{UPLOADS_PATH}/{self._tickets.seal(ticket)}"
