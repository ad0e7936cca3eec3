"""What every service with files is asked alike, most of it by the gateway: checked for form, not yet for the rules."""

from dataclasses import dataclass

from .file import Announced, Arrival, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFile:
    coalition: str
    owner_id: str
    announced: Announced


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveFile:
    coalition: str
    file_id: str
    arrival: Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleFile:
    coalition: str
    file_id: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWaitingFiles:
    """Those of all coalitions that wait for the scanner, the longest first, `first` at most."""

    first: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNeededObjects:
    """Which of these objects of a coalition some file needs."""

    coalition: str
    object_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetStagedFiles:
    """Those whose bytes never came, `first` at most."""

    first: int = 100
