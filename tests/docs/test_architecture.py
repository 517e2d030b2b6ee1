"""ARCHITECTURE.md is true: it names every module there is with that module's own first sentence, and no other."""

import ast
import pkgutil
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "ARCHITECTURE.md").read_text()
PACKAGES = ("engine/ccm_engine", "deploy/ccm_deploy", "daemon/ccm_daemon")
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
LONGEST = 300  # lines; errors.py is a list of what can go wrong, and as long as that is


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def first_sentence(path: Path) -> str:
    """What a module is for, by its own docstring; fails where it has none."""
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring, f"{name(path)} has no docstring"
    return " ".join(re.split(r"\.(?=\s|$)", docstring)[0].split())


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_is_named_with_its_own_sentence(package: str) -> None:
    """And no module that does not exist."""
    section = TEXT.partition(f"### `{package}/`\n")[2].partition("\n#")[0]
    rooms = [line for line in section.splitlines() if line.startswith("| `")]
    paths = [path for path in MODULES if name(path).startswith(f"{package}/")]
    assert rooms == [f"| `{name(path).removeprefix(f'{package}/')}` | {first_sentence(path)} |" for path in paths]


def test_modules_are_short() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in MODULES if path.name != "errors.py"}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize("dotted", sorted(set(re.findall(r"`(ccm_\w+(?:\.\w+)+)`", TEXT))))
def test_every_function_and_type_that_it_names_exists(dotted: str) -> None:
    pkgutil.resolve_name(dotted)


def test_every_file_that_it_names_exists() -> None:
    """Except the one that it tells how to write."""
    named = set(re.findall(r"`((?:engine|deploy|daemon|tests)/[\w/.]*)`", TEXT)) - {
        "engine/ccm_engine/kinds/statistics.py"
    }
    assert {path for path in named if not (ROOT / path).exists()} == set()
