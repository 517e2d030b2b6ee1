"""What a snapshot of Drizzle Kit describes is what SQL makes that a person would write."""

import json
from dataclasses import dataclass

import pytest

import postgres
from ccm_engine import shadow as shadows
from ccm_engine.drizzle.ddl import statements
from ccm_engine.drizzle.parsing import parse
from ccm_engine.kinds.role import Role
from ccm_engine.shadow import Shadow
from snapshots import Json, column, enum, foreign_key, identity, index, key, policy, sequence, snapshot, table, view


@dataclass(frozen=True, kw_only=True)
class Case:
    given: Json
    sql: str


def of_column(column_: Json, sql: str, before: str = "", **sections: Json) -> Case:
    """A table with that column alone."""
    return Case(given=snapshot(tables=table("t", column_), **sections), sql=f"{before}; CREATE TABLE t ({sql})")


A = column("a", "integer")
T = "CREATE TABLE t (a integer);"

TYPES = {
    name: of_column(column("c", name), f"c {sql}")
    for name, sql in {
        "varchar(255)": "varchar(255)",
        "numeric(10, 2)": "numeric(10,2)",
        "timestamp (3) with time zone": "timestamptz(3)",
        "time(2) with time zone": "timetz(2)",
        "interval day to second(3)": "interval day to second(3)",
        "double precision": "float8",
        "integer[3][3]": "integer[]",
        "smallserial": "smallserial",
        "bytea": "bytea",
        "money": "money",
        "BYTEA": "bytea",
        "pg_catalog.int8": "bigint",
        "character varying(9)": "varchar(9)",
    }.items()
}

DEFAULTS = {
    f"default {json.dumps(given)}": of_column(column("c", type_, default=given), f"c {type_} DEFAULT {sql}")
    for type_, given, sql in (
        ("text", "'it''s'", "'it''s'"),
        ("text", "now()::text", "now()::text"),
        ("integer", 7, "7"),
        ("integer", -7, "-7"),
        ("double precision", 1.5, "1.5"),
        ("double precision", 1e300, "1e300"),
        ("numeric", "'1.50'", "'1.50'"),
        ("boolean", True, "true"),
        ("boolean", False, "false"),
        ("integer[]", "'{{1,2},{3,4}}'", "'{{1,2},{3,4}}'"),
        ("jsonb", """'{"a":1}'::jsonb""", """'{"a":1}'::jsonb"""),
        ("text", None, "NULL"),
    )
}

ENUMS = {
    "an enum in public": of_column(
        column("c", "Mood", typeSchema="public", default="'sad'"),
        """c "Mood" DEFAULT 'sad'""",
        """CREATE TYPE "Mood" AS ENUM ('sad', 'it''s')""",
        enums=enum("Mood", "sad", "it's"),
    ),
    "an array of an enum": of_column(
        column("c", "mood[2][2]", typeSchema="public", default="'{}'"),
        "c mood[] DEFAULT '{}'",
        "CREATE TYPE mood AS ENUM ('a')",
        enums=enum("mood", "a"),
    ),
    "an enum called like a type of Postgres": of_column(
        column("c", "time[]", typeSchema="public"),
        'c public."time"[]',
        """CREATE TYPE public."time" AS ENUM ('a')""",
        enums=enum("time", "a"),
    ),
    "an enum whose name begins like a type": of_column(
        column("c", "timeKind", typeSchema="public"),
        'c "timeKind"',
        """CREATE TYPE "timeKind" AS ENUM ('a')""",
        enums=enum("timeKind", "a"),
    ),
    "enums of one name in two schemas": of_column(
        column("c", "mood", typeSchema="app"),
        "c app.mood",
        "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('a'); CREATE TYPE app.mood AS ENUM ('b')",
        schemas={"app": "app"},
        enums={**enum("mood", "a"), **enum("mood", "b", schema="app")},
    ),
    "an enum without typeSchema": of_column(
        column("c", "mood[]"),
        "c app.mood[]",
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a')",
        schemas={"app": "app"},
        enums=enum("mood", "a", schema="app"),
    ),
    "of two enums without typeSchema the one in public": of_column(
        column("c", "mood"),
        "c public.mood",
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); CREATE TYPE mood AS ENUM ('b')",
        schemas={"app": "app"},
        enums={**enum("mood", "a", schema="app"), **enum("mood", "b")},
    ),
    "a type of Postgres beside an enum of its name": of_column(
        column("c", "time"), "c time", """CREATE TYPE public."time" AS ENUM ('a')""", enums=enum("time", "a")
    ),
    "an enum without values": Case(given=snapshot(enums=enum("e")), sql="CREATE TYPE e AS ENUM ()"),
}

