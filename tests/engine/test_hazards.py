"""The safety rules, over SQL as people and as the planner write it."""

import pytest

from ccm_engine import hazards
from ccm_engine.hazards import RULES


def codes(*statements: str) -> list[tuple[str, ...]]:
    """For each statement of a migration, the codes of its hazards."""
    return [tuple(hazard.code for hazard in found) for found in hazards.find(statements)]


HAZARDS = {
    "deletes-data": (
        "DROP TABLE t",
        "DROP TABLE IF EXISTS app.t CASCADE",
        "DROP SCHEMA app CASCADE",
        "TRUNCATE t",
        "ALTER TABLE t DROP COLUMN a",
        "ALTER TYPE c DROP ATTRIBUTE a",
        "ALTER TABLE ONLY app.t ADD COLUMN b int, DROP COLUMN IF EXISTS a CASCADE",
    ),
    "rewrites-table": (
        "ALTER TABLE t ALTER COLUMN a TYPE bigint",
        "ALTER TABLE t ALTER a SET DATA TYPE jsonb USING a::jsonb",
        "ALTER TABLE t ADD COLUMN id int GENERATED ALWAYS AS IDENTITY",
        "ALTER TABLE t ADD COLUMN b int GENERATED ALWAYS AS (a * 2) STORED",
        "ALTER TABLE t ADD COLUMN id bigserial",
        "ALTER TABLE t ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid()",
        "ALTER TABLE t ADD COLUMN at timestamptz DEFAULT date_trunc('day', clock_timestamp())",
    ),
    "scans-table": (
        "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u",
        "ALTER TABLE t ADD PRIMARY KEY (a)",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
        "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (a WITH &&)",
    ),
    "blocks-writes": (
        "CREATE INDEX i ON t (a)",
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON app.t (lower(a)) WHERE a <> ''",
    ),
    "changes-values": (),
    "fails-on-rows": (
        "ALTER TABLE t ADD COLUMN a int NOT NULL",
        "ALTER TABLE t ADD COLUMN b int, ADD COLUMN a int CONSTRAINT n NOT NULL CHECK (a > 0)",
    ),
}


@pytest.mark.parametrize(("code", "statement"), [(code, one) for code, many in HAZARDS.items() for one in many])
def test_a_statement_has_a_hazard(code: str, statement: str) -> None:
    assert codes(statement) == [(code,)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t (id serial PRIMARY KEY, a int NOT NULL UNIQUE CHECK (a > 0) REFERENCES u)",
        "DROP INDEX i",
        "DROP TYPE mood",
        "DROP VIEW v",
        "DROP SEQUENCE s",
        "ALTER TABLE t DROP CONSTRAINT c",
        "ALTER TABLE t ADD COLUMN a int",
        "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 1",
        "ALTER TABLE t ADD COLUMN at timestamptz NOT NULL DEFAULT now()",
        "ALTER TABLE t ALTER COLUMN a DROP NOT NULL",
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT nextval('s')",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i",
        "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i",
        "ALTER TABLE t RENAME COLUMN a TO b",
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "CREATE TYPE mood AS ENUM ('sad')",
        "ALTER TYPE mood ADD VALUE 'ok'",
        "ALTER TYPE c ADD ATTRIBUTE a int",
        "ALTER TYPE c ALTER ATTRIBUTE a TYPE bigint",
        "INSERT INTO t VALUES ('DROP TABLE t')",
        "COMMENT ON TABLE t IS 'TRUNCATE t'",
        "this is no SQL",
        "",
    ],
)
def test_a_statement_has_none(statement: str) -> None:
    assert codes(statement) == [()]


def test_a_statement_may_have_several() -> None:
    """In the order of the rules, each once, whatever the order in the statement."""
    statement = "ALTER TABLE t ADD COLUMN n int NOT NULL, ADD CHECK (a > 0), ALTER a TYPE int, DROP COLUMN b, DROP c"
    assert codes(statement) == [("deletes-data", "rewrites-table", "scans-table", "fails-on-rows")]


