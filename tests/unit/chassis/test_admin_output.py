"""Tables that can be copied from, in any window."""

import pytest

from services.chassis.runtime.admin.output import print_table

ID = "01a20cb6-fbc7-7982-819b-5a1ed2d7c68e"
TYPE = "membership.member_admitted.v1"


@pytest.mark.parametrize("width", [60, 80, 118, 200])
def test_nothing_is_cut_off(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(
        ("id", "type", "when"), [(f"{ID}\nevents.member_projection.dead", TYPE, "2026-11-24 08:40:55")], id_column="id"
    )
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= width
    cells = zip(*(line.strip("│").split("│") for line in out.splitlines() if line.startswith("│")), strict=True)
    identifier, type_, when = ("".join(part.strip() for part in column) for column in cells)
    assert (identifier, type_) == (f"{ID}events.member_projection.dead", TYPE)
    assert when.replace(" ", "") == "2026-11-2408:40:55"


def test_an_id_stays_on_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_table(("id", "type"), [(ID, TYPE * 5)], id_column="id")
    assert ID in capsys.readouterr().out


def test_text_that_looks_like_markup_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("error",), [("[red]KeyError[/red] ['a']",)])
    assert "[red]KeyError[/red] ['a']" in capsys.readouterr().out