COLUMNS = {
    "a key of one column": of_column(column("id", "text", primaryKey=True, notNull=True), "id text PRIMARY KEY"),
    "a serial": of_column(column("id", "serial", primaryKey=True, notNull=True), "id serial PRIMARY KEY"),
    "not null": of_column(column("c", "text", notNull=True), "c text NOT NULL"),
    "names in quotes": of_column(column('a "b"', "text"), '"a ""b""" text'),
    "generated": Case(
        given=snapshot(tables=table("t", A, column("b", "integer", generated={"as": '"t"."a" * 2', "type": "stored"}))),
        sql="CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)",
    ),
    "identity": of_column(
        column("id", "integer", notNull=True, identity=identity("t_id_seq")),
        "id integer GENERATED ALWAYS AS IDENTITY",
    ),
    "identity in every detail": of_column(
        column(
            "id",
            "integer",
            identity=identity("n", type="byDefault", increment="2", startWith="6", minValue="4", cache="3", cycle=True),
        ),
        "id int GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME n INCREMENT 2 START 6 MINVALUE 4 CACHE 3 CYCLE)",
    ),
    "identity of which little is said": Case(
        given=snapshot(
            schemas={"app": "app"},
            tables=table("t", column("id", "smallint", identity={"type": "always", "name": "n"}), schema="app"),
        ),
        sql="CREATE SCHEMA app;CREATE TABLE app.t (id smallint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME app.n))",
    ),
    "identity that counts down": of_column(
        column("id", "integer", identity={"type": "always", "name": "n", "increment": "-1"}),
        "id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME n INCREMENT -1)",
    ),
    "no column at all": Case(given=snapshot(tables=table("t")), sql="CREATE TABLE t ()"),
}

QUALIFIED = """"app"."t"."a"::text <> ';--'"""

CONSTRAINTS = {
    "a key of two columns": Case(
        given=snapshot(
            tables=table("t", A, column("b", "text"), compositePrimaryKeys={"k": {"name": "k", "columns": ["b", "a"]}})
        ),
        sql="CREATE TABLE t (a integer, b text, CONSTRAINT k PRIMARY KEY (b, a))",
    ),
    "unique": Case(
        given=snapshot(
            tables=table("t", A, uniqueConstraints={"u": {"name": "u", "nullsNotDistinct": False, "columns": ["a"]}})
        ),
        sql="CREATE TABLE t (a integer, CONSTRAINT u UNIQUE (a))",
    ),
    "nulls not distinct": Case(
        given=snapshot(
            tables=table("t", A, uniqueConstraints={"u": {"name": "u", "nullsNotDistinct": True, "columns": ["a"]}})
        ),
        sql="CREATE TABLE t (a integer, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a))",
    ),
    "a key that is unique besides, of which Postgres makes one": Case(
        given=snapshot(
            tables=table(
                "t",
                column("a", "integer", primaryKey=True, notNull=True),
                uniqueConstraints={"u": {"name": "u", "nullsNotDistinct": False, "columns": ["a"]}},
            )
        ),
        sql="CREATE TABLE t (a integer, CONSTRAINT u PRIMARY KEY (a))",
    ),
    "checks": Case(
        given=snapshot(
            schemas={"app": "app"},
            tables={
                **table("t", A, checkConstraints={"c": {"name": "c", "value": '"t"."a" > 0 and true'}}),
                **table(
                    "t",
                    A,
                    schema="app",
                    checkConstraints={"c": {"name": "c", "value": """"app"."t"."a"::text <> ';--'"""}},
                ),
            },
        ),
        sql=f"{T} ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0 AND true); CREATE SCHEMA app;"
        "CREATE TABLE app.t (a integer, CONSTRAINT c CHECK (a::text <> ';--'))",
    ),
    "foreign keys across schemas and in circles": Case(
        given=snapshot(
            schemas={"app": "app"},
            tables={
                **table(
                    "t",
                    column("id", "integer", primaryKey=True, notNull=True),
                    column("o", "integer"),
                    foreignKeys=foreign_key("f", ("o", "id"), "o", schemaTo="app", onDelete="set null"),
                ),
                **table(
                    "o",
                    column("id", "integer", primaryKey=True, notNull=True),
                    schema="app",
                    foreignKeys=foreign_key("f", ("id", "id"), "t", onUpdate="cascade"),
                ),
            },
        ),
        sql="""CREATE SCHEMA app; CREATE TABLE t (id integer PRIMARY KEY, o integer);
        CREATE TABLE app.o (id integer PRIMARY KEY, CONSTRAINT f FOREIGN KEY (id) REFERENCES t ON UPDATE CASCADE);
        ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (o) REFERENCES app.o ON DELETE SET NULL""",
    ),
}

