"""A project in a folder of its own, and a watcher beside it: real files, a real process, a real Postgres."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import postgres

COMMAND = Path(sys.executable).parent / "ccm-daemon"
MODELS = """\
from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {str: Text}


class User(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A checkout with a `schemas` package, and the databases that it uses."""

    root: Path
    server: postgres.Server
    database: str

    @property
    def models(self) -> Path:
        return self.root / "schemas" / "__init__.py"

    @property
    def drafts(self) -> list[Path]:
        return sorted((self.root / "migrations").glob("*.sql"))

    def edit(self, old: str, new: str) -> None:
        text = self.models.read_text()
        assert old in text
        self.models.write_text(text.replace(old, new))

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *words],
            cwd=self.root,
            env={**self.environment, **variables},
            text=True,
            capture_output=True,
            check=False,
        )

    def git(self, *words: str) -> None:
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
        subprocess.run(["git", *identity, *words], cwd=self.root, check=True, capture_output=True)

    def query(self, sql: str) -> str:
        return self.server.psql(sql, self.database)

    @property
    def environment(self) -> dict[str, str]:
        foreign = ("CCM_", "DATABASE_URL", "KUBERNETES_")
        ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {
            **ours,
            "CCM_SHADOW_URL": self.server.url(),
            "DATABASE_URL_LOCAL": self.server.url(self.database),
        }

    @contextmanager
    def watched(self, *options: str, **variables: str) -> Iterator["Watcher"]:
        """`ccm-daemon watch` for as long as the block lasts, stopped as Ctrl-C does it."""
        output = self.root / "watch.log"
        with output.open("w") as log:
            environ = {**self.environment, **variables}
            process = subprocess.Popen([COMMAND, "watch", *options], cwd=self.root, env=environ, stdout=log, stderr=log)
            watcher = Watcher(process=process, output=output)
            try:
                yield watcher
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)
                process.wait(timeout=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    process: subprocess.Popen[bytes]
    output: Path

    def said(self) -> str:
        return self.output.read_text()

    def until_said(self, text: str, times: int = 1) -> None:
        self.until(lambda: self.said().count(text) >= times)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what the watcher is to do; how long it takes is the benchmark's business."""
        deadline = time.monotonic() + 60
        while not condition():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.01)
