"""What a person declares of migrations that are not run, what Drizzle has applied, and a history that does not fit."""

import json

import pytest

from deployment import Deployment


@pytest.fixture
def three(deployment: Deployment) -> Deployment:
    for number in range(3):
        deployment.write(f"000{number}_m", f"CREATE TABLE t{number} ();")
    return deployment


def test_a_baseline_marks_as_applied_and_runs_nothing(three: Deployment) -> None:
    done = three.run("baseline", "0001_m")
    assert done.returncode == 0, done.stderr
    assert "0001_m counts as applied, without having been run" in done.stderr
    assert three.applied() == ["0000_m", "0001_m"]
    assert three.attempts() == ["0000_m baselined 0/0", "0001_m baselined 0/0"]
    assert three.run("baseline").returncode == 0
    assert three.sql("SELECT to_regclass('t0') IS NULL") == "t"
    assert "nothing is pending" in three.deploy().stderr


def test_a_baseline_up_to_what_is_not_there_is_refused(three: Deployment) -> None:
    done = three.run("baseline", "0001_n")
    assert done.returncode == 2
    assert "there is no migration '0001_n' in migrations" in done.stderr
    assert "did you mean 0001_m" in done.stderr


@pytest.mark.parametrize("command", [("baseline",), ("repair", "0000_m")])
def test_production_has_to_be_confirmed(three: Deployment, command: tuple[str, ...]) -> None:
    assert three.run(*command, USE_PROD_DB="true", CONFIRM_PROD="").returncode == 3


def test_an_edited_file_can_be_accepted(three: Deployment) -> None:
    three.deploy()
    three.write("0001_m", "CREATE TABLE t1 (); -- with a remark")
    refused = three.deploy()
    assert refused.returncode == 7
    assert "`ccm-daemon repair 0001_m` accepts it" in refused.stderr
    done = three.run("repair", "0001_m")
    assert done.returncode == 0, done.stderr
    assert "accepted migrations/0001_m.sql" in done.stderr
    assert three.deploy().returncode == 0
    assert three.attempts()[-1] == "0001_m repaired 0/0"
    assert json.loads(three.run("status", "--json").stdout)["unfinished"] == []


def test_there_may_be_nothing_to_accept(three: Deployment) -> None:
    assert "0000_m is not applied" in three.run("repair", "0000_m").stderr
    three.deploy()
    done = three.run("repair", "0000_m")
    assert done.returncode == 0
    assert "there is nothing to repair" in done.stderr


def test_other_line_endings_are_no_edit(three: Deployment) -> None:
    three.write("0001_m", "CREATE TABLE t1 ();\r\nCREATE TABLE u ();\r\n")
    three.deploy()
    path = three.home / "migrations" / "0001_m.sql"
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    assert three.deploy().returncode == 0


def test_what_drizzle_has_applied_is_adopted_by_its_hash(three: Deployment) -> None:
    three.sql(
        "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial, hash text, created_at bigint);"
        "INSERT INTO drizzle.__drizzle_migrations (hash, created_at)"
        "VALUES (encode(sha256('CREATE TABLE t0 ();'), 'hex'), 1771714997015)"
    )
    done = three.deploy()
    assert done.returncode == 0, done.stderr
    assert "adopted from drizzle.__drizzle_migrations, which has applied them: 0000_m" in done.stderr
    assert three.applied() == ["0000_m", "0001_m", "0002_m"]
    assert three.attempts()[0] == "0000_m adopted 0/0"
    assert three.sql("SELECT to_regclass('t0') IS NULL") == "t"
    when = "SELECT extract(epoch FROM created_at) FROM __drizzle_migrations WHERE id = '0000_m'"
    assert three.sql(when) == "1771714997.015000"


