"""`deploy` is killed at a random moment, again and again: in the end the database is as if nothing had happened.

    make chaos ROUNDS=200 SEED=7

Each round draws its moments from its own seed, which is the test's name, so that a round can be repeated.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import postgres
from chaos import everything
from deployment import Deployment, ended, wait_until

FIRST, ROUNDS = int(os.environ.get("SEED", "0")), int(os.environ.get("ROUNDS", "25"))
FREE_WITHIN = 2  # seconds after the kill, for the server to end the statement and to free the lock
MOST_KILLS = 3


@pytest.fixture(scope="module", params=[18, 15])
def undisturbed(
    request: pytest.FixtureRequest,
    start_server: Callable[[int], postgres.Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Deployment, float]]:
    """A database where nothing happened, and how many seconds that took."""
    server = start_server(request.param)
    server.psql("CREATE DATABASE undisturbed")
    deployment = Deployment(home=tmp_path_factory.mktemp("undisturbed"), server=server, database="undisturbed")
    everything.write(deployment)
    started = time.monotonic()
    done = deployment.deploy()
    taken = time.monotonic() - started
    assert done.returncode == 0, done.stderr
    yield deployment, taken
    server.psql("DROP DATABASE undisturbed")


@pytest.mark.parametrize("seed", range(FIRST, FIRST + ROUNDS))
def test_a_run_that_is_killed(
    undisturbed: tuple[Deployment, float],
    seed: int,
    tmp_path: Path,
    create_database: Callable[[postgres.Server], str],
) -> None:
    model, seconds = undisturbed
    chance = random.Random(seed)
    deployment = Deployment(home=tmp_path, server=model.server, database=create_database(model.server))
    everything.write(deployment)
    for _ in range(chance.randint(1, MOST_KILLS)):
        process = deployment.start("deploy")
        time.sleep(chance.uniform(0, seconds))
        process.kill()
        ended(process)
        killed = time.monotonic()
        wait_until(lambda: deployment.sql(everything.LOCKS) == "0")
        assert time.monotonic() - killed < FREE_WITHIN
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    everything.check(deployment, model.server.dump(model.database))
