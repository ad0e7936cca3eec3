"""What a schema cannot say: rules of the house for each object, and between the objects of one overlay."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.k8s.manifests import WORKLOADS, Manifest, Problem, at

SOURCES = Path(__file__).resolve().parents[2]
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
POD_RULES = {
    "automountServiceAccountToken": False,
    "enableServiceLinks": False,
    "securityContext.runAsNonRoot": True,
    "securityContext.seccompProfile.type": "RuntimeDefault",
}
CONTAINER_RULES = {
    "securityContext.allowPrivilegeEscalation": False,
    "securityContext.readOnlyRootFilesystem": True,
    "securityContext.capabilities.drop": ["ALL"],
}
RESOURCES = ("requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
DEFAULT_GRACE_SECONDS = 30  # what Kubernetes takes when the field is missing


def check(manifests: Sequence[Manifest], *, complete: bool) -> Iterator[Problem]:
    """The problems of one build. An incomplete one (a base) may leave its Secrets to the overlays."""
    for manifest in manifests:
        if manifest.kind in WORKLOADS:
            yield from _check_workload(manifest)
            yield from _check_references(manifest, manifests, complete=complete)
        if manifest.kind in ("Deployment", "StatefulSet"):
            yield from _check_long_running(manifest)
        if manifest.kind == "Deployment":
            yield from _check_deployment(manifest, manifests)
        if manifest.kind == "Service":
            yield from _check_service(manifest, manifests)


def _check_workload(workload: Manifest) -> Iterator[Problem]:
    yield from _check_values(workload, f"{workload.template}.spec", workload.pod, POD_RULES)
    for path, container in workload.containers():
        yield from _check_values(workload, path, container, CONTAINER_RULES)
        yield from _check_container(workload, path, container)


def _check_values(
    manifest: Manifest, path: str, tree: Mapping[str, Any], rules: Mapping[str, object]
) -> Iterator[Problem]:
    for field, expected in rules.items():
        found = at(tree, field)
        if found != expected:
            yield manifest.problem(f"{path}.{field}", f"must be {_shown(expected)}, is {_shown(found)}")


def _check_container(workload: Manifest, path: str, container: Mapping[str, Any]) -> Iterator[Problem]:
    for field in RESOURCES:
        if at(container, f"resources.{field}") is None:
            yield workload.problem(f"{path}.resources.{field}", "is missing")
    if not _is_pinned(container["image"]):
        yield workload.problem(f"{path}.image", f"{container['image']} must name a tag other than latest")
    for index, port in enumerate(container.get("ports", ())):
        if "name" not in port:
            yield workload.problem(f"{path}.ports[{index}].name", "is missing")
    module = _module(container.get("command", ()))
    if module is not None and not _exists(module):
        yield workload.problem(f"{path}.command", f"no module named {module}")


def _is_pinned(image: str) -> bool:
    name, _, digest = image.partition("@")
    _, _, tag = name.rpartition("/")[2].partition(":")
    return bool(digest) or tag not in ("", "latest")


def _module(command: Sequence[str]) -> str | None:
    """The module of `python -m module ...`; None for a program that is not ours."""
    return command[2] if list(command[:2]) == ["python", "-m"] and len(command) > 2 else None


def _exists(module: str) -> bool:
    # Looked up and not imported: a service patches the interpreter as it starts.
    path = SOURCES / module.replace(".", "/")
    return path.with_suffix(".py").is_file() or path.joinpath("__main__.py").is_file()


def _check_references(workload: Manifest, manifests: Sequence[Manifest], *, complete: bool) -> Iterator[Problem]:
    present = {(manifest.kind, manifest.name): manifest for manifest in manifests}
    for field, kind, name, key in _references(workload):
        if kind == "Secret" and not complete:
            continue
        target = present.get((kind, name))
        if target is None:
            yield workload.problem(field, f"no {kind} named {name}")
        elif key is not None and key not in target.body.get("data", {}):
            yield workload.problem(field, f"{kind} {name} has no key {key}")


def _references(workload: Manifest) -> Iterator[tuple[str, str, str, str | None]]:
    """(field, kind, name, key) of each ServiceAccount, ConfigMap and Secret that a pod cannot do without."""
    if account := workload.pod.get("serviceAccountName"):
        yield f"{workload.template}.spec.serviceAccountName", "ServiceAccount", account, None
    for path, container in workload.containers():
        for index, source in enumerate(container.get("envFrom", ())):
            for reference, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if reference in source:
                    yield f"{path}.envFrom[{index}].{reference}", kind, source[reference]["name"], None
        for index, variable in enumerate(container.get("env", ())):
            for reference, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                found = at(variable, f"valueFrom.{reference}")
                if found and not found.get("optional"):
                    yield f"{path}.env[{index}].valueFrom.{reference}", kind, found["name"], found["key"]


def _check_long_running(workload: Manifest) -> Iterator[Problem]:
    selector = at(workload.body, "spec.selector.matchLabels")
    if not _selects(selector, workload):
        yield workload.problem("spec.selector.matchLabels", "does not match the labels of the pods")
    for index, container in enumerate(workload.pod["containers"]):
        ports = {port.get("name") for port in container.get("ports", ())}
        for probe in PROBES:
            field = f"spec.template.spec.containers[{index}].{probe}"
            if probe not in container:
                yield workload.problem(field, "is missing")
            elif (port := _probed_port(container[probe])) is not None and port not in ports:
                yield workload.problem(field, f"no port named {port}")


def _probed_port(probe: Mapping[str, Any]) -> str | None:
    port = at(probe, "httpGet.port") or at(probe, "tcpSocket.port")
    return None if port is None else str(port)


def _check_deployment(deployment: Manifest, manifests: Sequence[Manifest]) -> Iterator[Problem]:
    unavailable = at(deployment.body, "spec.strategy.rollingUpdate.maxUnavailable")
    if unavailable != 0:
        yield deployment.problem("spec.strategy.rollingUpdate.maxUnavailable", f"must be 0, is {_shown(unavailable)}")
    budgets = [manifest for manifest in manifests if manifest.kind == "PodDisruptionBudget"]
    if not any(_selects(at(budget.body, "spec.selector.matchLabels"), deployment) for budget in budgets):
        yield deployment.problem("spec.template.metadata.labels", "no PodDisruptionBudget selects these pods")
    grace = deployment.pod.get("terminationGracePeriodSeconds", DEFAULT_GRACE_SECONDS)
    for index, container in enumerate(deployment.pod["containers"]):
        pause = at(container, "lifecycle.preStop.sleep.seconds") or 0
        drain = _setting("DRAIN_SECONDS", container, manifests)
        if drain is None:
            yield deployment.problem(f"spec.template.spec.containers[{index}].envFrom", "DRAIN_SECONDS is not set")
        elif grace <= pause + float(drain):
            yield deployment.problem(
                "spec.template.spec.terminationGracePeriodSeconds",
                f"{grace} must be more than preStop ({pause}) and DRAIN_SECONDS ({drain}) together",
            )


def _setting(name: str, container: Mapping[str, Any], manifests: Sequence[Manifest]) -> str | None:
    """A variable as the container sees it: its own wins, then that of its last ConfigMap."""
    maps = {manifest.name: manifest.body["data"] for manifest in manifests if manifest.kind == "ConfigMap"}
    names = [at(source, "configMapRef.name") for source in container.get("envFrom", ())]
    values = [maps[each][name] for each in names if name in maps.get(each, ())]
    values += [each["value"] for each in container.get("env", ()) if each["name"] == name and "value" in each]
    return values[-1] if values else None


def _check_service(service: Manifest, manifests: Sequence[Manifest]) -> Iterator[Problem]:
    selector = at(service.body, "spec.selector")
    workloads = [each for each in manifests if each.kind in WORKLOADS and _selects(selector, each)]
    if not workloads:
        yield service.problem("spec.selector", "matches no workload")
        return
    names = {
        port.get("name")
        for workload in workloads
        for _, container in workload.containers()
        for port in container.get("ports", ())
    }
    for index, port in enumerate(service.body["spec"]["ports"]):
        if port.get("targetPort") not in names:
            yield service.problem(f"spec.ports[{index}].targetPort", f"no port named {_shown(port.get('targetPort'))}")


def _selects(selector: Mapping[str, str] | None, workload: Manifest) -> bool:
    return bool(selector) and (selector or {}).items() <= workload.pod_labels.items()


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    return str(value).lower() if isinstance(value, bool) else str(value)
