"""How long after a save the draft is on disk: `ccm-daemon watch --apply` on the sample schema.

    python tests/benchmarks/watch.py [SAVES]

The floor is what the save cannot avoid: a forked child of a process that has SQLAlchemy imported, importing the
sample's models. The table holds milliseconds.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).parent / "ccm-daemon")
COLUMN = "    bench: Mapped[str | None]\n"
FLOOR = """
import gc, os, sys, time
import sqlalchemy.orm, sqlalchemy.dialects.postgresql
sys.path.insert(0, sys.argv[1])
gc.freeze()
started = time.perf_counter()
child = os.fork()
if not child:
    import schemas
    os._exit(0)
os.waitpid(child, 0)
print((time.perf_counter() - started) * 1000)
"""


def main() -> None:
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as home:
        project = make_project(Path(home))
        floors = [floor(project) for _ in range(saves)]
        with subprocess.Popen(
            [COMMAND, "watch", "--apply"], cwd=project, stderr=subprocess.DEVNULL, env=environment()
        ) as daemon:
            try:
                drafts = [save_and_revert(project) for _ in range(saves + 1)][1:]  # the first one warms up
            finally:
                daemon.terminate()
    print(f"{'':<28} {'median':>7} {'min':>7} {'max':>7}")
    for name, figures in (("floor: fork and import", floors), ("save to draft", drafts)):
        print(f"{name:<28} {statistics.median(figures):7.0f} {min(figures):7.0f} {max(figures):7.0f}")


def make_project(home: Path) -> Path:
    for name in ("schemas", "migrations"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "pyproject.toml").write_text("[tool.ccm]\n")
    return home


def environment() -> dict[str, str]:
    mine = ("DATABASE_", "CCM_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


def floor(project: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", FLOOR, project], check=True, text=True, capture_output=True, env=environment()
    )
    return float(done.stdout)


def save_and_revert(project: Path) -> float:
    """Milliseconds from the save of a model to the draft on disk; then the model is put back."""
    model, journal = project / "schemas" / "auth.py", project / "migrations" / "meta" / "_journal.json"
    text, before = model.read_text(), journal.read_text()
    started = time.perf_counter()
    model.write_text(added(text))
    wait_for(lambda: journal.read_text() != before)
    seconds = time.perf_counter() - started
    time.sleep(0.3)  # a person's next keystroke
    model.write_text(text)
    wait_for(lambda: journal.read_text() == before)
    time.sleep(0.3)
    return seconds * 1000


def added(text: str) -> str:
    """The models with one more nullable column, last in the first class of the file."""
    head, marker, rest = text.partition("    ban_reason")
    assert marker, "the sample's user model has moved"
    return f"{head}{COLUMN}{marker}{rest}"


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "the watcher does not follow"
        time.sleep(0.001)


if __name__ == "__main__":
    main()
