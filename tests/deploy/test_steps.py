"""A migration of several steps: what is committed stays, and a run that comes after goes on from there."""

import asyncpg
import pytest

from deployment import Deployment, ended, wait_until

COUNTED = "CREATE TABLE a (id integer);\n-- ccm: commit\nINSERT INTO a VALUES (1);\n-- ccm: commit\n"
INVALID = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
INDEXES = "SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY 1) FROM pg_index WHERE indrelid = 'a'::regclass"


def test_what_failed_between_steps_goes_on_where_it_stopped(deployment: Deployment) -> None:
    deployment.write("0000_m", COUNTED + "SELECT 1/0;")
    assert deployment.deploy().returncode == 6
    deployment.write("0000_m", COUNTED + "SELECT 1;")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.sql("SELECT count(*) FROM a") == "1"
    assert deployment.attempts() == ["0000_m failed 2/3", "0000_m applied 3/3"]


def test_the_rest_of_a_migration_may_be_given_up(deployment: Deployment) -> None:
    deployment.write("0000_m", COUNTED + "SELECT 1/0;")
    deployment.deploy()
    deployment.write("0000_m", COUNTED)
    assert deployment.deploy().returncode == 0
    assert deployment.sql("SELECT count(*) FROM a") == "1"


def test_what_is_committed_already_must_not_be_edited(deployment: Deployment) -> None:
    deployment.write("0000_m", COUNTED + "SELECT 1/0;")
    deployment.deploy()
    deployment.write("0000_m", COUNTED.replace("(1)", "(2)") + "SELECT 1;")
    done = deployment.deploy()
    assert done.returncode == 7
    assert "migrations/0000_m.sql: an earlier attempt has committed the first 2 statements" in done.stderr
    assert "hint: restore them from git" in done.stderr


def test_what_was_set_for_the_session_is_set_again(deployment: Deployment) -> None:
    deployment.sql("CREATE SCHEMA other")
    deployment.write("0000_m", "SET search_path TO other;\n-- ccm: commit\nSELECT 1/0;")
    deployment.deploy()
    deployment.write("0000_m", "SET search_path TO other;\n-- ccm: commit\nCREATE TABLE a ();")
    assert deployment.deploy().returncode == 0
    assert deployment.sql("SELECT to_regclass('other.a') IS NOT NULL") == "t"


def test_a_new_label_of_an_enum_is_committed_before_it_is_used(deployment: Deployment) -> None:
    deployment.write("0000_m", "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE a (mood mood);")
    deployment.write("0001_m", "ALTER TYPE mood ADD VALUE 'ok';\nINSERT INTO a VALUES ('ok');")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.sql("TABLE a") == "ok"


BUILD = "CREATE INDEX CONCURRENTLY a_id ON a (id)"
KILLED = {
    "an index": ("", BUILD, "a_id"),
    "a unique index": ("", "CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id)", "a_id"),
    "an index without a name": ("", "CREATE INDEX CONCURRENTLY ON a (id)", "a_id_idx"),
    "an index without a name, on an expression": ("", "CREATE INDEX CONCURRENTLY ON a (abs(id))", "a_abs_idx"),
    "another index without a name": (
        "CREATE INDEX ON a (id);",
        "CREATE INDEX CONCURRENTLY ON a (id)",
        "a_id_idx a_id_idx1",
    ),
    "an index if there is none": ("", "CREATE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id)", "a_id"),
    "an index rebuilt": ("CREATE INDEX a_id ON a (id);", "REINDEX INDEX CONCURRENTLY a_id", "a_id"),
    "the indexes of a table rebuilt": ("CREATE INDEX a_id ON a (id);", "REINDEX TABLE CONCURRENTLY a", "a_id"),
    "an index dropped": ("CREATE INDEX a_id ON a (id);", "DROP INDEX CONCURRENTLY a_id", ""),
}


