"""The manifests build and pass; each kind of mistake, made in a copy, is named by file, object and field."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.k8s.manifests import Manifest, build
from deploy.k8s.validate import check_directory

ROOT = Path(__file__).resolve().parents[3]
KUBERNETES = ROOT / "deploy" / "k8s"
DEPLOYABLES = {
    "membership",
    "membership-relay",
    "events",
    "events-relay",
    "reports",
    "reports-relay",
    "gateway",
}
GATEWAY = "deploy/k8s/base/gateway/deployment.yaml: Deployment/gateway: "
CONTAINER = "spec.template.spec.containers[0]"
RABBITMQ = "deploy/k8s/overlays/local/rabbitmq/statefulset.yaml: StatefulSet/rabbitmq: "

# (what goes wrong, file, text, replacement, problem)
MISTAKES = [
    (
        "a probe is forgotten",
        "base/gateway/deployment.yaml",
        "          readinessProbe:\n            httpGet:\n              path: /readyz\n"
        "              port: http\n            periodSeconds: 5\n            timeoutSeconds: 3\n"
        "            failureThreshold: 2\n",
        "",
        f"{GATEWAY}{CONTAINER}.readinessProbe: is missing",
    ),
    (
        "a field is misspelt",
        "base/gateway/deployment.yaml",
        "livenessProbe:",
        "livenesProbe:",
        f"{GATEWAY}{CONTAINER}: Additional properties are not allowed ('livenesProbe' was unexpected)",
    ),
    (
        "a kind is misspelt",
        "base/gateway/service.yaml",
        "kind: Service",
        "kind: Servise",
        "deploy/k8s/base/gateway/service.yaml: Servise/gateway: kind: unknown kind v1 Servise",
    ),
    (
        "an image floats",
        "overlays/local/mongodb/statefulset.yaml",
        "image: mongo:6.0",
        "image: mongo:latest",
        "deploy/k8s/overlays/local/mongodb/statefulset.yaml: StatefulSet/mongodb: "
        f"{CONTAINER}.image: mongo:latest must name a tag other than latest",
    ),
    (
        "an image has no tag",
        "overlays/local/rabbitmq/statefulset.yaml",
        "image: rabbitmq:3.13",
        "image: registry.example:5000/rabbitmq",
        f"{RABBITMQ}{CONTAINER}.image: registry.example:5000/rabbitmq must name a tag other than latest",
    ),
    (
        "a CronJob runs what does not exist",
        "base/retention/cronjob.yaml",
        "services.events, retain",
        "services.evnts, retain",
        "deploy/k8s/base/retention/cronjob.yaml: CronJob/retention: "
        "spec.jobTemplate.spec.template.spec.containers[1].command: no module named services.evnts",
    ),
    (
        "a Secret is not there",
        "overlays/local/kustomization.yaml",
        "  - name: rabbitmq\n    literals:",
        "  - name: rabbit\n    literals:",
        f"{RABBITMQ}{CONTAINER}.envFrom[0].secretRef: no Secret named rabbitmq",
    ),
    (
        "a ServiceAccount is not there",
        "overlays/local/rabbitmq/statefulset.yaml",
        "      enableServiceLinks: false\n",
        "      enableServiceLinks: false\n      serviceAccountName: somebody\n",
        f"{RABBITMQ}spec.template.spec.serviceAccountName: no ServiceAccount named somebody",
    ),
    (
        "a ConfigMap has not the key",
        "base/gateway/deployment.yaml",
        "          env:\n",
        "          env:\n            - name: COLOUR\n"
        "              valueFrom: {configMapKeyRef: {name: settings, key: COLOUR}}\n",
        f"{GATEWAY}{CONTAINER}.env[1].valueFrom.configMapKeyRef: ConfigMap settings-HASH has no key COLOUR",
    ),
    (
        "a pod is killed while it drains",
        "base/kustomization.yaml",
        "DRAIN_SECONDS=20",
        "DRAIN_SECONDS=30",
        f"{GATEWAY}spec.template.spec.terminationGracePeriodSeconds: "
        "35 must be more than preStop (5) and DRAIN_SECONDS (30) together",
    ),
    (
        "a command is misspelt",
        "base/gateway/deployment.yaml",
        "[python, -m, gateway]",
        "[python, -m, gatewai]",
        f"{GATEWAY}{CONTAINER}.command: no module named gatewai",
    ),
    (
        "a container may write",
        "overlays/local/rabbitmq/statefulset.yaml",
        "readOnlyRootFilesystem: true",
        "readOnlyRootFilesystem: false",
        f"{RABBITMQ}{CONTAINER}.securityContext.readOnlyRootFilesystem: must be true, is false",
    ),
    (
        "a container keeps a capability",
        "overlays/local/rabbitmq/statefulset.yaml",
        "drop: [ALL]",
        "drop: [NET_RAW]",
        f"{RABBITMQ}{CONTAINER}.securityContext.capabilities.drop: must be ['ALL'], is ['NET_RAW']",
    ),
    (
        "a pod has a token",
        "base/topology/job.yaml",
        "      automountServiceAccountToken: false\n",
        "",
        "deploy/k8s/base/topology/job.yaml: Job/topology: "
        "spec.template.spec.automountServiceAccountToken: must be false, is missing",
    ),
    (
        "a limit is forgotten",
        "base/gateway/deployment.yaml",
        "              memory: 384Mi\n",
        "",
        f"{GATEWAY}{CONTAINER}.resources.limits.memory: is missing",
    ),
    (
        "a port has no name",
        "overlays/local/mongodb/statefulset.yaml",
        "            - name: mongodb\n              containerPort: 27017\n",
        "            - name: mongodb\n              containerPort: 27017\n            - containerPort: 27018\n",
        "deploy/k8s/overlays/local/mongodb/statefulset.yaml: StatefulSet/mongodb: "
        f"{CONTAINER}.ports[1].name: is missing",
    ),
    (
        "a probe asks a port that is not there",
        "base/gateway/deployment.yaml",
        "              path: /readyz\n              port: http\n",
        "              path: /readyz\n              port: probes\n",
        f"{GATEWAY}{CONTAINER}.readinessProbe: no port named probes",
    ),
    (
        "a Service leads to a port that is not there",
        "base/gateway/service.yaml",
        "targetPort: http",
        "targetPort: web",
        "deploy/k8s/base/gateway/service.yaml: Service/gateway: spec.ports[0].targetPort: no port named web",
    ),
    (
        "a Service leads nowhere",
        "base/gateway/service.yaml",
        "spec:\n",
        "spec:\n  selector:\n    tier: front\n",
        "deploy/k8s/base/gateway/service.yaml: Service/gateway: spec.selector: matches no workload",
    ),
    (
        "a selector misses its pods",
        "overlays/local/rabbitmq/statefulset.yaml",
        "spec:\n  serviceName: rabbitmq\n",
        "spec:\n  selector:\n    matchLabels:\n      tier: broker\n  serviceName: rabbitmq\n",
        f"{RABBITMQ}spec.selector.matchLabels: does not match the labels of the pods",
    ),
]
MISTAKES_IN_A_COMPONENT = [
    (
        "the release takes pods away",
        "components/process/deployment.yaml",
        "maxUnavailable: 0",
        "maxUnavailable: 1",
        "spec.strategy.rollingUpdate.maxUnavailable: must be 0, is 1",
    ),
    (
        "nothing limits disruption",
        "components/process/kustomization.yaml",
        "  - disruptionbudget.yaml\n",
        "",
        "spec.template.metadata.labels: no PodDisruptionBudget selects these pods",
    ),
    (
        "nobody knows how long draining takes",
        "base/kustomization.yaml",
        "      - DRAIN_SECONDS=20\n",
        "",
        "spec.template.spec.containers[0].envFrom: DRAIN_SECONDS is not set",
    ),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The manifests in a place of their own, to make mistakes in."""
    target = tmp_path / "deploy" / "k8s"
    shutil.copytree(KUBERNETES, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target


@pytest.fixture(scope="module")
def local() -> list[Manifest]:
    return build(KUBERNETES / "overlays" / "local", root=ROOT)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{path.name} holds {old!r} {text.count(old)} times"
    path.write_text(text.replace(old, new))


def problems_of(copy: Path) -> list[str]:
    """The local overlay's problems; the hash in a generated name says nothing here."""
    _, problems = check_directory(copy / "overlays" / "local", root=copy.parents[1], complete=True)
    return [re.sub(r"settings-[a-z0-9]{10}", "settings-HASH", str(problem)) for problem in problems]


@pytest.mark.parametrize("target", ["base", "overlays/local"])
def test_what_is_committed_has_no_problem(target: str) -> None:
    count, problems = check_directory(KUBERNETES / target, root=ROOT, complete=target != "base")

    assert problems == []
    assert count > len(DEPLOYABLES)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [mistake[1:] for mistake in MISTAKES],
    ids=[mistake[0] for mistake in MISTAKES],
)
def test_a_mistake_is_named(copy: Path, file: str, old: str, new: str, problem: str) -> None:
    edit(copy / file, old, new)

    assert problems_of(copy) == [problem]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [mistake[1:] for mistake in MISTAKES_IN_A_COMPONENT],
    ids=[mistake[0] for mistake in MISTAKES_IN_A_COMPONENT],
)
def test_a_mistake_in_what_all_share_is_named_for_each(copy: Path, file: str, old: str, new: str, problem: str) -> None:
    edit(copy / file, old, new)

    assert set(problems_of(copy)) == {
        f"deploy/k8s/base/{name}/deployment.yaml: Deployment/{name}: {problem}" for name in DEPLOYABLES
    }


