"""The use cases with files that are the same whatever they belong to. Whether that may change, a service asks first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.chassis.kernel.errors import NotFound
from services.chassis.kernel.events import DomainEvent
from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work

from . import file as files
from .errors import TooManyFiles
from .events import FileReceived, FileRemoved, FileSettled, FileStaged, FileVacated
from .file import UPLOAD_BEGINS_WITHIN, UPLOAD_LASTS, Announced, Arrival, File, FileStatus, Verdict
from .shelf import Shelf
from .store import Binders, Files, FilesOfAllCoalitions

FORGOTTEN_AFTER: Final = UPLOAD_BEGINS_WITHIN + UPLOAD_LASTS + timedelta(hours=21)
"""A day: when no upload of a staged file can be under way any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Files of one kind in one service: `files` and `everywhere` are its repositories."""

    shelf: Shelf
    files: type[Files]
    everywhere: type[FilesOfAllCoalitions]

    def find(self, work: Work, coalition: str, file_id: str) -> File:
        """Raises NotFound, also for one that was removed."""
        found = self.files(work, coalition=coalition).find(file_id)
        if found is None or found.status is FileStatus.REMOVED:
            raise NotFound("There is no such file in this coalition.", path=("file_id",))
        return found

    def stage(self, work: Work, announced: Announced, *, coalition: str, owner_id: str) -> File:
        """Raises TypeNotAllowed, FileTooLarge, InvalidFileName, TooManyFiles."""
        Binders(work, coalition=coalition).claim(owner_id)
        if self.files(work, coalition=coalition).count_of(owner_id) >= self.shelf.max_files:
            raise TooManyFiles(self.shelf.max_files)
        staged = files.stage(
            self.shelf,
            announced,
            id=new_id(),
            coalition=coalition,
            owner_id=owner_id,
            staged_by=work.principal.id if work.principal else None,
            now=work.now,
        )
        return self._record(work, staged, FileStaged)

    def receive(self, work: Work, file: File, arrival: Arrival) -> File:
        """Raises UploadAlreadyUsed, UploadExpired, FileDiffers."""
        Binders(work, coalition=file.coalition).claim(file.owner_id)
        same = self.files(work, coalition=file.coalition).available_with(arrival.sha256)
        return self._follow(work, file, files.receive(file, arrival, same=same, now=work.now), FileReceived)

    def settle(self, work: Work, file: File, verdict: Verdict) -> File:
        """Raises NotReceived."""
        return self._follow(work, file, files.settle(file, verdict), FileSettled)

    def remove(self, work: Work, file: File) -> File:
        Binders(work, coalition=file.coalition).claim(file.owner_id)
        return self._follow(work, file, files.remove(file), FileRemoved)

    def vacate(self, work: Work, found: Sequence[File]) -> int:
        """Forget who has sent these files. Returns how many they are."""
        for each in found:
            self._record(work, files.vacate(each), FileVacated)
        return len(found)

    def waiting(self, work: Work, first: int) -> list[File]:
        return self.everywhere(work).waiting(first)

    def forget_never_sent(self, work: Work, first: int) -> list[File]:
        """Forget the files whose bytes never came. Returns what they were."""
        everywhere = self.everywhere(work)
        forgotten = everywhere.never_sent(work.now - FORGOTTEN_AFTER, first)
        for each in forgotten:
            everywhere.forget(each)
        return forgotten

    def _follow(self, work: Work, file: File, changed: File, event: type[DomainEvent[File]]) -> File:
        return file if changed is file else self._record(work, changed, event)

    def _record(self, work: Work, file: File, event: type[DomainEvent[File]]) -> File:
        self.files(work, coalition=file.coalition).store(file)
        work.publish(event(file))
        return file
