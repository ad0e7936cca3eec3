"""File names: what a path, a control character or a trick of writing is, and what people really call files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.files.names import extension_of, fault_of


@pytest.mark.parametrize(
    "name",
    ["Bericht 2026.pdf", "Grüße – Ανθρώπινα δικαιώματα.pdf", "تقرير.pdf", "a.b.pdf"],
)
def test_what_people_call_files_is_a_name(name: str) -> None:
    assert fault_of(name) is None
    assert extension_of(name) == "pdf"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\win.pdf", "/tmp/a.pdf", "C:\\a.pdf", "C:a.pdf", "a\x00.pdf", "a\r\nX: y.pdf", ".bashrc",
     "..", "annual\u202efdp.exe", "zero\u200bwidth.pdf", "name.", 'quoted".pdf'],
)  # fmt: skip
def test_what_is_a_path_or_a_trick_is_none(name: str) -> None:
    assert fault_of(name) is not None


@given(st.text(min_size=1))
def test_no_name_that_passes_leaves_its_folder_or_its_line(name: str) -> None:
    if fault_of(name) is None:
        assert not set(name) & set("/\\\0\r\n")
        assert name not in (".", "..")