def test_a_base_may_leave_its_secrets_to_the_overlays_and_nothing_else(copy: Path) -> None:
    edit(copy / "base" / "kustomization.yaml", "  - name: settings\n", "  - name: setting\n")

    _, problems = check_directory(copy / "base", root=copy.parents[1], complete=False)

    assert {problem.message for problem in problems if "envFrom" in problem.field} == {
        "no ConfigMap named settings",
        "DRAIN_SECONDS is not set",
    }
    assert not [problem for problem in problems if "Secret" in problem.message]


def validate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.k8s.validate", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_prints_a_line_for_each_build() -> None:
    result = validate()

    assert (result.returncode, result.stderr) == (0, "")
    base, local = result.stdout.splitlines()
    assert base.startswith("base: ")
    assert local.startswith("overlays/local: ")
    assert base.endswith(" objects, 0 problems")
    assert local.endswith(" objects, 0 problems")


def test_the_command_fails_and_says_where(copy: Path) -> None:
    edit(copy / "overlays" / "local" / "rabbitmq" / "statefulset.yaml", "drop: [ALL]", "drop: []")

    result = validate(str(copy))

    assert result.returncode == 1
    assert result.stderr == (f"{RABBITMQ}{CONTAINER}.securityContext.capabilities.drop: must be ['ALL'], is []\n")
    assert result.stdout.splitlines()[1].endswith(" 1 problems")


