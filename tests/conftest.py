"""Fixtures that every test can ask for: a server of each version, a fresh database on it, and a project."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import count
from pathlib import Path

import hypothesis
import pytest

import postgres
from deployment import Deployment
from projects import MODELS, Project

_numbers = count()
FILE_COPY = 16
"""The major version from which on a database is made the quicker by it."""


# How many schemas the property tests draw: `make fuzz`, CI, and a person at a desk.
hypothesis.settings.register_profile("fuzz", max_examples=10_000)
hypothesis.settings.register_profile("ci", hypothesis.settings.get_profile("ci"), max_examples=500)
hypothesis.settings.register_profile("desk", max_examples=30)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "desk"))

StartServer = Callable[[int], postgres.Server]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--servers", help="the major versions of Postgres that `server` stands for (18)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`server` is each of the versions asked for, one after the other."""
    if "server" in metafunc.fixturenames:
        majors = [int(major) for major in (metafunc.config.getoption("servers") or "18").split(",")]
        ids = [f"postgres{major}" for major in majors]
        metafunc.parametrize("server", majors, ids=ids, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of versions that were asked for, only the tests that look at them."""
    if config.getoption("servers"):
        items[:] = [item for item in items if "server" in getattr(item, "fixturenames", ())]


@pytest.fixture(scope="session")
def start_server() -> Iterator[StartServer]:
    """A function that gives the server of a major version, started when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def start(major: int) -> postgres.Server:
            if not postgres.available(major):
                pytest.skip(f"PostgreSQL {major} is not installed in {postgres.BINARIES[major]}")
            return stack.enter_context(postgres.running(major))

        yield start


@pytest.fixture(scope="session")
def server18(start_server: StartServer) -> postgres.Server:
    return start_server(18)


@pytest.fixture(scope="session")
def server15(start_server: StartServer) -> postgres.Server:
    return start_server(15)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, start_server: StartServer) -> postgres.Server:
    return start_server(request.param)


@pytest.fixture
def deployment(
    tmp_path: Path, server18: postgres.Server, create_database: Callable[[postgres.Server], str]
) -> Deployment:
    """A folder for migrations, and an empty database."""
    return Deployment(home=tmp_path, server=server18, database=create_database(server18))


@pytest.fixture
def create_database() -> Iterator[Callable[[postgres.Server], str]]:
    """A function that makes an empty database on a server and returns its name; dropped after the test."""
    made: list[tuple[postgres.Server, str]] = []

    def create(server: postgres.Server, template: str = "template0") -> str:
        name = f"t{next(_numbers)}"
        quicker = "STRATEGY file_copy" if server.major >= FILE_COPY else ""
        server.psql(f"CREATE DATABASE {name} TEMPLATE {template} {quicker}")
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
