"""What `diff` writes for a new database is what SQLAlchemy's own `create_all()` would have made, by pg_dump."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import postgres

ROOT = Path(__file__).parents[2]

CreateDatabase = Callable[[postgres.Server], str]

# In a process of its own, because a module that is imported twice would define its tables twice.
CREATE_ALL = """
import asyncio, importlib, sys
from sqlalchemy.ext.asyncio import create_async_engine

async def main():
    metadatas = []
    for name in sys.argv[2:]:
        module = importlib.import_module(name)
        metadatas += getattr(module, "METADATAS", None) or [getattr(module, "Base", module).metadata]
    engine = create_async_engine(sys.argv[1], isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for metadata in metadatas:
            await connection.run_sync(metadata.create_all)
    await engine.dispose()

asyncio.run(main())
"""


def create_all(modules: tuple[str, ...], server: postgres.Server, database: str) -> None:
    url = server.url(database).replace("postgresql://", "postgresql+asyncpg://")
    run(sys.executable, "-c", CREATE_ALL, url, *modules)


def diff(server: postgres.Server, start: str, goal: str) -> str:
    return run("ccm-daemon", "diff", "--from", start, "--to", goal, "--sql", CCM_SHADOW_URL=server.url())


def run(*command: str, **variables: str) -> str:
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, env={**paths, **variables})
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(server: postgres.Server, create_database: CreateDatabase, source: str, *modules: str) -> None:
    expected, made = create_database(server), create_database(server)
    create_all(modules, server, expected)
    server.psql(diff(server, "empty", source), made)
    assert server.dump(made) == server.dump(expected)
    assert diff(server, server.url(made), source) == ""


def test_the_sample_equals_create_all(server: postgres.Server, create_database: CreateDatabase) -> None:
    check(server, create_database, "schemas", "schemas")


@pytest.mark.since(15)
def test_every_feature_of_sqlalchemy_equals_create_all(
    server: postgres.Server, create_database: CreateDatabase
) -> None:
    """A second diff, from the database that was made, is empty: whatever the spelling of the models."""
    check(server, create_database, "tests/torture", "torture")


def test_types_of_extensions_equal_create_all(server15: postgres.Server, create_database: CreateDatabase) -> None:
    check(server15, create_database, "tests/torture/contrib.py", "torture", "torture.contrib")