@pytest.mark.parametrize(("before", "statement", "indexes"), KILLED.values(), ids=KILLED)
async def test_a_run_killed_inside_a_statement_that_is_in_no_transaction(
    deployment: Deployment, before: str, statement: str, indexes: str
) -> None:
    """The statement waits for a transaction that is open; the server goes on with it or not, as it likes."""
    deployment.write("0000_m", f"CREATE TABLE a (id integer); INSERT INTO a VALUES (1); {before}")
    deployment.deploy()
    deployment.write("0001_m", f"INSERT INTO a VALUES (2);\n-- ccm: commit\n{statement};")
    other = await asyncpg.connect(deployment.url)
    async with other.transaction():
        await other.execute("INSERT INTO a VALUES (3)")
        process = deployment.start("deploy")
        wait_until(lambda: deployment.sql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "1")
        process.kill()
        ended(process)
        wait_until(lambda: deployment.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0")
    await other.close()
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.sql(INVALID) == "0"
    assert deployment.sql(INDEXES) == indexes
    assert deployment.sql("SELECT count(*) FROM a WHERE id = 2") == "1"
    assert deployment.attempts()[1:] == ["0001_m aborted 1/2", "0001_m applied 2/2"]


def test_an_index_that_an_earlier_attempt_had_finished_counts_as_done(deployment: Deployment) -> None:
    deployment.write("0000_m", "CREATE TABLE a (id integer);")
    deployment.deploy()
    deployment.write("0001_m", f"{BUILD};")
    deployment.deploy()
    deployment.sql("DELETE FROM __drizzle_migrations WHERE id = '0001_m'")
    deployment.sql(f"UPDATE __ccm_runs SET status = 'running', statements_done = 0, statement = '{BUILD}' WHERE id = 2")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.attempts()[1:] == ["0001_m aborted 0/1", "0001_m applied 1/1"]


def test_an_index_that_was_there_before_is_no_success(deployment: Deployment) -> None:
    deployment.write("0000_m", "CREATE TABLE a (id integer); CREATE INDEX a_id ON a (id);")
    deployment.deploy()
    deployment.write("0001_m", f"{BUILD};")
    done = deployment.deploy()
    assert done.returncode == 6
    assert 'relation "a_id" already exists' in done.stderr


@pytest.mark.parametrize("concurrently", ["CONCURRENTLY ", ""], ids=["concurrently", "in a transaction"])
def test_an_invalid_index_is_never_taken_for_the_index(deployment: Deployment, concurrently: str) -> None:
    """`IF NOT EXISTS` takes it for one, and every tool in the field reports success."""
    deployment.write("0000_m", "CREATE TABLE a (id integer); INSERT INTO a VALUES (1), (1);")
    deployment.write("0001_m", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id);")
    done = deployment.deploy()
    assert done.returncode == 6
    assert "could not create unique index" in done.stderr
    assert deployment.sql(INVALID) == "1"
    deployment.write("0001_m", f"CREATE INDEX {concurrently}IF NOT EXISTS a_id ON a (id);")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert "INVALID" in done.stderr
    assert deployment.sql(INVALID) == "0"
    assert deployment.sql("SELECT indisunique FROM pg_index WHERE indrelid = 'a'::regclass") == "f"


def test_a_half_built_index_goes_where_the_file_wants_another_one(deployment: Deployment) -> None:
    deployment.write("0000_m", "CREATE TABLE a (id integer);")
    deployment.deploy()
    deployment.write("0001_m", f"{BUILD};")
    deployment.deploy()
    deployment.sql("DELETE FROM __drizzle_migrations WHERE id = '0001_m'")
    deployment.sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_id'::regclass")
    deployment.sql(f"UPDATE __ccm_runs SET status = 'running', statements_done = 0, statement = '{BUILD}' WHERE id = 2")
    deployment.write("0001_m", "CREATE INDEX CONCURRENTLY a_other ON a (id);")
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.sql(INDEXES) == "a_other"


async def test_a_partition_that_was_half_detached_is_detached(deployment: Deployment) -> None:
    deployment.write(
        "0000_m", "CREATE TABLE w (id integer) PARTITION BY LIST (id); CREATE TABLE a PARTITION OF w FOR VALUES IN (1);"
    )
    deployment.deploy()
    deployment.write("0001_m", "ALTER TABLE w DETACH PARTITION a CONCURRENTLY;")
    other = await asyncpg.connect(deployment.url)
    async with other.transaction():
        await other.execute("TABLE w")
        process = deployment.start("deploy")
        wait_until(lambda: deployment.sql("SELECT count(*) FROM pg_inherits WHERE inhdetachpending") == "1")
        process.kill()
        ended(process)
        wait_until(lambda: deployment.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0")
    await other.close()
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.sql("SELECT count(*) FROM pg_inherits") == "0"
