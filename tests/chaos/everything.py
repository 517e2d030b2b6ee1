"""A folder with something of all that a run can die in, and what a database must hold once it is through."""

import difflib
import json
import re

from deployment import Deployment

ROWS = "INSERT INTO item SELECT n, 'name ' || n % 1000, n % 7 FROM generate_series(1, 20000) n"


def once(step: str) -> str:
    """A data migration that shows if it ran twice."""
    return f"INSERT INTO ran VALUES ('{step}');"


MIGRATIONS = {
    "0000_tables": f"""
        CREATE TABLE ran (step text);
        CREATE TABLE item (id integer, name text, kind integer);
        {ROWS};
        {once("rows")}
    """,
    "0001_steps": f"""
        ALTER TABLE item ADD COLUMN note text;
        {once("first step")}
        -- ccm: commit
        UPDATE item SET note = name WHERE kind = 3;
        {once("second step")}
        -- ccm: commit
        ALTER TABLE item ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
        {once("third step")}
        -- ccm: commit
        ALTER TABLE item VALIDATE CONSTRAINT positive;
    """,
    "0002_index": f"""
        {once("before the index")}
        -- ccm: commit
        CREATE INDEX CONCURRENTLY item_name ON item (name);
        {once("after the index")}
    """,
    "0003_unique": "CREATE UNIQUE INDEX CONCURRENTLY item_id ON item (id);",
    "0004_no_name": "CREATE INDEX CONCURRENTLY ON item (kind, name);",
    "0005_enum": f"""
        CREATE TYPE mood AS ENUM ('sad');
        CREATE TABLE person (id integer, mood mood);
        -- ccm: commit
        ALTER TYPE mood ADD VALUE 'ok';
        INSERT INTO person VALUES (1, 'ok');
        {once("enum")}
    """,
    "0006_reindex": "REINDEX INDEX CONCURRENTLY item_name;",
    "0007_drop": "DROP INDEX CONCURRENTLY item_kind_name_idx;",
    "0008_partitions": """
        CREATE TABLE whole (id integer) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF whole FOR VALUES FROM (0) TO (10);
    """,
    "0009_detach": "ALTER TABLE whole DETACH PARTITION part CONCURRENTLY;",
    **{
        f"{number:04}_small": f"CREATE TABLE small_{number} (id integer); {once(f'small {number}')}"
        for number in range(10, 40)
    },
    "0040_last": once("last"),
}
STEPS = re.findall(r"INSERT INTO ran VALUES \('(.*?)'\)", "".join(MIGRATIONS.values()))
RAN = "SELECT string_agg(step, ', ' ORDER BY step) FROM ran"
INVALID = """
    SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE NOT indisvalid AND relkind = 'i'
"""
# Each migration has one attempt that succeeded, and before it none but those that were cut short.
UNTRUE = """
    SELECT string_agg(format('%s: %s', migration, attempts), '; ') FROM (
        SELECT migration, string_agg(status, ' ' ORDER BY id) AS attempts FROM __ccm_runs GROUP BY migration
    ) AS stories WHERE attempts !~ '^(aborted )*applied$'
"""
LOCKS = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


def write(deployment: Deployment) -> None:
    """The folder, into the deployment's home."""
    for tag, sql in MIGRATIONS.items():
        deployment.write(tag, sql)


def check(deployment: Deployment, expected: str) -> None:
    """That the database is as if nothing had happened; `expected` is the dump of one where nothing did."""
    there = deployment.server.dump(deployment.database)
    assert there == expected, "\n".join(difflib.unified_diff(expected.split("\n"), there.split("\n"), n=1))
    assert deployment.sql(RAN) == ", ".join(sorted(STEPS))
    assert deployment.sql(INVALID) == "0"
    assert deployment.sql(LOCKS) == "0"
    assert deployment.applied() == list(MIGRATIONS)
    assert deployment.sql(UNTRUE) == ""
    status = json.loads(deployment.run("status", "--json", USE_PROD_DB="true").stdout)
    nothing = ("pending", "late", "missing", "edited", "vanished", "newer", "unfinished")
    assert {name: status[name] for name in nothing if status[name]} == {}
    assert (status["applied"], status["lock_holder"]) == (list(MIGRATIONS), None)
