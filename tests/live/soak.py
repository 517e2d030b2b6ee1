"""Two thousand saves over ten minutes, and the watcher is as it was: `make soak` (SAVES=100 in CI).

No save is missed, memory stays flat, and neither a process nor a connection is left behind.
"""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from projects import COMMAND, Project
from waiting import until

SAVES = int(os.environ.get("SAVES", "2000"))
PACE = 0.3  # seconds: 2,000 take ten minutes
GROWTH = 1.15
"""How much more memory there may be in the last quarter than in the second."""
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
NAME = "    name: Mapped[str]\n"


def renamed_over(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.swp")
    new.write_text(text)
    new.replace(path)


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def test_two_thousand_saves_leave_it_as_it_was(project: Project) -> None:
    chance = random.Random(1)
    assert project.run("generate", "--name", "initial").returncode == 0
    project.git("add", "-A")
    project.git("commit", "-qm", "initial")
    before = project.models.read_text()
    output = project.root / "events.log"
    with output.open("w") as log:
        command = [str(COMMAND), "watch", "--apply", "--json"]
        process = subprocess.Popen(
            command, cwd=project.root, env=project.environment, stdout=log, stderr=subprocess.DEVNULL
        )
    watcher = psutil.Process(process.pid)
    try:
        until(lambda: '"followed"' in output.read_text())
        memory: list[float] = []
        processes: list[int] = []
        connections: list[int] = []
        for number in range(SAVES):
            started = time.monotonic()
            _save(project, before, number, chance.choice((in_place, renamed_over)))
            memory.append(_memory(watcher))
            if number % 10 == 0:
                processes.append(len(watcher.children(recursive=True)))
                connections.append(
                    int(project.query("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
                )
            time.sleep(max(0.0, PACE - (time.monotonic() - started)))
    finally:
        children = watcher.children(recursive=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 143
    second, last = _quarter(memory, 1), _quarter(memory, 3)
    print(f"\n{SAVES} saves; memory {second:.0f} MB in the second quarter, {last:.0f} MB in the last")
    assert last < second * GROWTH
    assert _quarter(processes, 3) <= _quarter(processes, 1), "some come and go, such as git; none stays"
    assert _quarter(connections, 3) <= _quarter(connections, 1)
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))
    left = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'ccm_shadow_%' OR datname = current_database()"
    until(lambda: project.query(left) == "1")  # which is the one that asks
    assert not [event for event in map(json.loads, output.read_text().splitlines()) if event["event"] == "mistake"]


def _save(project: Project, before: str, number: int, save: Callable[[Path, str], None]) -> None:
    """Every third takes all of it back; the draft on the disk says whether it was missed."""
    if number % 3 == 2:
        save(project.models, before)
        until(lambda: len(project.drafts) == 1)
    else:
        save(project.models, before.replace(NAME, f"{NAME}    c{number}: Mapped[str | None]\n"))
        until(lambda: f'"c{number}"' in "".join(path.read_text() for path in project.drafts[1:]))


def _memory(watcher: psutil.Process) -> float:
    """Megabytes, of the watcher and all that it has started; what two of them share counts once."""
    total = 0.0
    for process in (watcher, *watcher.children(recursive=True)):
        try:
            total += process.memory_full_info().pss / 1e6
        except psutil.NoSuchProcess:
            continue
    return total


def _quarter(values: Sequence[float], number: int) -> float:
    """The median of a quarter."""
    size = max(len(values) // 4, 1)
    part = sorted(values[number * size : (number + 1) * size])
    return part[len(part) // 2]
