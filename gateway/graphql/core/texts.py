"""Which text a request means: its own, one that it names by a hash, or one of a list of trusted documents."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from graphql import GraphQLError

from gateway.door import DocumentSettings
from gateway.graphql.errors import (
    DOCUMENT_NOT_FOUND,
    DOCUMENT_NOT_TRUSTED,
    PERSISTED_QUERY_HASH_MISMATCH,
    PERSISTED_QUERY_NOT_FOUND,
    PERSISTED_QUERY_NOT_SUPPORTED,
    RequestRefused,
)
from services.chassis.kernel.config import ConfigurationError

HASH_PREFIX: Final = "sha256:"
_PERSISTED_BYTES: Final = 5_000_000


class Texts:
    """Trusted documents are known by the name that the file gives them and by their SHA-256; those that clients had
    kept (automatic persisted queries, as Apollo has them) by their SHA-256 only, in this process, the last used."""

    def __init__(self, settings: DocumentSettings) -> None:
        """Raises ConfigurationError: the file of trusted documents is not one."""
        self._trusted = _read(settings.manifest) if settings.manifest else {}
        self._only_trusted = settings.trusted
        self._persists = settings.persists and not settings.trusted
        self._persisted: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def of(self, text: str | None, *, document_id: str | None, persisted_hash: str | None) -> str:
        """Raises RequestRefused: the document is not known, not trusted, or not the one whose hash is named."""
        if document_id is not None:
            return self._named(document_id)
        if persisted_hash is not None:
            return self._by_hash(text, persisted_hash)
        if text is None:
            raise ValueError("a request without a document")
        return self._allowed(text)

    def remember(self, text: str, *, persisted_hash: str | None) -> None:
        """Keep a document that has passed all limits and is valid, if its hash was named."""
        if not self._persists or persisted_hash is None or persisted_hash in self._persisted:
            return
        self._persisted[persisted_hash] = text
        self._bytes += len(text)
        while self._bytes > _PERSISTED_BYTES:
            _, forgotten = self._persisted.popitem(last=False)
            self._bytes -= len(forgotten)

    def check(self, prepare: Callable[[str], Any]) -> None:
        """Raises ConfigurationError when a trusted document cannot be answered: `prepare` raises RequestRefused."""
        for name, text in self._trusted.items():
            try:
                prepare(text)
            except RequestRefused as refused:
                reason = refused.errors[0].message
                raise ConfigurationError(
                    f"TRUSTED_DOCUMENTS_FILE: the document {name} does not fit this schema: {reason}"
                ) from refused

    def _named(self, document_id: str) -> str:
        found = self._trusted.get(document_id) or self._trusted.get(document_id.removeprefix(HASH_PREFIX))
        if found is None and document_id.startswith(HASH_PREFIX):
            found = self._persisted.get(document_id.removeprefix(HASH_PREFIX))
        if found is None:
            raise _refused(DOCUMENT_NOT_FOUND, "There is no document of this id.")
        return found

    def _by_hash(self, text: str | None, persisted_hash: str) -> str:
        if not self._persists and not self._trusted:
            raise _refused(PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
        if text is not None:
            if _hash(text) != persisted_hash:
                message = "The hash is not that of the document: it must be its SHA-256, in hex."
                raise _refused(PERSISTED_QUERY_HASH_MISMATCH, message)
            return self._allowed(text)
        found = self._trusted.get(persisted_hash) or self._persisted.get(persisted_hash)
        if found is None and self._only_trusted:
            raise _not_trusted()
        if found is None:
            # Apollo's clients look at the message, others at the code.
            raise _refused(PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        if persisted_hash in self._persisted:
            self._persisted.move_to_end(persisted_hash)
        return found

    def _allowed(self, text: str) -> str:
        if self._only_trusted and _hash(text) not in self._trusted:
            raise _not_trusted()
        return text


def _read(path: Path) -> Mapping[str, str]:
    """`{name: text}`, as Relay's `persistConfig` and graphql-codegen's `persistedDocuments` write it."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"TRUSTED_DOCUMENTS_FILE {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigurationError(f"TRUSTED_DOCUMENTS_FILE {path} is not JSON: {error}.") from error
    if not isinstance(content, dict) or not content or not all(isinstance(text, str) for text in content.values()):
        raise ConfigurationError(f"TRUSTED_DOCUMENTS_FILE {path} must be one object, {{hash: document}}, not empty.")
    return {**content, **{_hash(text): text for text in content.values()}}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _not_trusted() -> RequestRefused:
    return _refused(DOCUMENT_NOT_TRUSTED, "Only the documents that were registered for this API are answered.")


def _refused(code: str, message: str) -> RequestRefused:
    return RequestRefused(code, [GraphQLError(message)])