B = column("b", "text")
TWO = "CREATE TABLE t (a integer, b text);"


def of_index(sql: str, *keys: Json, **more: object) -> Case:
    return Case(given=snapshot(tables=table("t", A, B, indexes=index("i", *keys, **more))), sql=f"{TWO} {sql}")


INDEXES = {
    "an index": of_index("CREATE INDEX i ON t (a, b)", key("a"), key("b")),
    "unique and concurrently": of_index("CREATE UNIQUE INDEX i ON t (a)", key("a"), isUnique=True, concurrently=True),
    "with an order": of_index(
        "CREATE INDEX i ON t (a DESC NULLS LAST, b NULLS FIRST)", key("a", asc=False), key("b", nulls="first")
    ),
    "downwards": of_index("CREATE INDEX i ON t (a DESC)", key("a", asc=False, nulls="first")),
    "with an operator class, to which Drizzle gives no order": of_index(
        "CREATE INDEX i ON t (b text_pattern_ops)", key("b", opclass="text_pattern_ops", asc=False, nulls="first")
    ),
    "over expressions": of_index(
        "CREATE INDEX i ON t (lower(b), (a + 1))",
        key('lower("b")', isExpression=True),
        key('("t"."a" + 1)', isExpression=True),
    ),
    "of some rows": of_index("CREATE INDEX i ON t (a) WHERE b <> '--;'", key("a"), where=""""t"."b" <> '--;'"""),
    "with a method and options": of_index(
        "CREATE INDEX i ON t USING gist (to_tsvector('simple'::regconfig, b)) WITH (fillfactor=70, buffering=off)",
        key("to_tsvector('simple'::regconfig, b)", isExpression=True),
        method="gist",
        **{"with": {"fillfactor": 70, "buffering": "off"}},
    ),
}

