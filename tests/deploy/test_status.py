"""Where a database stands, and what would be done to it."""

import json

from deployment import Deployment


def test_status_says_what_is_applied_pending_and_failed(deployment: Deployment) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    deployment.deploy()
    deployment.write("0001_wrong", "SELECT nothing;")
    deployment.deploy()
    done = deployment.run("status")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        f"target   postgresql://***@127.0.0.1:{deployment.server.port}/{deployment.database}",
        "applied  1",
        "pending  0001_wrong",
        (
            "failed   0001_wrong: 0 of 1 statements committed; statement 1, line 1: "
            'column "nothing" does not exist (SQLSTATE 42703)'
        ),
        "         hint: correct the file and run again",
        "lock     free",
    ]


def test_status_as_json_holds_the_same(deployment: Deployment) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    deployment.write("0001_wrong", "SELECT nothing;")
    deployment.deploy()
    status = json.loads(deployment.run("status", "--json").stdout)
    assert status["applied"] == ["0000_fine"]
    assert status["pending"] == ["0001_wrong"]
    assert status["lock_holder"] is None
    (attempt,) = status["unfinished"]
    assert attempt["status"] == "failed"
    assert attempt["sqlstate"] == "42703"
    assert attempt["statement"] == "SELECT nothing"


def test_status_shows_a_history_that_deploy_would_refuse(deployment: Deployment) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    deployment.deploy()
    deployment.write("0000_fine", "CREATE TABLE other ();")
    deployment.write("0001_gone", "").unlink()
    lines = deployment.run("status").stdout.splitlines()
    assert "edited   0000_fine: the file is not what was applied" in lines
    assert "missing  0001_gone: neither applied nor in the folder" in lines


def test_a_dry_run_prints_the_statements_and_changes_nothing(deployment: Deployment) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine (id integer); CREATE INDEX CONCURRENTLY ON fine (id);")
    done = deployment.run("migrate", "--dry-run")
    assert done.returncode == 0
    header, _, statements = done.stdout.partition("\n")
    assert header.endswith("migrations/0000_fine.sql")
    assert statements == (
        "CREATE TABLE fine (id integer);\n-- ccm: commit\nCREATE INDEX CONCURRENTLY ON fine (id);\n\n"
    )
    assert deployment.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
