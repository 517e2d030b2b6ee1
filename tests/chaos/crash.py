"""The server goes away in the middle of `deploy`, or the way to it: run again, it comes to the same end."""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import postgres
from chaos import everything
from deployment import Deployment, ended, wait_until
from proxy import proxy

FIRST, ROUNDS = int(os.environ.get("SEED", "0")), max(int(os.environ.get("ROUNDS", "25")) // 5, 1)
UNREACHABLE = 4
MOST_RUNS = 10


@pytest.fixture(scope="module", params=[18, 15])
def fragile(request: pytest.FixtureRequest) -> Iterator[postgres.Server]:
    """One of its own, for it is crashed."""
    if not postgres.available(request.param):
        pytest.skip(f"PostgreSQL {request.param} is not installed in {postgres.BINARIES[request.param]}")
    with postgres.running(request.param, synchronous_commit="on") as server:
        yield server


@pytest.fixture(scope="module")
def undisturbed(fragile: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, float]:
    """The dump of a database where nothing happened, and how many seconds that took."""
    fragile.psql("CREATE DATABASE undisturbed")
    deployment = Deployment(home=tmp_path_factory.mktemp("undisturbed"), server=fragile, database="undisturbed")
    everything.write(deployment)
    started = time.monotonic()
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    return fragile.dump("undisturbed"), time.monotonic() - started


def fresh(server: postgres.Server, home: Path, seed: int) -> Deployment:
    database = f"disturbed_{seed}_{time.monotonic_ns()}"
    server.psql(f"CREATE DATABASE {database}")
    deployment = Deployment(home=home, server=server, database=database)
    everything.write(deployment)
    return deployment


def disturb(deployment: Deployment, url: str, after: float, trouble: Callable[[], None]) -> None:
    """A run gets into trouble after so many seconds, and is run again until it is through."""
    process = deployment.start("deploy", DATABASE_URL_PROD=url)
    time.sleep(after)
    trouble()
    ended(process)
    deploy_until_it_is_done(deployment, url)


def deploy_until_it_is_done(deployment: Deployment, url: str) -> None:
    """As Kubernetes does with an init container; each failure but the last says that the database was not reached."""
    for _ in range(MOST_RUNS):
        done = deployment.deploy(DATABASE_URL_PROD=url)
        if done.returncode == 0:
            return
        assert done.returncode == UNREACHABLE, done.stderr
    raise AssertionError(done.stderr)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + ROUNDS))
def test_a_server_that_crashes_and_comes_back(
    fragile: postgres.Server, undisturbed: tuple[str, float], tmp_path: Path, seed: int
) -> None:
    dump, seconds = undisturbed
    deployment = fresh(fragile, tmp_path, seed)

    def crash() -> None:
        fragile.ctl("stop", "-m", "immediate")
        fragile.ctl("start")

    disturb(deployment, deployment.url, random.Random(seed).uniform(0, seconds), crash)
    everything.check(deployment, dump)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + ROUNDS))
def test_a_connection_that_is_cut(
    fragile: postgres.Server, undisturbed: tuple[str, float], tmp_path: Path, seed: int
) -> None:
    dump, seconds = undisturbed
    deployment = fresh(fragile, tmp_path, seed)
    with proxy(fragile.port) as way:
        url = deployment.url.replace(f":{fragile.port}/", f":{way.port}/")
        disturb(deployment, url, random.Random(seed).uniform(0, seconds), way.cut)
    everything.check(deployment, dump)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + ROUNDS))
def test_a_standby_that_is_promoted(
    undisturbed: tuple[str, float], fragile: postgres.Server, tmp_path: Path, seed: int
) -> None:
    """The primary is gone for good, and the standby has all that was committed."""
    dump, seconds = undisturbed
    with postgres.running(fragile.major, synchronous_commit="on") as primary, postgres.standby(primary) as standby:
        primary.psql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.psql("SELECT pg_reload_conf()")
        wait_until(lambda: primary.psql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == "1")
        deployment = fresh(primary, tmp_path, seed)
        url = f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{standby.port}/{deployment.database}"

        def fail_over() -> None:
            primary.ctl("stop", "-m", "immediate")
            standby.ctl("promote")

        disturb(deployment, url, random.Random(seed).uniform(0, seconds), fail_over)
        there = Deployment(home=tmp_path, server=standby, database=deployment.database)
        everything.check(there, dump)
        primary.ctl("start")  # for its own end