def test_a_table_of_drizzle_in_the_place_of_ours_can_be_moved_and_adopted(three: Deployment) -> None:
    """As it is with `migrations: {schema: "public"}` in Drizzle's configuration."""
    three.sql(
        "CREATE TABLE __drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);"
        "INSERT INTO __drizzle_migrations (hash, created_at)"
        "VALUES (encode(sha256('CREATE TABLE t0 ();'), 'hex'), 1771714997015)"
    )
    for command in ("deploy", "status", "migrate"):
        done = three.run(command)
        assert done.returncode == 2
        assert "public.__drizzle_migrations is not the table that this runner writes: its id is of type" in done.stderr
    hint = done.stderr.partition("hint: ")[2].partition("; what")[0]
    three.sql(hint)
    assert three.deploy().returncode == 0
    assert three.attempts() == ["0000_m adopted 0/0", "0001_m applied 1/1", "0002_m applied 1/1"]


def test_what_concordia_has_applied_is_known_by_name(three: Deployment) -> None:
    three.sql(
        "CREATE TABLE __drizzle_migrations (id text PRIMARY KEY, hash text NOT NULL DEFAULT '',"
        " created_at timestamptz NOT NULL DEFAULT now()); INSERT INTO __drizzle_migrations (id) VALUES ('0000_m')"
    )
    assert three.deploy().returncode == 0
    assert three.attempts() == ["0001_m applied 1/1", "0002_m applied 1/1"]


def test_a_late_migration_is_applied_with_a_notice_or_refused(three: Deployment) -> None:
    three.deploy()
    journal = three.home / "migrations" / "meta" / "_journal.json"
    three.write("0001_late", "CREATE TABLE late ();")
    entries = json.loads(journal.read_text())["entries"]
    journal.write_text(json.dumps({"entries": [*entries[:2], entries[-1], entries[2]]}))
    refused = three.deploy(CCM_OUT_OF_ORDER="refuse")
    assert refused.returncode == 7
    assert "0001_late is not applied, and 0002_m, which comes after it, is" in refused.stderr
    assert json.loads(three.run("status", "--json").stdout)["late"] == ["0001_late"]
    done = three.deploy()
    assert done.returncode == 0
    assert "warning: late: 0001_late" in done.stderr


def test_a_newer_database_may_be_refused(three: Deployment) -> None:
    three.deploy()
    three.sql("INSERT INTO __drizzle_migrations (id) VALUES ('0003_from_the_future')")
    done = three.deploy(CCM_NEWER_DATABASE="refuse")
    assert done.returncode == 7
    assert "0003_from_the_future" in done.stderr
    assert json.loads(three.run("status", "--json").stdout)["newer"] == ["0003_from_the_future"]


def test_a_file_that_has_vanished_is_a_warning(three: Deployment) -> None:
    three.deploy()
    (three.home / "migrations" / "0001_m.sql").unlink()
    done = three.deploy()
    assert done.returncode == 0
    assert "files are gone" in done.stderr
    assert json.loads(three.run("status", "--json").stdout)["vanished"] == ["0001_m"]


@pytest.mark.parametrize("variable", ["CCM_OUT_OF_ORDER", "CCM_NEWER_DATABASE"])
def test_a_setting_that_is_no_answer_is_refused(three: Deployment, variable: str) -> None:
    done = three.deploy(**{variable: "perhaps"})
    assert done.returncode == 2
    assert variable in done.stderr
    assert "perhaps" in done.stderr


def test_a_dry_run_as_json_is_the_plan_as_data(deployment: Deployment) -> None:
    deployment.write("0000_m", "CREATE TABLE a (id integer);\nCREATE INDEX CONCURRENTLY ON a (id);")
    (migration,) = json.loads(deployment.run("migrate", "--dry-run", "--json").stdout)
    assert (migration["migration"], migration["path"]) == ("0000_m", "migrations/0000_m.sql")
    assert [step["transactional"] for step in migration["steps"]] == [True, False]
    assert migration["steps"][1]["statements"] == [
        {"number": 2, "line": 2, "column": 1, "sql": "CREATE INDEX CONCURRENTLY ON a (id)"}
    ]
    done = deployment.run("migrate", "--json")
    assert done.returncode == 2
    assert "unless it is a dry run" in done.stderr
