"""How long after a save the draft is on disk, for schemas of several sizes; what the peers take; what idling takes.

    python tests/benchmarks/watch.py [SAVES]

A save adds a column to one of the tables. The floor is what it cannot avoid: a forked child of a process that has
SQLAlchemy and all other modules imported, importing the module that was saved. Peers, where they are installed, are
asked for a migration after the same change; what they print is timed as a whole process. The table holds milliseconds.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

import postgres
from benchmarks import schema

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).parent / "ccm-daemon")
PEERS = ROOT / ".venv" / "peers"
TABLES = (20, 200, 1000)
IDLE = 10  # seconds
FLOOR = """
import gc, os, sys, time, importlib
import sqlalchemy.orm, sqlalchemy.dialects.postgresql
sys.path.insert(0, sys.argv[1])
import schemas.base
gc.freeze()
started = time.perf_counter()
child = os.fork()
if not child:
    sys.modules.pop("schemas", None)
    importlib.import_module("schemas.base")
    source = open(sys.argv[1] + "/schemas/m0000.py").read()
    exec(compile(source, "m0000", "exec"), {"__package__": "schemas", "__name__": "schemas.m0000"})
    os._exit(0)
os.waitpid(child, 0)
print((time.perf_counter() - started) * 1000)
"""
ENV = """
from alembic import context
from sqlalchemy import create_engine
from schemas.base import Base
import schemas
with create_engine({url!r}).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""


def main() -> None:
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    print(f"{'':<34} {'median':>7} {'min':>7} {'max':>7}")
    for tables in TABLES:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            model = schema.write_models(home / "ours", tables)
            say(f"{tables} tables: floor", [floor(home / "ours") for _ in range(saves)])
            with watching(home / "ours") as process:
                say(f"{tables} tables: save to draft", save_often(model, saves, process))
            for name, figures in peers(home, tables):
                say(f"{tables} tables: {name}", figures)
    with tempfile.TemporaryDirectory() as folder:
        idle(Path(folder))


def say(name: str, figures: list[float]) -> None:
    print(f"{name:<34} {statistics.median(figures):7.0f} {min(figures):7.0f} {max(figures):7.0f}", flush=True)


@contextmanager
def watching(project: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A watcher of a project whose newest migration leads to its models, once it is at rest."""
    subprocess.run(
        [COMMAND, "generate", "--name", "initial"], cwd=project, check=True, env=environment(), capture_output=True
    )
    with subprocess.Popen(
        [COMMAND, "watch", "--json", *options],
        cwd=project,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as daemon:
        try:
            assert daemon.stdout is not None
            while "unchanged" not in daemon.stdout.readline():
                pass
            yield daemon
        finally:
            daemon.terminate()


def environment() -> dict[str, str]:
    mine = ("DATABASE_", "CCM_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


def floor(project: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", FLOOR, project], check=True, text=True, capture_output=True, env=environment()
    )
    return float(done.stdout)


def save_often(model: Path, saves: int, daemon: subprocess.Popen[str]) -> list[float]:
    """The first of all is left out: only then it is known which file is edited."""
    journal = model.parents[1] / "migrations" / "meta" / "_journal.json"
    figures: list[float] = []
    for number in range(saves + 1):
        text, before = model.read_text(), journal.read_text()
        started = time.perf_counter()
        model.write_text(with_column(text, number))
        wait_for(lambda before=before: journal.read_text() != before, daemon)  # type: ignore[misc]
        figures.append((time.perf_counter() - started) * 1000)
        time.sleep(0.5)  # a person's next keystroke
        model.write_text(text)
        wait_for(lambda before=before: journal.read_text() == before, daemon)  # type: ignore[misc]
        time.sleep(0.5 if number else 5)
    return figures[1:]


def with_column(text: str, number: int) -> str:
    assert schema.COLUMN in text
    return text.replace(schema.COLUMN, f"{schema.COLUMN}    n{number}: Mapped[str | None]\n", 1)


def wait_for(condition: Callable[[], bool], daemon: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert daemon.poll() is None, "the watcher has ended"
        assert time.monotonic() < deadline, "the watcher does not follow"
        time.sleep(0.001)


# -- peers --------------------------------------------------------------------------------


def peers(home: Path, tables: int) -> Iterator[tuple[str, list[float]]]:
    if (PEERS / "node_modules" / ".bin" / "drizzle-kit").exists():
        yield "drizzle-kit generate", [drizzle(home / "theirs", tables)]
    else:
        print("there is no drizzle-kit to compare with")
    if (PEERS / "bin" / "alembic").exists():
        yield "alembic revision --autogenerate", [alembic(home / "ours", tables)]
    else:
        print("there is no Alembic to compare with")


def drizzle(home: Path, tables: int) -> float:
    path = schema.write_drizzle(home, tables)
    (home / "node_modules").symlink_to(PEERS / "node_modules")
    command = [str(PEERS / "node_modules" / ".bin" / "drizzle-kit"), "generate", "--dialect=postgresql"]
    command += ["--schema=schema.ts", "--out=out"]
    subprocess.run(command, cwd=home, check=True, capture_output=True)
    path.write_text(path.read_text().replace(schema.TS_COLUMN, f'{schema.TS_COLUMN}\tn: text("n"),\n', 1))
    return timed(command, home)


def alembic(project: Path, tables: int) -> float:
    """Against a database that has all of it but one column, as Alembic wants."""
    with postgres.running(18) as server:
        for migration in sorted((project / "migrations").glob("0000*.sql")):
            server.psql(migration.read_text())
        model = project / "schemas" / "m0000.py"
        model.write_text(with_column(model.read_text(), tables))
        scripts = project / "alembic"
        (scripts / "versions").mkdir(parents=True)
        shutil.copy(
            next((PEERS / "lib").glob("python*/site-packages/alembic/templates/generic/script.py.mako")), scripts
        )
        (scripts / "env.py").write_text(ENV.format(url=server.url().replace("postgresql:", "postgresql+psycopg:")))
        (project / "alembic.ini").write_text("[alembic]\nscript_location = alembic\nprepend_sys_path = .\n")
        return timed([str(PEERS / "bin" / "alembic"), "revision", "--autogenerate", "-m", "n"], project)


def timed(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment())
    return (time.perf_counter() - started) * 1000


# -- idling -------------------------------------------------------------------------------


def idle(home: Path) -> None:
    """The sample, nothing saved: what the watcher takes, and the embedded server that it has started."""
    for name in ("schemas", "migrations"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "pyproject.toml").write_text("[tool.ccm]\n")
    with subprocess.Popen(
        [COMMAND, "watch", "--apply"], cwd=home, env=environment(), stderr=subprocess.DEVNULL
    ) as daemon:
        try:
            time.sleep(70)  # until all is at rest: for a minute after a save it looks for the next one more often
            watcher = psutil.Process(daemon.pid)
            ours = [watcher, *watcher.children(recursive=True)]
            before = sum(sum(process.cpu_times()[:2]) for process in ours)
            time.sleep(IDLE)
            spent = sum(sum(process.cpu_times()[:2]) for process in ours) - before
            memory = sum(process.memory_full_info().pss for process in ours) / 1e6
        finally:
            daemon.terminate()
    print(f"idle, the sample with --apply: {memory:.0f} MB, {spent / IDLE * 100:.1f} % of a core")


if __name__ == "__main__":
    main()