@pytest.mark.parametrize(
    ("made", "used"),
    [("t", "t"), ("t", "public.t"), ("public.t", "t"), ('app."T"', 'app."T"'), ("UNLOGGED_t", "unlogged_T")],
)
def test_nobody_uses_a_table_that_the_same_file_has_made(made: str, used: str) -> None:
    statements = (
        f"CREATE INDEX i ON {used} (a)",
        f"ALTER TABLE {used} ADD COLUMN n int NOT NULL",
        f"ALTER TABLE {used} ALTER a TYPE bigint",
        f"ALTER TABLE {used} ADD CHECK (a > 0)",
        f"ALTER TABLE {used} DROP COLUMN a",
        f"TRUNCATE {used}",
        f"DROP TABLE {used}",
    )
    assert codes(f"CREATE TABLE {made} (a int)", *statements) == [()] * (1 + len(statements))


def test_a_table_made_by_a_query_is_new_as_well() -> None:
    assert codes("CREATE TABLE t AS SELECT 1 AS a", "CREATE INDEX i ON t (a)") == [(), ()]


@pytest.mark.parametrize(
    "made", ["CREATE TABLE u (a int)", "CREATE TABLE app.t (a int)", "CREATE TABLE IF NOT EXISTS t (a int)"]
)
def test_another_table_is_in_use(made: str) -> None:
    """So is one that may have been there before."""
    assert codes(made, "CREATE INDEX i ON t (a)") == [(), ("blocks-writes",)]


def test_a_table_is_in_use_until_it_is_made() -> None:
    assert codes("DROP TABLE t", "CREATE TABLE t (a int)", "DROP TABLE t") == [("deletes-data",), (), ()]


def test_dropping_a_new_table_along_with_an_old_one_deletes_data() -> None:
    assert codes("CREATE TABLE t (a int)", "DROP TABLE t, u") == [(), ("deletes-data",)]


def test_a_hazard_says_what_happens_and_what_to_do_instead() -> None:
    for many in HAZARDS.values():
        for found in hazards.find(many):
            assert all(hazard.message and hazard.fix for hazard in found)


def test_each_rule_teaches_the_problem_and_the_solution() -> None:
    """In its module's docstring; the code of its hazards is its own name."""
    from importlib import import_module

    assert {rule.__name__.replace("_", "-") for rule in RULES} == HAZARDS.keys()
    for rule in RULES:
        doc = import_module(rule.__module__).__doc__ or ""
        assert "Problem: " in doc
        assert "Solution: " in doc


@pytest.mark.parametrize(
    "change",
    [
        "mood USING a::text::mood",
        "uuid USING a::text::uuid",
        "varchar(5) USING a::text",
        "varchar(5)[] USING a::text[]",
        "short USING a::text",
        "integer USING a::integer",
        "numeric(4,2) USING a::numeric(4,2)",
    ],
)
def test_a_value_that_a_new_type_may_not_have_is_a_hazard(change: str) -> None:
    assert codes(f"ALTER TABLE t ALTER a TYPE {change}") == [("rewrites-table", "fails-on-rows")]


@pytest.mark.parametrize(
    "change",
    [
        "bigint USING round(a)::bigint",
        "numeric(4,1) USING round(a, 1)",
        "timestamp(0) USING a::timestamp(0)",
        "date USING a::date",
        "time USING (a AT TIME ZONE 'UTC')::time",
        "timestamptz USING a AT TIME ZONE 'UTC'",
        "real USING a::real",
    ],
)
def test_a_value_that_becomes_another_is_a_hazard(change: str) -> None:
    assert codes(f"ALTER TABLE t ALTER a TYPE {change}") == [("rewrites-table", "changes-values")]


@pytest.mark.parametrize(
    "change", ["text USING a::text", "varchar USING a::text", "bigint", "varchar(9)", "jsonb USING a::jsonb"]
)
def test_a_value_that_stays_is_none(change: str) -> None:
    assert codes(f"ALTER TABLE t ALTER a TYPE {change}") == [("rewrites-table",)]
