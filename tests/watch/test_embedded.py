"""What `make run` does: this repository's own schema, on embedded Postgres, with no server and no configuration."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import postgres
from projects import COMMAND, Watcher
from waiting import until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("schemas", "migrations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture
def watcher(checkout: Path) -> Iterator[Watcher]:
    output = checkout / "watch.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CCM_", "DATABASE_URL"))}
    with output.open("w") as log:
        process = subprocess.Popen(
            [COMMAND, "watch", "--apply"],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        yield Watcher(process=process, output=output)
        if process.poll() is None:
            process.kill()
        process.wait()


def query(checkout: Path, sql: str) -> str:
    url = f"postgresql://postgres@/development?host={checkout}/.ccm/postgres"
    command = (str(postgres.WHEEL / "psql"), "-X", "-A", "-t", "-d", url, "-c", sql)
    return subprocess.run(command, check=True, text=True, capture_output=True).stdout.strip()


def test_the_sample_runs_on_embedded_postgres(checkout: Path, watcher: Watcher) -> None:
    tables = "select count(*) from pg_tables where schemaname = 'public' and tablename !~ '^__'"
    bio = "select count(*) from information_schema.columns where table_name = 'user' and column_name = 'bio'"
    watcher.until_said("follows")
    assert query(checkout, tables) == "22"
    models = checkout / "schemas" / "auth.py"
    before = models.read_text()
    models.write_text(before.replace("    ban_reason", "    bio: Mapped[str | None]\n    ban_reason", 1))
    watcher.until_said("follows", times=2)
    (draft,) = (checkout / "migrations").glob("0001_*.sql")
    assert draft.read_text() == 'ALTER TABLE "user" ADD COLUMN "bio" text;\n'
    assert query(checkout, bio) == "1"
    models.write_text(before)
    watcher.until_said("follows", times=3)
    assert not draft.exists()
    assert query(checkout, bio) == "0"
    watcher.process.send_signal(signal.SIGTERM)
    assert watcher.process.wait(timeout=30) == 143
    until(lambda: not (checkout / ".ccm" / "postgres" / "postmaster.pid").exists())  # else it runs still
