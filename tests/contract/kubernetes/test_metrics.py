"""A Prometheus finds the metrics of every pod, and nobody else does."""

from pathlib import Path
from typing import Any

import pytest

from deploy.k8s.manifests import Manifest, build

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def base() -> list[Manifest]:
    return build(ROOT / "deploy" / "k8s" / "base", root=ROOT)


def policies(base: list[Manifest]) -> dict[str, Any]:
    return {each.name: each.body["spec"] for each in base if each.kind == "NetworkPolicy"}


def test_every_pod_says_where_its_metrics_are(base: list[Manifest]) -> None:
    (settings,) = [each.body["data"] for each in base if each.kind == "ConfigMap"]
    deployments = [each for each in base if each.kind == "Deployment"]
    assert len(deployments) == 7
    for deployment in deployments:
        setting = "METRICS_PORT" if deployment.name == "gateway" else "PROBES_PORT"
        assert deployment.body["spec"]["template"]["metadata"]["annotations"] == {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": settings[setting],
            "prometheus.io/path": "/metrics",
        }
    assert settings["METRICS_HOST"] == settings["PROBES_HOST"] == "0.0.0.0"


def test_only_prometheus_reaches_the_metrics(base: list[Manifest]) -> None:
    (settings,) = [each.body["data"] for each in base if each.kind == "ConfigMap"]
    metrics = policies(base)["allow-metrics"]
    (selected,) = metrics["podSelector"]["matchExpressions"]
    labels = {each.pod_labels["app.kubernetes.io/component"] for each in base if each.kind == "Deployment"}
    assert set(selected["values"]) == labels
    (rule,) = metrics["ingress"]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert [port["port"] for port in rule["ports"]] == [int(settings["METRICS_PORT"])]


def test_the_way_into_the_gateway_does_not_lead_to_its_metrics(base: list[Manifest]) -> None:
    (rule,) = policies(base)["allow-http-to-gateway"]["ingress"]
    assert [port["port"] for port in rule["ports"]] == ["http"]
    (service,) = [each for each in base if each.kind == "Service"]
    assert [port["targetPort"] for port in service.body["spec"]["ports"]] == ["http"]
