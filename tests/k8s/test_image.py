"""The image as it is built: small, sealed, ready to start, and with nothing in it but what is locked."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import pytest

import postgres
from deployment import Deployment, wait_until
from k8s import image as images
from k8s.image import podman

PROJECT = tomllib.loads((images.ROOT / "pyproject.toml").read_text())["project"]
AT_MOST = 40_000_000  # bytes on top of the base
RESTRICTED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
PYTHON = ("--entrypoint", "/opt/ccm/bin/python3")
INSTALLED = """\
from importlib.metadata import distributions
print(*sorted(f"{found.name.lower().replace('_', '-')}=={found.version}" for found in distributions()))
"""
# What has no bytecode, or some that Python would compare with the source at each start.
UNCOMPILED = """\
from importlib.util import cache_from_source
from pathlib import Path
UNCHECKED = (1).to_bytes(4, "little")
for path in Path("/opt/ccm/lib").rglob("*.py"):
    compiled = Path(cache_from_source(path))
    if not compiled.exists() or compiled.read_bytes()[4:8] != UNCHECKED:
        print(path)
"""
LEFT_BEHIND = """\
from importlib.util import find_spec
from pathlib import Path
print([name for name in ("pip", "hatchling", "setuptools") if find_spec(name)])
print([str(path) for path in (Path("/src"), Path("/opt/build"), Path.home() / ".cache") if path.exists()])
print([str(path) for path in Path("/opt/ccm").rglob("*") if path.name in {"tests", "test", ".git", "conftest.py"}])
print([str(path) for path in Path("/tmp").iterdir()])
"""
# As whom Kubernetes may run it: as the image says, or as whomever a cluster chooses.
USERS = ("10001:10001", "1234560000:0")
COMMANDS = ("deploy", "wait", "status", "migrate")


def inside(image: str, program: str, *options: str) -> str:
    return podman("run", "--rm", *options, *PYTHON, image, "-c", program).stdout.strip()


def environment(deployment: Deployment, **variables: str) -> list[str]:
    """The options that tell a container of the database: by name, as it is known in a cluster."""
    url = deployment.url.replace("127.0.0.1", "localhost")
    given = {"DATABASE_URL_PROD": url, "CONFIRM_PROD": "oui", "USE_PROD_DB": "true", **variables}
    return [word for name, value in given.items() for word in ("--env", f"{name}={value}")]


def test_the_image_is_small(image: str) -> None:
    assert images.size(image) - images.size(images.BASE) < AT_MOST


def test_what_is_installed_is_what_is_locked(image: str) -> None:
    lock = (images.ROOT / "requirements" / "base.txt").read_text().splitlines()
    locked = {line.split()[0] for line in lock if "==" in line and "sys_platform" not in line}
    assert set(inside(image, INSTALLED).split()) == locked | {f"ccm-daemon=={PROJECT['version']}"}


def test_nothing_is_left_of_the_build(image: str) -> None:
    assert inside(image, LEFT_BEHIND, "--user", "0").splitlines() == ["[]"] * 4


def test_every_module_is_compiled(image: str) -> None:
    assert inside(image, UNCOMPILED) == ""


def test_the_labels_say_what_it_is(image: str) -> None:
    labels = json.loads(podman("image", "inspect", "--format", "{{json .Labels}}", image).stdout)
    said = {name.removeprefix("org.opencontainers.image."): value for name, value in labels.items()}
    expected = {"title": "ccm-daemon", "version": PROJECT["version"], "licenses": PROJECT["license"]}
    assert said | expected | {"base.name": images.BASE} == said


@pytest.mark.parametrize("user", USERS)
def test_without_arguments_it_deploys_sealed_as_it_may_be(image: str, deployment: Deployment, user: str) -> None:
    told = podman(
        "run", "--rm", *RESTRICTED, "--user", user, "--network", "host", *environment(deployment), image
    ).stderr
    assert [json.loads(line)["event"] for line in told.splitlines()][-1] == "applied"
    assert deployment.applied() == ["0000_initial"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_start_writes_nothing(image: str, deployment: Deployment, command: str) -> None:
    """Not even bytecode, where it might: everything that it imports is compiled, the standard library too."""
    for word in ("deploy", command):
        with container(image, deployment, word) as name:
            podman("start", "--attach", name)
            assert written(name) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_needs_a_root_that_it_can_write_to(image: str, deployment: Deployment, command: str) -> None:
    run = ("run", "--rm", *RESTRICTED, "--network", "host", *environment(deployment), image)
    podman(*run)
    podman(*run, command)


def test_the_exporter_serves_and_writes_nothing_either(image: str, deployment: Deployment) -> None:
    port = str(postgres.free_port())
    with container(image, deployment, "exporter", CCM_METRICS_PORT=port) as name:
        podman("start", name)
        wait_until(lambda: "ccm_connection_up 1.0" in metrics(port))
        podman("stop", "--time", "10", name)
        assert podman("inspect", "--format", "{{.State.ExitCode}}", name).stdout.strip() == "143"
        assert written(name) == []


def test_the_example_applies_the_migrations_of_its_own(example: str, deployment: Deployment) -> None:
    run = ("run", "--rm", *RESTRICTED, "--network", "host", *environment(deployment), example)
    podman(*run, "ccm-daemon", "deploy")
    assert deployment.applied() == ["0000_visits"]


@contextmanager
def container(image: str, deployment: Deployment, word: str, **variables: str) -> Iterator[str]:
    """A container of root's, which may write wherever it likes, and bytecode too; not started yet."""
    allowed = environment(deployment, PYTHONDONTWRITEBYTECODE="", **variables)
    name = podman("create", "--user", "0", "--network", "host", *allowed, image, word).stdout.strip()
    try:
        yield name
    finally:
        podman("rm", "--force", "--time", "0", name)


def written(name: str) -> list[str]:
    """What has changed in a container, but for what podman itself keeps in /etc."""
    return [line for line in podman("diff", name).stdout.splitlines() if not line.startswith("C /etc")]


def metrics(port: str) -> str:
    """Nothing before it is served."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            return str(answer.read().decode())
    except URLError:
        return ""
