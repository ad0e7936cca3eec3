"""The name in `Content-Disposition`: RFC 6266 with RFC 8187, and nothing that breaks out of the header."""

from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.files.disposition import attachment


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("report.pdf", 'attachment; filename="report.pdf"'),
        ("a b (1).pdf", 'attachment; filename="a b (1).pdf"'),
        ("Übersicht.pdf", "attachment; filename=\"Ubersicht.pdf\"; filename*=UTF-8''%C3%9Cbersicht.pdf"),
        ("100%.pdf", "attachment; filename=\"100_.pdf\"; filename*=UTF-8''100%25.pdf"),
        ("€ rates.pdf", "attachment; filename=\"_ rates.pdf\"; filename*=UTF-8''%E2%82%AC%20rates.pdf"),
    ],
)
def test_names_in_any_script(name: str, header: str) -> None:
    assert attachment(name) == header


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=60))
def test_whatever_it_is_called_the_header_is_one_line_and_gives_the_name_back(name: str) -> None:
    header = attachment(name)
    assert header.isascii()
    assert not set(header) & set("\r\n\0")
    message = Message()
    message["content-disposition"] = header
    plain, marked, encoded = header.partition("; filename*=UTF-8''")
    assert plain.count('"') == 2
    assert (unquote(encoded) if marked else plain.removeprefix('attachment; filename="').removesuffix('"')) == name
