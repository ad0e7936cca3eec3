"""`python -m deploy.k8s.validate`: build the base and every overlay, refuse what a cluster would or should.

Each object is held against the strict schema of its kind (unknown fields and kinds are refused) and against
the rules of `policies`. One line for each build, one for each problem (file, object, field); exit code 1 if
there is any.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import kubernetes_validate

from deploy.k8s import policies
from deploy.k8s.kubectl import BuildError, KubectlMissingError
from deploy.k8s.manifests import Manifest, Problem, build

HERE = Path(__file__).resolve().parent
KUBERNETES_VERSION = "1.37"


def check_schemas(manifests: Sequence[Manifest]) -> Iterator[Problem]:
    """The first offence of each object against the strict schema of its kind."""
    for manifest in manifests:
        try:
            kubernetes_validate.validate(dict(manifest.body), KUBERNETES_VERSION, strict=True)
        except kubernetes_validate.SchemaNotFoundError as error:
            yield manifest.problem("kind", f"unknown kind {error.api_version} {error.kind}")
        except kubernetes_validate.ValidationError as error:
            yield manifest.problem(_dotted(error.absolute_path), error.message)


def check_directory(directory: Path, *, root: Path, complete: bool) -> tuple[int, list[Problem]]:
    """How many objects a folder builds, and what is wrong with them; files are named from `root`."""
    manifests = build(directory, root=root)
    # The rules take the shape of an object for granted, so they wait until the schemas agree.
    problems = list(check_schemas(manifests)) or list(policies.check(manifests, complete=complete))
    return len(manifests), problems


def targets(directory: Path) -> list[Path]:
    """The base, then the overlays by name."""
    overlays = sorted(path.parent for path in directory.glob("overlays/*/kustomization.yaml"))
    return [directory / "base", *overlays]


@click.command()
@click.argument("directory", default=HERE, type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(directory: Path) -> None:
    """Validate the kustomizations of DIRECTORY (by default the folder of this program)."""
    try:
        sound = [report(target, directory=directory.resolve()) for target in targets(directory.resolve())]
    except KubectlMissingError as error:
        raise click.ClickException(str(error)) from error
    if not all(sound):
        sys.exit(1)


def report(target: Path, *, directory: Path) -> bool:
    """Print one line for a build and one for each problem; True if there is none."""
    name = target.relative_to(directory).as_posix()
    try:
        count, problems = check_directory(target, root=directory.parents[1], complete=target.parent.name == "overlays")
    except BuildError as error:
        click.echo(f"{name}: does not build: {error}", err=True)
        return False
    for problem in problems:
        click.echo(problem, err=True)
    click.echo(f"{name}: {count} objects, {len(problems)} problems")
    return not problems


def _dotted(path: Sequence[str | int]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".") or "(object)"


if __name__ == "__main__":
    main()
