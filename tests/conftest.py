"""Fixtures that every test can ask for: a server of each version, a fresh database on it, and a project."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

import postgres
from projects import MODELS, Project

_numbers = count()


@pytest.fixture(scope="session")
def server18() -> Iterator[postgres.Server]:
    with postgres.running(18) as server:
        yield server


@pytest.fixture(scope="session")
def server15() -> Iterator[postgres.Server]:
    if not postgres.available(15):
        pytest.skip(f"PostgreSQL 15 is not installed in {postgres.DEBIAN}")
    with postgres.running(15) as server:
        yield server


@pytest.fixture(scope="session", params=[18, 15], ids=["postgres18", "postgres15"])
def server(request: pytest.FixtureRequest) -> postgres.Server:
    """Both versions, one after the other."""
    server: postgres.Server = request.getfixturevalue(f"server{request.param}")
    return server


@pytest.fixture
def create_database() -> Iterator[Callable[[postgres.Server], str]]:
    """A function that makes an empty database on a server and returns its name; dropped after the test."""
    made: list[tuple[postgres.Server, str]] = []

    def create(server: postgres.Server, template: str = "template0") -> str:
        name = f"t{next(_numbers)}"
        server.psql(f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append((server, name))
        return name

    yield create
    for server, name in made:
        server.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def database(server18: postgres.Server, create_database: Callable[[postgres.Server], str]) -> str:
    """The URL of an empty database on PostgreSQL 18."""
    return server18.url(create_database(server18))


@pytest.fixture
def project(tmp_path: Path, server18: postgres.Server, create_database: Callable[[postgres.Server], str]) -> Project:
    """A checkout with one small model, its shadow and its development database on PostgreSQL 18."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "__init__.py").write_text(MODELS)
    (tmp_path / "pyproject.toml").write_text("[tool.ccm]\n")
    made = Project(root=tmp_path, server=server18, database=create_database(server18))
    made.git("init", "-q")
    return made
