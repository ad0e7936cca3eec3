"""Settings of files: where their bytes are kept, and who looks for viruses in them."""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from services.chassis.kernel.config import ConfigurationError, Environment, Secret

STORES: Final = ("file", "s3")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerAddress:
    """Of a clamd: a TCP port, or the path of a socket."""

    host: str | None = None
    port: int = 0
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """`store` is the URL of the object store; None: this platform takes no files. `scanner` None: nobody looks for
    viruses, and files say so. `idle_seconds`: an upload of which nothing has come for so long is given up.
    `at_once`: uploads that one process takes at the same time; each holds a few megabytes."""

    store: Secret | None
    scanner: ScannerAddress | None
    idle_seconds: float
    at_once: int

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """OBJECT_STORE, CLAMD, UPLOAD_IDLE_SECONDS, UPLOADS_AT_ONCE. Raises ConfigurationError."""
        return cls(
            store=_store(environment.text("OBJECT_STORE", "")),
            scanner=_scanner(environment.text("CLAMD", "")),
            idle_seconds=environment.seconds("UPLOAD_IDLE_SECONDS", 30),
            at_once=environment.integer("UPLOADS_AT_ONCE", 8, minimum=1),
        )


def _store(url: str) -> Secret | None:
    """Not repeated in an error: somebody may have put what is secret into it."""
    parts = urlsplit(url)
    if url and (parts.scheme not in STORES or parts.query or "@" in parts.netloc):
        raise ConfigurationError(
            "OBJECT_STORE must be file:///folder or s3://bucket/prefix, and nothing more: what S3 needs to know is in "
            "AWS_REGION, AWS_ACCESS_KEY_ID and so on."
        )
    return Secret(url) if url else None


def _scanner(url: str) -> ScannerAddress | None:
    if not url:
        return None
    if url.startswith("unix:/"):
        return ScannerAddress(path=url.removeprefix("unix:"))
    try:
        parts = urlsplit(url)
        if parts.scheme == "tcp" and parts.hostname and parts.port:
            return ScannerAddress(host=parts.hostname, port=parts.port)
    except ValueError:
        pass
    raise ConfigurationError(f"CLAMD is {url!r}: it must be tcp://host:3310 or unix:/path/of/the/socket.")