def test_the_command_fails_when_a_folder_does_not_build(copy: Path) -> None:
    (copy / "overlays" / "local" / "namespace.yaml").unlink()

    result = validate(str(copy))

    assert result.returncode == 1
    assert "overlays/local: does not build: " in result.stderr
    assert "namespace.yaml" in result.stderr
    assert "Traceback" not in result.stderr


def test_each_deployable_has_a_folder_an_identity_and_a_budget(local: list[Manifest]) -> None:
    for kind in ("Deployment", "ServiceAccount", "PodDisruptionBudget"):
        assert {each.name for each in local if each.kind == kind} == DEPLOYABLES
    folders = {path.parent.name for path in KUBERNETES.glob("base/*/deployment.yaml")}
    assert folders == DEPLOYABLES


def test_settings_and_ports_agree(local: list[Manifest]) -> None:
    (settings,) = [each.body["data"] for each in local if each.kind == "ConfigMap"]
    ports = {
        (each.name, port["name"]): port["containerPort"]
        for each in local
        if each.kind == "Deployment"
        for _, container in each.containers()
        for port in container.get("ports", ())
    }

    assert ports.pop(("gateway", "http")) == int(settings["HTTP_PORT"])
    assert ports == {(name, "probes"): int(settings["PROBES_PORT"]) for name in DEPLOYABLES if name != "gateway"}
    assert settings["EVENTLET_NO_GREENDNS"] == "yes"
    assert settings["RUN_MODE"] == "development"


def test_only_the_local_overlay_runs_in_development_mode() -> None:
    (settings,) = [each.body["data"] for each in build(KUBERNETES / "base", root=ROOT) if each.kind == "ConfigMap"]

    assert settings["RUN_MODE"] == "production"


def test_the_gateway_cannot_reach_the_database(local: list[Manifest]) -> None:
    (gateway,) = [each for each in local if (each.kind, each.name) == ("Deployment", "gateway")]
    policies = {each.name: each.body["spec"] for each in local if each.kind == "NetworkPolicy"}

    assert "MONGODB_URI" not in yaml.safe_dump(dict(gateway.body))
    for name in ("allow-mongodb", "allow-mongodb-to-mongodb"):
        assert "gateway" not in yaml.safe_dump(policies[name])
    assert policies["deny-all"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_job_declares_the_topology_and_creates_the_indexes_of_each_service(
    local: list[Manifest],
) -> None:
    (job,) = [each for each in local if each.kind == "Job"]

    commands = [container["command"] for _, container in job.containers()]

    declaration = ["python", "-m", "services.chassis.runtime.cli", "admin", "topology", "declare"]
    indexes = [["python", "-m", f"services.{name}", "indexes"] for name in ("membership", "events", "reports")]
    assert commands == [declaration, *indexes]


def test_a_relay_declares_the_topology_before_it_publishes(local: list[Manifest]) -> None:
    first_steps = {
        each.name: [step["command"][2:] for step in each.pod["initContainers"]]
        for each in local
        if each.pod_labels.get("app.kubernetes.io/component") == "relay"
    }

    declaration = ["services.chassis.runtime.cli", "admin", "topology", "declare"]
    assert first_steps == {name: [declaration] for name in DEPLOYABLES if name.endswith("-relay")}
