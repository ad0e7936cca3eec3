"""Parts of files: RFC 9110's own examples, and the arithmetic for whatever is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.files.ranges import NotSatisfiable, Part, part_of

SIZE = 10_000


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-499", Part(0, 500)),
        ("bytes=500-999", Part(500, 1_000)),
        ("bytes=-500", Part(9_500, 10_000)),
        ("bytes=9500-", Part(9_500, 10_000)),
        ("bytes=0-0", Part(0, 1)),
        ("BYTES=0-499", Part(0, 500)),
        ("bytes=9990-20000", Part(9_990, 10_000)),
        ("bytes=-20000", Part(0, 10_000)),
    ],
)
def test_a_part_is_what_the_standard_says(header: str, part: Part) -> None:
    assert part_of(header, SIZE) == part


@pytest.mark.parametrize(
    "header", [None, "", "bytes=", "bytes=-", "bytes=5-2", "lines=0-1", "bytes=0-1,5-6", "bytes=a-b", "bytes=0x1-2",
               "bytes 0-5", "bytes=0-5-9", "bytes=" + "9" * 40 + "-"],
)  # fmt: skip
def test_what_is_no_range_for_us_gives_the_whole_file(header: str | None) -> None:
    assert part_of(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=10000-", "bytes=10000-10005", "bytes=-0", "bytes=999999999-"])
def test_what_is_beyond_the_end_is_no_part(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        part_of(header, SIZE)


@given(st.binary(min_size=1, max_size=50), st.integers(0, 60), st.integers(0, 60) | st.none())
def test_a_part_is_the_slice(content: bytes, first: int, last: int | None) -> None:
    header = f"bytes={first}-{'' if last is None else last}"
    try:
        part = part_of(header, len(content))
    except NotSatisfiable:
        assert first >= len(content)
        return
    if part is None:
        assert last is not None
        assert last < first
        return
    expected = content[first:] if last is None else content[first : last + 1]
    assert content[part.start : part.end] == expected
    assert expected
    assert part.content_range(len(content)) == f"bytes {first}-{first + len(expected) - 1}/{len(content)}"


@given(st.text(max_size=40), st.integers(1, 1_000))
def test_whatever_is_asked_for_is_within_the_file(header: str, size: int) -> None:
    for asked in (header, f"bytes={header}"):
        try:
            part = part_of(asked, size)
        except NotSatisfiable:
            continue
        assert part is None or 0 <= part.start < part.end <= size
