"""Projects that use Alembic: `alembic.ini`, an `env.py` that connects with asyncpg, and revisions as data."""

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

from projects import COMMAND

INI = """\
[alembic]
script_location = %(here)s/history
prepend_sys_path = .
"""

ENV = """\
import asyncio
import os

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

URL = os.environ.get("APP_DATABASE_URL")
OPTIONS = {}


def run(connection):
    context.configure(connection=connection, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


async def online():
    engine = create_async_engine(URL)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


if context.is_offline_mode():
    context.configure(url=URL, dialect_opts={"paramstyle": "named"}, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(online())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A file in `history/versions`; `upgrade` is the body of its function."""

    id: str
    down: tuple[str, ...]
    message: str
    upgrade: str
    depends_on: str | None = None

    @property
    def path(self) -> str:
        return f"history/versions/{self.id}_{self.message.replace(' ', '_')}.py"

    def text(self, number: int) -> str:
        down = repr(self.down[0] if len(self.down) == 1 else self.down or None)
        body = indent(dedent(self.upgrade).strip() or "pass", "    ")
        return (
            f'"""{self.message}\n\nRevision ID: {self.id}\nCreate Date: 2024-03-{number + 1:02} 09:30:00.250000\n"""\n'
            "import datetime\nimport decimal\nimport uuid\n\n"
            "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql as pg\n\n"
            f"revision = {self.id!r}\ndown_revision = {down}\ndepends_on = {self.depends_on!r}\n\n\n"
            f"def upgrade():\n{body}\n"
        )


def chain(*pairs: tuple[str, str], first: tuple[str, ...] = ()) -> list[Revision]:
    """Revisions that follow one another, called after their place: `(message, upgrade)` each."""
    made: list[Revision] = []
    for message, upgrade in pairs:
        down = (made[-1].id,) if made else first
        made.append(Revision(id=f"{message.split()[0]}_{len(made)}", down=down, message=message, upgrade=upgrade))
    return made


def write(root: Path, revisions: Iterable[Revision], env: str = ENV) -> None:
    """The Alembic project of these revisions, beside whatever else there is."""
    versions = root / "history" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    (root / "alembic.ini").write_text(INI)
    (root / "history" / "env.py").write_text(env)
    for number, revision in enumerate(revisions):
        (root / revision.path).write_text(revision.text(number))


def upgrade(root: Path, url: str, *revisions: str) -> None:
    """What `alembic upgrade` does, with a database."""
    environment = {**os.environ, "APP_DATABASE_URL": url.replace("postgresql://", "postgresql+asyncpg://", 1)}
    for revision in revisions:
        command = [str(COMMAND.with_name("alembic")), "upgrade", revision]
        done = subprocess.run(command, cwd=root, env=environment, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
