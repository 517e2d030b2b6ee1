"""CCM_DRIZZLE_LEDGER: drizzle-orm's migrator, which goes by its own table, finds nothing to do after us."""

import json
from hashlib import sha256

import pytest

from deployment import Deployment

ROWS = "SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id"


@pytest.fixture
def two(deployment: Deployment) -> Deployment:
    write(deployment, "0000_a", "CREATE TABLE a ();", when=1000)
    write(deployment, "0001_b", "CREATE TABLE b (x integer); CREATE INDEX CONCURRENTLY b_x ON b (x);", when=2000)
    return deployment


def write(deployment: Deployment, tag: str, sql: str, when: int) -> None:
    deployment.write(tag, sql)
    journal = deployment.home / "migrations" / "meta" / "_journal.json"
    entries = json.loads(journal.read_text())["entries"]
    entries[-1]["when"] = when
    journal.write_text(json.dumps({"entries": entries}))


def rows(deployment: Deployment, *tags: str) -> str:
    """What drizzle-orm's migrator would have written."""
    files = [(deployment.home / "migrations" / f"{tag}.sql").read_bytes() for tag in tags]
    return "\n".join(f"{sha256(file).hexdigest()}|{1000 * place}" for place, file in enumerate(files, 1))


def test_it_gets_a_row_with_each_migration(two: Deployment) -> None:
    assert two.deploy(CCM_DRIZZLE_LEDGER="true").returncode == 0
    assert two.sql(ROWS) == rows(two, "0000_a", "0001_b")


def test_without_the_setting_there_is_none(two: Deployment) -> None:
    assert two.deploy().returncode == 0
    assert two.sql("SELECT to_regclass('drizzle.__drizzle_migrations') IS NULL") == "t"


def test_it_has_the_shape_that_drizzle_gives_it(two: Deployment) -> None:
    two.deploy(CCM_DRIZZLE_LEDGER="true")
    columns = """
        SELECT string_agg(concat_ws(' ', column_name, data_type, column_default, is_nullable), ', ')
        FROM (TABLE information_schema.columns ORDER BY ordinal_position) WHERE table_schema = 'drizzle'
    """
    assert two.sql(columns) == (
        "id integer nextval('drizzle.__drizzle_migrations_id_seq'::regclass) NO, hash text NO, created_at bigint YES"
    )


@pytest.mark.parametrize("words", [("deploy",), ("migrate",)])
def test_what_was_applied_before_is_made_up_for_although_nothing_is_pending(
    two: Deployment, words: tuple[str, ...]
) -> None:
    two.deploy()
    assert two.run(*words, CCM_DRIZZLE_LEDGER="true").returncode == 0
    assert two.sql(ROWS) == rows(two, "0000_a", "0001_b")
    assert two.run(*words, CCM_DRIZZLE_LEDGER="true").returncode == 0
    assert two.sql(ROWS) == rows(two, "0000_a", "0001_b")


def test_what_drizzle_has_applied_itself_stays_as_it_is(two: Deployment) -> None:
    two.sql(
        "CREATE TABLE a (); CREATE SCHEMA drizzle;"
        "CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint);"
        f"INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('{rows(two, '0000_a')[:64]}', 1000)"
    )
    assert two.deploy(CCM_DRIZZLE_LEDGER="true").returncode == 0
    assert two.attempts() == ["0000_a adopted 0/0", "0001_b applied 2/2"]
    assert two.sql(ROWS) == rows(two, "0000_a", "0001_b")


def test_a_baseline_is_known_there_too(two: Deployment) -> None:
    assert two.run("baseline", "0000_a", CCM_DRIZZLE_LEDGER="true").returncode == 0
    assert two.sql(ROWS) == rows(two, "0000_a")


def test_what_fails_is_not_known_there(two: Deployment) -> None:
    write(two, "0002_c", "CREATE TABLE c (); SELECT 1 / 0;", when=3000)
    assert two.deploy(CCM_DRIZZLE_LEDGER="true").returncode == 6
    assert two.sql(ROWS) == rows(two, "0000_a", "0001_b")


def test_a_statement_that_exists_already_is_passed_over_and_known_there(two: Deployment) -> None:
    two.sql("CREATE TABLE a ()")
    assert two.deploy(CCM_DRIZZLE_LEDGER="true", CCM_TOLERATE_EXISTING="true").returncode == 0
    assert two.sql(ROWS) == rows(two, "0000_a", "0001_b")


def test_a_table_that_may_not_be_written_is_told(two: Deployment) -> None:
    two.sql(
        "CREATE SCHEMA drizzle; CREATE VIEW drizzle.__drizzle_migrations AS SELECT '' AS hash, 0::bigint AS created_at"
    )
    done = two.deploy(CCM_DRIZZLE_LEDGER="true")
    assert done.returncode == 2
    assert "drizzle.__drizzle_migrations" in done.stderr
