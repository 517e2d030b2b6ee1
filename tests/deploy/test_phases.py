"""Two releases that run side by side: what the older one still uses is taken away in a later phase."""

import json

import pytest

from deployment import Deployment

EXPAND = "ALTER TABLE person ADD COLUMN full_name text;"
CONTRACT = "-- the application reads full_name since 1.5\n-- ccm: contract\nALTER TABLE person DROP COLUMN name;"
OLD_APPLICATION = "SELECT name FROM person"


@pytest.fixture
def rolling(deployment: Deployment) -> Deployment:
    """A release is out, and the next one brings a column, takes one away, and brings another."""
    deployment.write("0000_person", "CREATE TABLE person (name text);")
    assert deployment.deploy().returncode == 0
    deployment.write("0001_expand", EXPAND)
    deployment.write("0002_contract", CONTRACT)
    deployment.write("0003_expand", "ALTER TABLE person ADD COLUMN age integer;")
    return deployment


def roll_back(deployment: Deployment) -> None:
    """To an image that has the first migration alone."""
    journal = deployment.home / "migrations" / "meta" / "_journal.json"
    journal.write_text(json.dumps({"entries": json.loads(journal.read_text())["entries"][:1]}))


def test_what_an_older_application_uses_is_there_until_the_next_phase(rolling: Deployment) -> None:
    done = rolling.deploy(CCM_PHASE="expand")
    assert done.returncode == 0, done.stderr
    assert (
        "withheld until CCM_PHASE=all, for an older version may use what they take away: 0002_contract" in done.stderr
    )
    assert rolling.applied() == ["0000_person", "0001_expand", "0003_expand"]
    rolling.sql(OLD_APPLICATION)
    again = rolling.deploy(CCM_PHASE="expand")
    assert again.returncode == 0
    assert "nothing is pending, 3 are applied" in again.stderr
    done = rolling.deploy(CCM_OUT_OF_ORDER="refuse")
    assert done.returncode == 0, done.stderr
    assert "late" not in done.stderr
    assert rolling.applied()[-1] == "0002_contract"


def test_without_phases_everything_is_applied_in_order(rolling: Deployment) -> None:
    assert rolling.deploy().returncode == 0
    assert rolling.applied() == ["0000_person", "0001_expand", "0002_contract", "0003_expand"]


def test_a_dry_run_leaves_out_what_is_withheld(rolling: Deployment) -> None:
    done = rolling.run("migrate", "--dry-run", "--json", CCM_PHASE="expand")
    assert [migration["migration"] for migration in json.loads(done.stdout)] == ["0001_expand", "0003_expand"]


def test_status_says_what_takes_something_away(rolling: Deployment) -> None:
    assert "pending  0002_contract (contract)" in rolling.run("status").stdout
    assert json.loads(rolling.run("status", "--json").stdout)["contract"] == ["0002_contract"]


def test_an_image_that_is_rolled_back_starts_while_all_it_uses_is_there(rolling: Deployment) -> None:
    rolling.deploy(CCM_PHASE="expand")
    roll_back(rolling)
    done = rolling.deploy()
    assert done.returncode == 0
    assert "warning: the database is newer than this folder" in done.stderr


@pytest.mark.parametrize("apply", ["deploy", "baseline"])
def test_an_image_that_is_rolled_back_too_far_is_told_so(rolling: Deployment, apply: str) -> None:
    """It has no file of the migration; the database knows what that took away."""
    assert rolling.run(apply).returncode == 0
    roll_back(rolling)
    done = rolling.deploy()
    assert done.returncode == 7
    assert "what it has since lost an application of this age may still use:\n0002_contract\n" in done.stderr
    assert "hint: roll forward" in done.stderr
    status = rolling.run("status")
    assert "newer    0002_contract (contract): applied" in status.stdout
    assert json.loads(rolling.run("status", "--json").stdout)["contract"] == ["0002_contract"]
    assert rolling.deploy(CCM_NEWER_DATABASE="allow").returncode == 0


def test_a_phase_that_there_is_not_is_refused(rolling: Deployment) -> None:
    done = rolling.deploy(CCM_PHASE="contract")
    assert done.returncode == 2
    assert "CCM_PHASE is 'contract', which is not all or expand" in done.stderr


@pytest.mark.parametrize(
    ("sql", "where", "directive"),
    [
        ("-- ccm: comit\nSELECT 1;", "1:1", "-- ccm: comit"),
        ("SELECT 1; --ccm:commit\nSELECT 2;", "1:11", "--ccm:commit"),
        ("SELECT 1;\n-- ccm: contract\nSELECT 2;", "2:1", "-- ccm: contract"),
        ("-- ccm : contract\nSELECT 1;", "1:1", "-- ccm : contract"),
        ("-- CCM: contract\nSELECT 1;", "1:1", "-- CCM: contract"),
        ("/* a */ SELECT 1; /* b */\n-- ccm: contract\nSELECT 2;", "2:1", "-- ccm: contract"),
    ],
)
def test_a_slip_of_the_pen_is_no_comment(deployment: Deployment, sql: str, where: str, directive: str) -> None:
    deployment.write("0000_m", sql)
    done = deployment.deploy()
    assert done.returncode == 6
    assert f"migrations/0000_m.sql:{where}: '{directive}' is no directive, or not in its place" in done.stderr
    assert "hint: -- ccm: commit on a line of its own" in done.stderr


@pytest.mark.parametrize(
    "head", ["", "\n-- why\n", "/* Copyright\n * of somebody */\n", "-- one\n/* two */\n-- three\n"]
)
def test_only_comments_may_stand_before_it(deployment: Deployment, head: str) -> None:
    deployment.write("0000_m", f"{head}-- ccm: contract \nSELECT 1;")
    assert json.loads(deployment.run("status", "--json").stdout)["contract"] == ["0000_m"]


def test_what_stands_in_a_string_is_none(deployment: Deployment) -> None:
    deployment.write("0000_m", "SELECT '\n-- ccm: comit\n', $$\n-- ccm: contract\n$$; /*\n-- ccm: comit\n*/")
    assert deployment.deploy().returncode == 0
    assert json.loads(deployment.run("status", "--json").stdout)["contract"] == []
