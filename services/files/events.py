"""What happens to files: one event for each version of one."""

from services.chassis.kernel.events import DomainEvent

from .file import File


class FileStaged(DomainEvent[File]):
    pass


class FileReceived(DomainEvent[File]):
    """The bytes are there; the file may wait for the scanner, be available, or have been refused."""


class FileSettled(DomainEvent[File]):
    """The scanner has said what it thinks of a file that waited for it."""


class FileRemoved(DomainEvent[File]):
    pass


class FileVacated(DomainEvent[File]):
    """It is not known any more who has sent it."""
