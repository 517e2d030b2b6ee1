"""What a pod pays in the image for `ccm-daemon deploy` when nothing is pending, and what metrics cost on top of it.

    python tests/benchmarks/image.py [ROUNDS]

The floor is the image's own Python, which imports asyncpg, connects, selects and exits. All run in one container,
sealed as a pod's is, and take turns; a program inside times whole processes. Medians, in milliseconds.
"""

import json
import shutil
import statistics
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import postgres
from k8s import image, prometheus
from k8s.image import podman

ROUNDS, WARM_UP = 40, 3
PYTHON, DEPLOY = "/opt/ccm/bin/python3", "/opt/ccm/bin/ccm-daemon"
SEALED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
FLOOR = """\
import asyncio, asyncpg, os
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL_PROD"])
    await connection.fetch("SELECT 1")
    connection.terminate()
asyncio.run(main())
"""
# Takes turns; reads what to run as JSON, and writes the seconds of each.
TIMER = """\
import json, os, subprocess, sys, time
rounds, candidates = json.load(sys.stdin)
seconds = {name: [] for name in candidates}
for _ in range(rounds):
    for name, (command, variables) in candidates.items():
        started = time.perf_counter()
        done = subprocess.run(command, env={**os.environ, **variables}, stderr=subprocess.PIPE)
        seconds[name].append(time.perf_counter() - started)
        if done.returncode:
            sys.exit(done.stderr.decode())
print(json.dumps(seconds))
"""

Candidate = tuple[list[str], Mapping[str, str]]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    if reason := image.missing():
        print(f"left out: no image can be run here: {reason}")
        return
    name = image.build().name
    with postgres.running(18) as server, gateway() as pushed:
        url = server.url()
        podman("run", "--rm", "--network", "host", *environment(url), name, "deploy")
        given = json.dumps((rounds + WARM_UP, candidates(pushed)))
        inside = (
            "run",
            "--rm",
            "--interactive",
            "--network",
            "host",
            *SEALED,
            *environment(url),
            "--entrypoint",
            PYTHON,
        )
        seconds = json.loads(podman(*inside, name, "-c", TIMER, stdin=given).stdout)
    print(table({name: [1000 * each for each in all_of_them[WARM_UP:]] for name, all_of_them in seconds.items()}))


def candidates(gateway: str | None) -> dict[str, Candidate]:
    deploy = [DEPLOY, "deploy"]
    found: dict[str, Candidate] = {
        "floor": ([PYTHON, "-c", FLOOR], {}),
        "deploy": (deploy, {}),
        "deploy, metrics in a file": (deploy, {"CCM_METRICS_FILE": "/tmp/ccm.prom"}),
    }
    if gateway:
        found["deploy, metrics pushed"] = (deploy, {"CCM_PUSHGATEWAY_URL": gateway})
    return found


def environment(url: str) -> list[str]:
    given = {"DATABASE_URL_PROD": url, "CONFIRM_PROD": "oui", "POD_NAME": "pod-1"}
    return [word for name, value in given.items() for word in ("--env", f"{name}={value}")]


@contextmanager
def gateway() -> Iterator[str | None]:
    """The URL of a Pushgateway, where one is installed."""
    if not shutil.which("prometheus-pushgateway"):
        print("there is no prometheus-pushgateway to push to")
        yield None
        return
    with prometheus.pushgateway() as running:
        yield f"http://127.0.0.1:{running.port}"


def table(taken: Mapping[str, list[float]]) -> str:
    floor = statistics.median(taken["floor"])
    lines = [f"{'':<28} {'wall':>6} {'min':>6} {'max':>6} {'x floor':>8}"]
    for name, each in taken.items():
        wall = statistics.median(each)
        lines.append(f"{name:<28} {wall:6.0f} {min(each):6.0f} {max(each):6.0f} {wall / floor:8.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
