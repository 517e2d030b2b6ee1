"""A project in a folder of its own for each test."""

from collections.abc import Callable
from pathlib import Path

import pytest

import postgres
from watching import MODELS, Project


@pytest.fixture
def project(tmp_path: Path, server18: postgres.Server, create_database: Callable[[postgres.Server], str]) -> Project:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "__init__.py").write_text(MODELS)
    (tmp_path / "pyproject.toml").write_text("[tool.ccm]\n")
    made = Project(root=tmp_path, server=server18, database=create_database(server18))
    made.git("init", "-q")
    return made
