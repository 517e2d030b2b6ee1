"""Whether what `diff` writes for a new database is what SQLAlchemy's own `create_all()` makes, by pg_dump."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import postgres

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Models in the folder of a project, and the interpreter that has what they import."""

    root: Path = Path(__file__).parents[1]
    paths: tuple[str, ...] = (".", "tests")
    """Where modules are found, from the root."""
    python: Path = Path(sys.executable)

    def check(self, server: postgres.Server, create_database: CreateDatabase, source: str, *modules: str) -> None:
        """`diff`'s migration makes what `create_all()` makes, and leaves nothing to be done."""
        expected, made = create_database(server), create_database(server)
        self.create_all(modules, server, expected)
        server.psql(self.diff(server, "empty", source), made)
        assert server.dump(made) == server.dump(expected)
        assert self.diff(server, server.url(made), source) == ""

    def create_all(self, modules: tuple[str, ...], server: postgres.Server, database: str) -> None:
        url = server.url(database).replace("postgresql://", "postgresql+asyncpg://")
        self.run(str(self.python), "-c", CREATE_ALL, url, *modules)

    def diff(self, server: postgres.Server, start: str, goal: str) -> str:
        settings = {"CCM_SHADOW_URL": server.url(), "CCM_PYTHON": str(self.python)}
        return self.run("ccm-daemon", "diff", "--from", start, "--to", goal, "--sql", **settings)

    def run(self, *command: str, **variables: str) -> str:
        path = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(self.root)}
        paths = ":".join(str(self.root / path) for path in self.paths)
        environment = {**path, "PYTHONPATH": paths, **variables}
        done = subprocess.run(command, cwd=self.root, text=True, capture_output=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout
