"""The table of docs/failure-modes.md is written again and again, and nothing around it changes."""

from pathlib import Path

from deploy.local.settings import ROOT

from .harness.page import refresh
from .harness.trial import Row


def row(name: str, *, recovered: float | None) -> Row:
    return Row(
        fault=name,
        sent=1200,
        acknowledged=1100,
        refused=100,
        unknown=3,
        lost=0,
        doubled=0,
        recovered=recovered,
        caught_up=2.5,
        restarts=1,
        unknown_codes={},
        findings=[],
    )


def test_the_table_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "failure-modes.md"
    page.write_text((ROOT / "docs" / "failure-modes.md").read_text())
    before = page.read_text()
    rows = [row("kill-broker", recovered=3.14), row("half-open", recovered=None)]
    for said in ("said before", "said now"):
        refresh(page, rows, {"kill-broker": "RabbitMQ killed"}, said=said)
    written = page.read_text()
    assert "| **kill-broker**: RabbitMQ killed | 1,200 | 1,100 | 100 | 3 | 0 | 0 | 3.1 | 2.5 | 1 |" in written
    assert "| **half-open** | 1,200 | 1,100 | 100 | 3 | 0 | 0 | never | 2.5 | 1 |" in written
    assert "| **all** | **2,400** | **2,200** | **200** | **6** | **0** | **0** |  |  | 2 |" in written
    assert "said before" not in written
    assert written.startswith(before.partition("<!--")[0])
    assert written.count("<!--") == before.count("<!--") == 2
