"""Evidence of reports."""

from services.files.store import Files, FilesOfAllCoalitions


class EvidenceFiles(Files):
    collection = "evidence"


class EvidenceOfAllCoalitions(FilesOfAllCoalitions):
    collection = EvidenceFiles.collection
