"""Built manifests: each object with the file it came from, and what workloads have in common."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s import kubectl

ORIGIN = "config.kubernetes.io/origin"
WORKLOADS = ("Deployment", "StatefulSet", "Job", "CronJob")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of one object."""

    file: str
    object: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.object}: {self.field}: {self.message}"


@dataclass(frozen=True)
class Manifest:
    """One object as kustomize built it. `file` is where its resource begins; patches may lie elsewhere."""

    file: str
    body: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.body.get("kind"))

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])

    @property
    def template(self) -> str:
        """The path of the template of a workload's pods."""
        return "spec.jobTemplate.spec.template" if self.kind == "CronJob" else "spec.template"

    @property
    def pod_labels(self) -> Mapping[str, str]:
        return at(self.body, f"{self.template}.metadata.labels") or {}

    @property
    def pod(self) -> Mapping[str, Any]:
        return at(self.body, f"{self.template}.spec") or {}

    def problem(self, field: str, message: str) -> Problem:
        return Problem(self.file, f"{self.kind}/{self.name}", field, message)

    def containers(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(path, container), the init containers too."""
        for group in ("initContainers", "containers"):
            for index, container in enumerate(self.pod.get(group, ())):
                yield f"{self.template}.spec.{group}[{index}]", container


def at(tree: Any, path: str) -> Any:
    """The value at a dotted path, None where the path ends early."""
    for key in path.split("."):
        tree = tree.get(key) if isinstance(tree, Mapping) else None
    return tree


def build(directory: Path, *, root: Path) -> list[Manifest]:
    """Every object of a kustomization, with files named from `root`. Raises as `kubectl.build` does."""
    with tempfile.TemporaryDirectory() as scratch:
        wrapper = Path(scratch).resolve()
        # Origins are only noted by the outermost kustomization, and the cluster need not see them.
        wrapper.joinpath("kustomization.yaml").write_text(
            yaml.safe_dump(
                {
                    "resources": [os.path.relpath(directory.resolve(), wrapper)],
                    "buildMetadata": ["originAnnotations"],
                }
            )
        )
        bodies = yaml.safe_load_all(kubectl.build(wrapper))
        return [Manifest(_origin(body, wrapper=wrapper, root=root.resolve()), body) for body in bodies]


def _origin(body: dict[str, Any], *, wrapper: Path, root: Path) -> str:
    """Takes the note of the origin out of the object and returns its file."""
    annotations = body["metadata"].get("annotations", {})
    origin = yaml.safe_load(annotations.pop(ORIGIN))
    if not annotations:
        body["metadata"].pop("annotations", None)
    return os.path.relpath(wrapper / (origin.get("path") or origin["configuredIn"]), root)
