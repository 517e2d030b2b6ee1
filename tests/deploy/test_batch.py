"""Many migrations travel in one script: each is a transaction of its own, and what fails is named exactly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment import Deployment

FINE = "CREATE TABLE {tag} (id integer);"
WRONG = {
    "an unknown column": ("CREATE TABLE a ();\n  SELECT nothing;", "2:10: column", "2 of 2"),
    "a division in the middle": (
        "CREATE TABLE a ();\nSELECT 1;\nSELECT 1/0;\nSELECT 2;",
        "3:1: division by zero",
        "3 of 4",
    ),
    "a duplicate, after what is over in a moment": (
        "CREATE TABLE a ();\nCREATE TABLE b ();\nCREATE TABLE a ();",
        '3:1: relation "a" already exists',
        "3 of 3",
    ),
    "a setting": (
        "SET search_path TO public;\nSET work_mem TO '1MB';\nSET ROLE nobody_at_all;\nSELECT 1;",
        '3:1: role "nobody_at_all" does not exist',
        "3 of 4",
    ),
    "what does not parse": ("CREATE TABLE a ();\nCREATE TABEL b ();", "2:8: syntax error at or near", "2 of 2"),
    "a deferred constraint": (
        "CREATE TABLE a (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO a VALUES (1), (1);",
        "2:1: duplicate key value",
        "2 of 2",
    ),
    "a name outside of ASCII before it": ("CREATE TABLE \"é\" ();\nSELECT 'é', nothing;", "2:13: column", "2 of 2"),
    "inside a function": (
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1/0; END $$;\nSELECT 1;\nSELECT f();",
        "3:1: division by zero",
        "3 of 3",
    ),
}


@pytest.mark.parametrize(("sql", "place", "number"), WRONG.values(), ids=WRONG)
def test_the_statement_that_fails_among_many_migrations_is_named_exactly(
    deployment: Deployment, sql: str, place: str, number: str
) -> None:
    for index in range(3):
        deployment.write(f"000{index}_fine", FINE.format(tag=f"t{index}"))
    deployment.write("0003_wrong", sql)
    deployment.write("0004_after", FINE.format(tag="after"))
    done = deployment.deploy()
    assert done.returncode == 6
    assert f"error: migrations/0003_wrong.sql:{place}" in done.stderr
    assert f"migration 0003_wrong, statement {number}" in done.stderr
    assert deployment.applied() == ["0000_fine", "0001_fine", "0002_fine"]
    total = number.rpartition(" ")[2]
    assert deployment.attempts() == [
        *(f"000{index}_fine applied 1/1" for index in range(3)),
        f"0003_wrong failed 0/{total}",
    ]
    assert deployment.sql("SELECT to_regclass('a') IS NULL AND to_regclass('after') IS NULL") == "t"


def test_once_it_is_corrected_the_rest_is_applied(deployment: Deployment) -> None:
    for index in range(5):
        deployment.write(f"000{index}_m", f"CREATE TABLE t{index} ();")
    deployment.write("0002_m", "SELECT nothing;")
    assert deployment.deploy().returncode == 6
    deployment.write("0002_m", "SELECT 1;")
    assert deployment.deploy().returncode == 0
    assert deployment.applied() == [f"000{index}_m" for index in range(5)]


def test_round_trips_do_not_grow_with_the_number_of_migrations(deployment: Deployment) -> None:
    _, *later = _messages(deployment, [1, 1, 20, 100])  # the first makes the tables
    assert len(set(later)) == 1


def _messages(deployment: Deployment, counts: list[int]) -> Iterator[int]:
    """How many messages the server logs for so many pending migrations."""
    deployment.sql(f"ALTER DATABASE {deployment.database} SET log_min_duration_statement = 0")
    log, first = deployment.server.home / "log", 0
    for count in counts:
        for index in range(first, first + count):
            deployment.write(f"{index:04}_m", f"CREATE TABLE t{index} (id integer); INSERT INTO t{index} VALUES (1);")
        before = log.stat().st_size
        assert deployment.deploy().returncode == 0
        yield _asked(log, before)
        first += count


def _asked(log: Path, start: int) -> int:
    lines = log.read_text()[start:].splitlines()
    return sum("LOG:  duration:" in line and "parse" not in line and "bind" not in line for line in lines)


def test_a_script_is_bounded_in_size(deployment: Deployment) -> None:
    """So that the server's memory for it is, and a lost connection costs little."""
    values = ", ".join(f"('{'x' * 90}')" for _ in range(5000))
    for index in range(6):
        deployment.write(f"000{index}_m", f"CREATE TABLE t{index} (a text); INSERT INTO t{index} VALUES {values};")
    deployment.sql(f"ALTER DATABASE {deployment.database} SET log_min_duration_statement = 0")
    log = deployment.server.home / "log"
    before = log.stat().st_size
    assert deployment.deploy().returncode == 0
    scripts = log.read_text()[before:].count("-- ccm-daemon: 000")
    assert scripts == 3


def test_what_a_migration_says_is_told(deployment: Deployment) -> None:
    deployment.write("0000_m", "DO $$BEGIN RAISE NOTICE 'seven rows to go'; END$$;")
    assert "notice: seven rows to go" in deployment.deploy().stderr


def test_a_migration_that_silences_notices_is_followed_all_the_same(deployment: Deployment) -> None:
    """As a dump of pg_dump does."""
    deployment.write("0000_m", "SET client_min_messages TO error;\nSELECT 1;\nSELECT 1/0;")
    assert "migrations/0000_m.sql:3:1: division by zero" in deployment.deploy().stderr


def test_a_migration_may_choose_how_its_transaction_is_isolated(deployment: Deployment) -> None:
    deployment.write(
        "0000_m",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n"
        "CREATE TABLE a AS SELECT current_setting('transaction_isolation') AS level;",
    )
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    assert deployment.sql("SELECT level FROM a") == "serializable"


def test_each_migration_of_a_batch_has_its_own_time(deployment: Deployment) -> None:
    """One script holds them all, and now() is for all of its transactions the moment when it came."""
    for number in range(3):
        deployment.write(f"000{number}_m", "SELECT pg_sleep(0.1);")
    assert deployment.deploy().returncode == 0
    assert deployment.applied() == ["0000_m", "0001_m", "0002_m"]
    times = deployment.sql(
        "SELECT extract(epoch FROM finished_at - started_at) > 0.1, count(*) FROM __ccm_runs GROUP BY 1"
    )
    assert times == "t|3"
    overlapping = "SELECT count(*) FROM __ccm_runs a JOIN __ccm_runs b ON b.id > a.id AND b.started_at < a.finished_at"
    assert deployment.sql(overlapping) == "0"
    assert deployment.sql("SELECT count(DISTINCT created_at) FROM __drizzle_migrations") == "3"
