"""The audit log only grows, nothing is written past it, and of every collection it was decided what it may show."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from services.chassis.persistence.audit import heads, log
from services.chassis.runtime.definition import ServiceDefinition, load_definitions

ROOMS: Final = ("membership", "events", "reports", "personal", "files")
FILES: Final = "services/files"
ROOT: Final = Path(__file__).parents[2]
AUDIT: Final = ROOT / "services" / "chassis" / "persistence" / "audit"
CHANGES: Final = {
    "bulk_write",
    "delete_many",
    "delete_one",
    "drop",
    "find_one_and_delete",
    "find_one_and_replace",
    "find_one_and_update",
    "insert_many",
    "insert_one",
    "rename",
    "replace_one",
    "update_many",
    "update_one",
}
"""Methods of PyMongo's collections that change something."""

COLLECTIONS: Final = {log.COLLECTION, heads.COLLECTION}

PAST_THE_LOG: Final = {
    "services/membership/store/applications.py": "when a token was last used: noted at every use, nobody decided it",
}
"""Where a service reaches a collection in another way than through a repository, and why it may."""


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def test_entries_are_inserted_in_one_place_and_sealed_in_another_and_changed_nowhere() -> None:
    found = {
        (path.name, name)
        for path in AUDIT.glob("*.py")
        for name, _ in calls(ast.parse(path.read_text()))
        if name in CHANGES
    }
    assert found == {("log.py", "insert_one"), ("sealer.py", "bulk_write"), ("heads.py", "replace_one")}


def test_the_sealer_sets_the_seal_once_and_nothing_else() -> None:
    tree = ast.parse((AUDIT / "sealer.py").read_text())
    updates = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and "UpdateOne" in ast.unparse(node.func)]
    assert [ast.unparse(update) for update in updates] == [
        "UpdateOne({'_id': entry['_id'], **UNSEALED}, {'$set': {SEAL: seal.as_dict()}})"
    ]
    assert log.UNSEALED == {"seal": None}


def test_nobody_else_reaches_the_log() -> None:
    """By its name, or by the constants that hold it."""
    found = []
    for path, tree in trees("services", "gateway", "deploy"):
        if (ROOT / path).parent == AUDIT:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and ast.unparse(node.slice).strip("'") in COLLECTIONS:
                found.append(path)
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(("audit.log", "audit.heads")):
                found += [path for alias in node.names if alias.name == "COLLECTION"]
        found += [
            path
            for name, call in calls(tree)
            if name in ("collection", "get_collection") and ast.unparse(call.args[0]).strip("'") in COLLECTIONS
        ]
    assert found == []


def test_services_change_documents_through_repositories_only() -> None:
    """`NetworkCollection` and what derives from it note each change; PyMongo's own collections do not."""
    found = {
        path
        for path, tree in trees(
            "services/membership", "services/events", "services/reports", "services/personal", "services/files"
        )
        for name, _ in calls(tree)
        if name == "collection" or name in CHANGES
    }
    assert found == set(PAST_THE_LOG)


def test_the_test_would_see_a_change_past_the_log() -> None:
    tree = ast.parse("work.collection('x').update_one({}, {})\ndatabase['audit'].delete_one({})")
    assert {name for name, _ in calls(tree)} >= {"collection", "update_one", "delete_one"}


DEFINITIONS: Final = pytest.mark.parametrize(
    "definition", load_definitions(), ids=lambda definition: str(definition.name)
)


def stores(service: str) -> Iterator[ast.Module]:
    return (tree for path, tree in trees(f"services/{service}/store") if not path.endswith("/audited.py"))


def collections(service: str) -> Iterator[str]:
    """What repositories call theirs: `collection = "reports"`, `COLLECTION: Final = "reports"`."""
    for tree in stores(service):
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if ast.unparse(target).lower() == "collection":
                    yield str(node.value.value)


@DEFINITIONS
def test_of_every_collection_it_is_decided_what_the_log_may_show(definition: ServiceDefinition) -> None:
    """Whoever adds a collection adds it to `store/audited.py`: the log is kept for good, and shows what it is told to.

    A projection is another service's to tell of.
    """
    own = {*definition.indexes, *collections(definition.name)} - {each.collection for each in definition.projections}
    assert len(own) >= 5
    undecided = own - definition.audited.keys()
    assert undecided == set(), f"decide in services/{definition.name}/store/audited.py"
    assert definition.audited.keys() - own == set(), "there is no such collection (any more)"


@DEFINITIONS
def test_the_fields_that_are_not_shown_exist(definition: ServiceDefinition) -> None:
    """A field that was renamed would be shown from then on."""
    written = {
        node.value
        for tree in (
            *stores(definition.name),
            *(tree for _, tree in trees(f"services/{definition.name}/domain", "services/files")),
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
    }
    fields = {
        node.target.id
        for _, tree in trees(f"services/{definition.name}/domain")
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    for collection, audited in definition.audited.items():
        named = audited.concealed | audited.derived | ({audited.person} if audited.person else set())
        assert named - written - fields == set(), collection
