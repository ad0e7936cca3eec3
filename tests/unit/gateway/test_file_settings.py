"""What the operator says about files, and what is wrong with it."""

import pytest

from gateway.storage import FileSettings, ScannerAddress
from services.chassis.kernel.config import ConfigurationError, Environment


def settings(**values: str) -> FileSettings:
    return FileSettings.from_environment(Environment(values))


def test_without_settings_no_files_are_taken() -> None:
    found = settings()
    assert (found.store, found.scanner) == (None, None)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://clamav:3310", ScannerAddress(host="clamav", port=3310)),
        ("tcp://[::1]:3310", ScannerAddress(host="::1", port=3310)),
        ("unix:/run/clamav/clamd.ctl", ScannerAddress(path="/run/clamav/clamd.ctl")),
    ],
)
def test_where_the_scanner_is(text: str, address: ScannerAddress) -> None:
    assert settings(CLAMD=text).scanner == address


@pytest.mark.parametrize("text", ["clamav:3310", "tcp://clamav", "unix:run/clamd", "http://clamav:3310", "tcp://x:y"])
def test_where_no_scanner_can_be(text: str) -> None:
    with pytest.raises(ConfigurationError, match="CLAMD"):
        settings(CLAMD=text)


def test_a_store_is_a_folder_or_s3_and_its_secrets_are_not_shown() -> None:
    for url in ("s3://bucket/prefix", "file:///var/objects"):
        found = settings(OBJECT_STORE=url)
        assert found.store is not None
        assert found.store.reveal() == url
    for wrong in ("ftp://host/hidden", "s3://bucket?secret_access_key=hidden", "s3://key:hidden@bucket", "/hidden"):
        with pytest.raises(ConfigurationError, match="OBJECT_STORE") as raised:
            settings(OBJECT_STORE=wrong)
        assert "hidden" not in str(raised.value)
