"""The manifests as `kubectl kustomize` prints them: the overlays, and the base with components in all sensible ways."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from kubernetes_validate.utils import SchemaNotFoundError, all_versions

from ccm_deploy import environment

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
README = (K8S / "README.md").read_text()

Json = dict[str, Any]

VERSIONS = tuple(f"1.{minor}" for minor in sorted({int(version.split(".")[1]) for version in all_versions()})[-3:])
"""The last three minor versions of Kubernetes that there are schemas of."""
PART_OF = "app.kubernetes.io/part-of"
OURS = "ccm-daemon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What somebody deploys: an overlay or the base, with components beside those that it has."""

    start: str
    components: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "+".join((Path(self.start).name, *self.components))


BASE, DEV, PROD = (Combination(start=folder) for folder in ("base", "overlays/dev", "overlays/prod"))


def base(*components: str) -> Combination:
    return Combination(start="base", components=components)


def prod(*components: str) -> Combination:
    return Combination(start="overlays/prod", components=components)


COMBINATIONS = (
    BASE,
    DEV,
    PROD,
    *(base(component.name) for component in sorted((K8S / "components").iterdir())),
    base("job", "exporter"),
    base("job", "pushgateway", "networkpolicy"),
    base("job", "sidecar", "monitoring"),
    base("sidecar", "pushgateway", "monitoring", "networkpolicy"),
    Combination(start="overlays/dev", components=("job", "pushgateway")),
    prod("job"),
    prod("job", "pushgateway"),
)
everywhere = pytest.mark.parametrize("what", [*COMBINATIONS, "readme"], ids=str)
combined = pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
EVERYTHING = prod("job", "pushgateway")
"""Every object there is but those of the sidecar, which stands in for the exporter, and of dev."""


def objects(combination: Combination) -> tuple[Json, ...]:
    """Each object; skips the test where there is no kubectl."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    return _kustomized(combination)


@cache
def _kustomized(combination: Combination) -> tuple[Json, ...]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "k8s"
        shutil.copytree(K8S, copy)
        start = copy / combination.start / "kustomization.yaml"
        root = "../" * len(Path(combination.start).parts)
        added = [f"{root}components/{component}" for component in combination.components]
        kustomization = yaml.safe_load(start.read_text())
        kustomization["components"] = kustomization.get("components", []) + added
        start.write_text(json.dumps(kustomization))
        return kustomize(start.parent)


def kustomize(folder: Path) -> tuple[Json, ...]:
    """What `kubectl kustomize` prints of a folder."""
    done = subprocess.run(["kubectl", "kustomize", str(folder)], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


def fenced(language: str) -> list[str]:
    """The blocks of k8s/README.md."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def in_the_readme() -> tuple[Json, ...]:
    """The objects that k8s/README.md shows in full, not those that are input for kustomize, Prometheus or Helm."""
    documents = (document for block in fenced("yaml") for document in yaml.safe_load_all(block))
    return tuple(document for document in documents if "metadata" in document)


def found(what: Combination | str) -> tuple[Json, ...]:
    """The objects of a combination, or of the readme."""
    return objects(what) if isinstance(what, Combination) else in_the_readme()


def problem(thing: Json, version: str) -> str | None:
    """What the schema of that version of Kubernetes, taken strictly, has against it. Raises `SchemaNotFoundError`."""
    return _problem(json.dumps(thing, sort_keys=True), version)


@cache
def _problem(text: str, version: str) -> str | None:
    try:
        kubernetes_validate.validate(json.loads(text), version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{'.'.join(map(str, error.path))}: {error.message}"
    return None


def without_schema(things: Sequence[Json], version: str) -> set[str]:
    """The kinds that Kubernetes itself does not have, by its schemas."""
    unknown = set()
    for thing in things:
        try:
            problem(thing, version)
        except SchemaNotFoundError:
            unknown.add(thing["kind"])
    return unknown


def settings(things: Sequence[Json]) -> dict[str, environment.Environment]:
    """What each container that runs ccm-daemon takes from its environment. Raises `SettingInvalid`."""
    configs = {name: config["data"] for name, config in of_kind(things, "ConfigMap").items()}
    taken = {}
    for where, container in running(things, "deploy", "wait", "exporter").items():
        common = [configs[source["configMapRef"]["name"]] for source in container.get("envFrom", [])]
        own = {name: variable.get("value", "given") for name, variable in variables(container).items()}
        taken[where] = environment.read({name: value for each in (*common, own) for name, value in each.items()})
    return taken


def name(thing: Json) -> str:
    return f"{thing['kind']}/{thing['metadata']['name']}"


def of_kind(things: Sequence[Json], kind: str) -> dict[str, Json]:
    """By name."""
    return {thing["metadata"]["name"]: thing for thing in things if thing["kind"] == kind}


def pods(things: Sequence[Json]) -> dict[str, Json]:
    """The Pod templates, by the name of what makes pods of them."""
    return {name(thing): thing["spec"]["template"] for thing in things if "template" in thing.get("spec", {})}


def containers(template: Json) -> list[Json]:
    """In the order in which they start."""
    return [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]


def each_container(things: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    for pod, template in pods(things).items():
        for container in containers(template):
            yield f"{pod}/{container['name']}", container


def command(container: Json) -> str:
    """The command of ccm-daemon that a container runs; empty where it runs something else."""
    words = container.get("command", [])
    return words[1] if words[:1] == [OURS] else ""


def running(things: Sequence[Json], *commands: str) -> dict[str, Json]:
    """The containers that run one of these commands of ccm-daemon."""
    return {where: container for where, container in each_container(things) if command(container) in commands}


def variables(container: Json) -> dict[str, Json]:
    return {variable["name"]: variable for variable in container.get("env", [])}


def secret(container: Json) -> str:
    """The Secret that the URL of the database comes from."""
    return str(variables(container)["DATABASE_URL_PROD"]["valueFrom"]["secretKeyRef"]["name"])


def selects(selector: Json, labels: Mapping[str, str]) -> bool:
    """Whether a label selector finds these labels; of expressions, only `In` is known."""
    expressions = selector.get("matchExpressions", [])
    assert {expression["operator"] for expression in expressions} <= {"In"}
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        labels.get(expression["key"]) in expression["values"] for expression in expressions
    )


def selected(things: Sequence[Json], selector: Json) -> dict[str, Json]:
    """The Pod templates that a label selector finds."""
    return {where: pod for where, pod in pods(things).items() if selects(selector, pod["metadata"]["labels"])}
