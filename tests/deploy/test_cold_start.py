"""What a pod loads that has nothing to do."""

import subprocess
import sys

from deployment import COMMAND, Deployment

NEVER = {"sqlalchemy", "watchfiles", "pydantic", "pydantic_settings", "rich", "argparse", "ccm_engine.catalog"}
FOR_WORK = {"postgast", "anyio._core._tasks", "importlib.metadata"}
FOR_A_SCRAPE = {"prometheus_client"}


def imported(deployment: Deployment) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", COMMAND, "deploy"],
        env=deployment.environ(),
        cwd=deployment.home,
        text=True,
        capture_output=True,
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def test_a_deploy_with_nothing_pending_loads_no_more_than_it_needs(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    busy, idle = imported(deployment), imported(deployment)
    assert {"asyncpg", "ccm_deploy.deploy"} <= idle
    assert not idle & (NEVER | FOR_WORK | FOR_A_SCRAPE)
    assert busy >= FOR_WORK
    assert not busy & (NEVER | FOR_A_SCRAPE)
