"""The fixtures of `make drizzle`, which installs drizzle-kit and drizzle-orm first."""

import shutil

import pytest

import postgres
from drizzle import kit, story
from drizzle.kit import Answers, Shared
from projects import Project


@pytest.fixture(scope="session")
def installed() -> None:
    """Skip where there is no Drizzle to run."""
    if shutil.which("node") is None:
        pytest.skip("there is no node to run Drizzle with")
    if not (kit.INSTALLED / "drizzle-kit").exists():
        pytest.skip(f"there is no drizzle-kit in {kit.INSTALLED}: `make drizzle` installs it")


@pytest.fixture
def shared(installed: None, project: Project) -> Shared:
    """A checkout of both tools, with no schema yet."""
    project.models.unlink()
    return kit.shared(project)


@pytest.fixture(scope="session")
def grown(
    installed: None, server18: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Shared, dict[str, Answers]]:
    """The checkout at the end of the story, and what both said after each step."""
    root = tmp_path_factory.mktemp("grown")
    (root / "schemas").mkdir()
    (root / "pyproject.toml").write_text("[tool.ccm]\n")
    server18.psql("CREATE DATABASE grown")
    checkout = kit.shared(Project(root=root, server=server18, database="grown"))
    return checkout, {step.name: _after(checkout, step) for step in story.STEPS}


def _after(checkout: Shared, step: story.Step) -> Answers:
    checkout.take(step)
    return checkout.asked()
