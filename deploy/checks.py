"""The project's own checks: what neither ruff nor mypy says. `python -m deploy.checks` prints each breach and fails."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("services", "gateway", "deploy", "tests", "benchmarks")
LONGEST_FILE = 500
LONGEST_FUNCTION = 50


def python_files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def breaches() -> Iterator[str]:
    """One sentence per file or function that is too long to be read at a glance."""
    for path in python_files():
        text = path.read_text()
        name = path.relative_to(ROOT)
        if (length := text.count("\n")) > LONGEST_FILE:
            yield f"{name} has {length} lines; split it below {LONGEST_FILE}."
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    yield f"{name}:{node.lineno} {node.name} has {length} lines; split it below {LONGEST_FUNCTION}."


def main() -> None:
    found = list(breaches())
    sys.exit("\n".join(found) if found else 0)


if __name__ == "__main__":
    main()
