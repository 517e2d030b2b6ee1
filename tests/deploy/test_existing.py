"""What is there already: passed over where that is tolerated, with a word on whether it is the same."""

import pytest

from deployment import Deployment

EQUAL = "it equals what the statement would have made"
TABLE = "CREATE TABLE a (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'x');"

CASES = {
    "an equal table": (TABLE, TABLE, EQUAL),
    "a table without a column": (
        "CREATE TABLE a (id integer PRIMARY KEY);",
        TABLE,
        "there: nothing; in the statement: column name: text NOT NULL DEFAULT 'x'::text",
    ),
    "a table whose column is of another type": (
        "CREATE TABLE a (id bigint);",
        "CREATE TABLE a (id integer);",
        "there: column id: bigint; in the statement: column id: integer",
    ),
    "a table with more": (
        "CREATE TABLE a (id integer, more text);",
        "CREATE TABLE a (id integer);",
        "there: column more: text",
    ),
    "an equal serial column": ("CREATE TABLE a (id serial);", "CREATE TABLE a (id serial);", EQUAL),
    "an equal column": (TABLE, "ALTER TABLE a ADD COLUMN name text NOT NULL DEFAULT 'x';", EQUAL),
    "a column that may be null": (
        "CREATE TABLE a (name text);",
        "ALTER TABLE a ADD COLUMN name text NOT NULL;",
        "there: column name: text; in the statement: column name: text NOT NULL",
    ),
    "an equal constraint": (
        "CREATE TABLE a (id integer CONSTRAINT positive CHECK (id > 0));",
        "ALTER TABLE a ADD CONSTRAINT positive CHECK (id>0);",
        EQUAL,
    ),
    "another constraint": (
        "CREATE TABLE a (id integer CONSTRAINT positive CHECK (id > 0));",
        "ALTER TABLE a ADD CONSTRAINT positive CHECK (id >= 0);",
        "there: constraint positive: CHECK (id > 0); in the statement: constraint positive: CHECK (id >= 0)",
    ),
    "an equal foreign key": (
        "CREATE TABLE b (id integer PRIMARY KEY); CREATE TABLE a (b_id integer CONSTRAINT fk REFERENCES b);",
        "ALTER TABLE a ADD CONSTRAINT fk FOREIGN KEY (b_id) REFERENCES b (id);",
        EQUAL,
    ),
    "an equal index": (
        "CREATE TABLE a (id integer); CREATE INDEX i ON a (id);",
        "CREATE INDEX i ON a USING btree (id);",
        EQUAL,
    ),
    "another index": (
        "CREATE TABLE a (id integer, n integer); CREATE INDEX i ON a (n);",
        "CREATE INDEX i ON a (id);",
        "there: index i: CREATE INDEX i ON a USING btree (n)",
    ),
    "an equal index, concurrently": (
        "CREATE TABLE a (id integer); CREATE INDEX i ON a (id);",
        "CREATE INDEX CONCURRENTLY i ON a (id);",
        EQUAL,
    ),
    "an equal enum": ("CREATE TYPE a AS ENUM ('x', 'y');", "CREATE TYPE a AS ENUM ('x', 'y');", EQUAL),
    "an enum in another order": (
        "CREATE TYPE a AS ENUM ('x', 'y');",
        "CREATE TYPE a AS ENUM ('y', 'x');",
        "there: values: 'x', 'y'; in the statement: values: 'y', 'x'",
    ),
    "another domain": (
        "CREATE DOMAIN a AS integer;",
        "CREATE DOMAIN a AS integer CHECK (VALUE > 0);",
        "there: nothing; in the statement: constraint a_check: CHECK (VALUE > 0)",
    ),
    "an equal view": ("CREATE VIEW a AS SELECT 1 AS n;", "CREATE VIEW a AS SELECT 1 AS n;", EQUAL),
    "another sequence": ("CREATE SEQUENCE a;", "CREATE SEQUENCE a INCREMENT 2;", "there: sequence: bigint 1 1 1"),
    "in another schema": (
        "CREATE SCHEMA app; CREATE TABLE app.a (id integer);",
        "CREATE TABLE app.a (id integer);",
        EQUAL,
    ),
    "what is not looked at": ("CREATE ROLE ccm_there;", "CREATE ROLE ccm_there;", "is not looked at for this kind"),
}


@pytest.mark.parametrize(("there", "statement", "said"), CASES.values(), ids=CASES)
def test_what_exists_is_passed_over_and_compared(deployment: Deployment, there: str, statement: str, said: str) -> None:
    deployment.sql(there)
    deployment.write("0000_m", f"CREATE TABLE before ();\n{statement}\nCREATE TABLE after ();")
    dump = deployment.server.dump(deployment.database)
    done = deployment.deploy(CCM_TOLERATE_EXISTING="true")
    deployment.sql("DROP ROLE IF EXISTS ccm_there")
    assert done.returncode == 0, done.stderr
    (warning,) = (line for line in done.stderr.splitlines() if line.startswith("warning: "))
    assert warning.startswith("warning: migrations/0000_m.sql:2: passed over: ")
    assert said in warning
    deployment.sql("DROP TABLE before, after, __drizzle_migrations, __ccm_runs")
    assert deployment.server.dump(deployment.database) == dump


def test_production_does_not_tolerate_it_unless_it_is_told_to(deployment: Deployment) -> None:
    deployment.sql(TABLE)
    deployment.write("0000_m", TABLE)
    done = deployment.deploy()
    assert done.returncode == 6
    assert 'relation "a" already exists (SQLSTATE 42P07)' in done.stderr


def test_development_tolerates_it(deployment: Deployment) -> None:
    deployment.sql(TABLE)
    deployment.write("0000_m", TABLE)
    assert deployment.run("migrate").returncode == 0
    assert deployment.applied() == ["0000_m"]
    assert deployment.run("migrate", CCM_TOLERATE_EXISTING="false").returncode == 0  # nothing is pending


def test_development_may_be_told_not_to(deployment: Deployment) -> None:
    deployment.sql(TABLE)
    deployment.write("0000_m", TABLE)
    assert deployment.run("migrate", CCM_TOLERATE_EXISTING="false").returncode == 6


def test_an_alteration_of_which_only_a_part_exists_is_not_passed_over(deployment: Deployment) -> None:
    """Else the other part would be lost, and nobody would know."""
    deployment.sql("CREATE TABLE a (b integer)")
    deployment.write("0000_m", "ALTER TABLE a ADD COLUMN b integer, ADD COLUMN c integer;")
    done = deployment.deploy(CCM_TOLERATE_EXISTING="true")
    assert done.returncode == 6
    assert 'column "b" of relation "a" already exists' in done.stderr


def test_a_setting_that_is_neither_true_nor_false_is_refused(deployment: Deployment) -> None:
    deployment.write("0000_m", TABLE)
    done = deployment.deploy(CCM_TOLERATE_EXISTING="maybe")
    assert done.returncode == 2
    assert "CCM_TOLERATE_EXISTING" in done.stderr
    assert "maybe" in done.stderr