ELSEWHERE = {
    "schemas": Case(given=snapshot(schemas={"a": "a", "B c": "B c"}), sql='CREATE SCHEMA a; CREATE SCHEMA "B c"'),
    "a schema that is not listed": Case(
        given=snapshot(enums=enum("e", "x", schema="other")),
        sql="CREATE SCHEMA other; CREATE TYPE other.e AS ENUM ('x')",
    ),
    "sequences": Case(
        given=snapshot(
            sequences={
                **sequence("plain"),
                **sequence("s", increment="-5", startWith="90", minValue="-7", maxValue="100", cache="3", cycle=True),
            }
        ),
        sql="CREATE SEQUENCE plain; CREATE SEQUENCE s INCREMENT -5 START 90 MINVALUE -7 MAXVALUE 100 CACHE 3 CYCLE",
    ),
    "a sequence of which little is said": Case(
        given=snapshot(
            sequences={
                "public.up": {"name": "up", "schema": "public"},
                "public.down": {"name": "down", "schema": "public", "increment": "-2"},
            }
        ),
        sql="CREATE SEQUENCE up; CREATE SEQUENCE down INCREMENT -2",
    ),
    "row level security": Case(
        given=snapshot(tables=table("t", A, isRLSEnabled=True)),
        sql=f"{T} ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    ),
    "policies, which enable it": Case(
        given=snapshot(
            tables=table(
                "t",
                A,
                policies={
                    **policy("p", using='"t"."a" > 0', withCheck="true"),
                    **policy("q", **{"as": "RESTRICTIVE", "for": "SELECT", "to": ["Some Role", "current_user"]}),
                },
            )
        ),
        sql=f"""{T} ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON t USING (a > 0) WITH CHECK (true);
        CREATE POLICY q ON t AS RESTRICTIVE FOR SELECT TO "Some Role", current_user""",
    ),
    "a policy of which little is said": Case(
        given=snapshot(tables=table("t", A, policies={"p": {"name": "p"}})),
        sql=f"{T} ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t",
    ),
    "a linked policy, which does not": Case(
        given=snapshot(tables=table("t", A), policies=policy("p", on='"public"."t"', schema="public")),
        sql=f"{T} CREATE POLICY p ON t",
    ),
    "views that read one another, in any order": Case(
        given=snapshot(
            tables=table("t", A),
            views={**view("b", definition='select * from "c";'), **view("c", definition='select "a" as "id" from "t"')},
        ),
        sql=f"{T} CREATE VIEW c AS SELECT a AS id FROM t; CREATE VIEW b AS SELECT * FROM c",
    ),
    "a view with options": Case(
        given=snapshot(
            tables=table("t", A),
            views=view(
                "v", definition='select "a" from "t"', **{"with": {"checkOption": "local", "securityBarrier": True}}
            ),
        ),
        sql=f"{T} CREATE VIEW v WITH (check_option = local, security_barrier = true) AS SELECT a FROM t",
    ),
    "a materialized view": Case(
        given=snapshot(
            views=view(
                "v",
                definition="select 1 as one",
                materialized=True,
                withNoData=True,
                using="heap",
                tablespace="pg_default",
                **{"with": {"fillfactor": 70, "autovacuumVacuumCostDelay": 10}},
            )
        ),
        sql="""CREATE MATERIALIZED VIEW v WITH (fillfactor = 70, autovacuum_vacuum_cost_delay = 10)
        AS SELECT 1 AS one WITH NO DATA""",
    ),
    "a view that Drizzle only uses is not made": Case(given=snapshot(views=view("v", isExisting=True)), sql="SELECT"),
}

CASES = {**TYPES, **DEFAULTS, **ENUMS, **COLUMNS, **CONSTRAINTS, **INDEXES, **ELSEWHERE}


@pytest.mark.since(15)
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
async def test_a_snapshot_describes_what_sql_makes(shadow: Shadow, case: Case) -> None:
    described = await shadow.materialise(statements(parse(case.given)))
    assert described == await shadow.materialise([case.sql])


@pytest.mark.since(15)
async def test_roles_are_read_where_they_are_of_interest_and_none_of_them_stays(server: postgres.Server) -> None:
    plain = {"createDb": False, "createRole": False, "inherit": True}
    roles = {
        "test plain": {"name": "test plain", **plain},
        "test_all": {"name": "test_all", "createDb": True, "createRole": True, "inherit": False},
        "test_default": {"name": "test_default"},
    }
    given = statements(parse(snapshot(roles=roles, tables=table("t", A, policies=policy("p", to=["test_all"])))))
    async with shadows.opened(server.url(), frozenset({"role"})) as shadow:
        catalog = await shadow.materialise(given)
    assert {role.name: role.attributes for role in catalog.all(Role)} == {
        "test plain": (),
        "test_all": ("CREATEDB", "CREATEROLE", "NOINHERIT"),
        "test_default": (),
    }
    assert server.psql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'test%'") == ""
