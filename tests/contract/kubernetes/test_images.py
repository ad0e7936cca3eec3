"""The images and the manifests agree, and a build can see what it copies and nothing else."""

from pathlib import Path

import pytest
import yaml

from deploy.k8s.manifests import build

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILES = sorted((ROOT / "deploy" / "images").glob("*.Dockerfile"))


def instructions(dockerfile: Path) -> list[list[str]]:
    """Each instruction as words, continued lines joined, comments left out."""
    lines = dockerfile.read_text().replace("\\\n", " ").splitlines()
    return [line.split() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def copied_sources(dockerfile: Path) -> list[str]:
    """The paths of the build context that an image takes."""
    copies = [words[1:-1] for words in instructions(dockerfile) if words[0] == "COPY"]
    return [source for sources in copies if not sources[0].startswith("--from") for source in sources]


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.stem)
def test_an_image_runs_as_the_user_that_the_manifests_demand(dockerfile: Path) -> None:
    users = [words[1] for words in instructions(dockerfile) if words[0] == "USER"]
    contexts = [
        each.pod["securityContext"]
        for each in build(ROOT / "deploy" / "k8s" / "base", root=ROOT)
        if each.kind in ("Deployment", "Job", "CronJob")
    ]

    assert users == [f"{context['runAsUser']}:{context['runAsGroup']}" for context in contexts[:1]]
    assert all(context == contexts[0] for context in contexts)


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.stem)
def test_what_an_image_copies_exists_and_enters_the_build(dockerfile: Path) -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    sources = copied_sources(dockerfile)

    assert "*" in ignored
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if not any(Path(source).is_relative_to(path) for path in allowed)] == []


def test_the_gateway_image_takes_of_the_services_only_what_the_gateway_may_import() -> None:
    sources = copied_sources(ROOT / "deploy" / "images" / "gateway.Dockerfile")

    assert {source for source in sources if source.startswith("services")} == {
        "services/__init__.py",
        "services/chassis/__init__.py",
        "services/chassis/kernel/",
        "services/chassis/protocol/",
        "services/chassis/observability/",
        "services/rights/",
    }


def test_the_local_overlay_uses_the_tags_that_the_build_instructions_give() -> None:
    overlay = yaml.safe_load((ROOT / "deploy/k8s/overlays/local/kustomization.yaml").read_text())
    tags = {f"--tag {image['name']}:{image['newTag']} ." for image in overlay["images"]}

    assert len(tags) == len(DOCKERFILES)
    for tag in tags:
        assert any(tag in dockerfile.read_text() for dockerfile in DOCKERFILES)
