"""`chassis admin keys`."""

import json
from pathlib import Path

from click.testing import CliRunner

from services.chassis.runtime.cli import main


def keys(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(main, ["admin", "keys", *arguments])
    return ran.exit_code, ran.output


def test_a_key_is_replaced_in_three_steps(tmp_path: Path) -> None:
    where = ("--directory", str(tmp_path))
    assert keys("ensure", *where) == (0, "")
    old = json.loads((tmp_path / "principal-signing-key.json").read_text())["kid"]
    status, printed = keys("publish", *where, "--json")
    new = json.loads(printed)["published"]
    assert (status, new != old) == (0, True)
    known = json.loads((tmp_path / "principal-keys.json").read_text())["keys"]
    assert [key["kid"] for key in known] == [old, new]
    assert keys("activate", *where) == (0, f"activated {new}\n")
    assert keys("retire", *where) == (0, f"{old}\n")
    assert keys("retire", *where, "--json") == (0, '{\n  "retired": []\n}\n')


def test_a_step_out_of_order_is_one_sentence(tmp_path: Path) -> None:
    where = ("--directory", str(tmp_path))
    keys("ensure", *where)
    status, printed = keys("activate", *where)
    assert status == 1
    assert "publish one first" in printed
    assert "Traceback" not in printed
