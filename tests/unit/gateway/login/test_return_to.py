"""Where people can be sent after signing in: never to another site."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.login.return_to import AFTER_LOGIN, safe_return_to


@pytest.mark.parametrize("path", ["/", "/graphql", "/graphql?query=%7B+x+%7D#top", "/a//b", "/a@b:c"])
def test_a_path_of_ours(path: str) -> None:
    assert safe_return_to(path) == path


@pytest.mark.parametrize(
    "wanted",
    [None, "", "graphql", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
     "/\t/evil.example", "/\n/evil.example", "https://evil.example", "javascript:alert(1)", " /graphql", "/a\\b",
     "/ü", "/a b", "/a\r\nx: y", "/" + "x" * 500],
)  # fmt: skip
def test_anything_else_is_the_usual_page(wanted: str | None) -> None:
    assert safe_return_to(wanted) == AFTER_LOGIN


@given(st.text(alphabet="/\\.:@?#%a \t\n\r\x00é", max_size=12))
def test_nobody_leaves_the_site(wanted: str) -> None:
    base = "https://api.iccar.example"
    # Browsers take a backslash for a slash and drop tabs and line breaks.
    as_browsers_read = safe_return_to(wanted).replace("\\", "/").translate({9: None, 10: None, 13: None})
    assert urlsplit(urljoin(base, as_browsers_read)).netloc == "api.iccar.example"
