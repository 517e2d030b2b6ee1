"""What becomes of the rows: what is altered in place keeps them, and what would lose them is refused."""

from dataclasses import dataclass

import asyncpg
import pytest

from ccm_engine import errors
from ccm_engine.catalog import EMPTY
from ccm_engine.plan import plan
from ccm_engine.shadow import Shadow

from .conftest import Stage, materialise


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows that are there before, and what a query says of them afterwards."""

    name: str
    before: str
    rows: str
    after: str
    query: str
    expected: list[tuple[object, ...]]


KEPT = (
    Kept(
        "a column comes with a default",
        "CREATE TABLE t (a int)",
        "INSERT INTO t VALUES (1)",
        "CREATE TABLE t (a int, b text NOT NULL DEFAULT 'x')",
        "SELECT a, b FROM t",
        [(1, "x")],
    ),
    Kept(
        "text becomes a number",
        "CREATE TABLE t (a text DEFAULT '7')",
        "INSERT INTO t VALUES ('1'), (NULL), (DEFAULT)",
        "CREATE TABLE t (a int DEFAULT 8)",
        "INSERT INTO t VALUES (DEFAULT); SELECT a FROM t",
        [(1,), (None,), (7,), (8,)],
    ),
    Kept(
        "text becomes uuid under its foreign key",
        "CREATE TABLE t (id text PRIMARY KEY); CREATE TABLE u (t text REFERENCES t)",
        f"INSERT INTO t VALUES ('{'0' * 32}'); INSERT INTO u VALUES ('{'0' * 32}')",
        "CREATE TABLE t (id uuid PRIMARY KEY); CREATE TABLE u (t uuid REFERENCES t)",
        "SELECT count(*) FROM t JOIN u ON t.id = u.t",
        [(1,)],
    ),
    Kept(
        "text becomes jsonb",
        "CREATE TABLE t (a text DEFAULT '{}')",
        "INSERT INTO t VALUES ('{\"a\":1}')",
        "CREATE TABLE t (a jsonb DEFAULT '{}')",
        "SELECT a::text FROM t",
        [('{"a": 1}',)],
    ),
    Kept(
        "jsonb becomes text",
        "CREATE TABLE t (a jsonb DEFAULT '{}')",
        "INSERT INTO t VALUES ('{\"a\":1}')",
        "CREATE TABLE t (a text DEFAULT '{}')",
        "SELECT a::text FROM t",
        [('{"a": 1}',)],
    ),
    Kept(
        "a number becomes true or false",
        "CREATE TABLE t (a bigint DEFAULT 1)",
        "INSERT INTO t VALUES (5)",
        "CREATE TABLE t (a boolean DEFAULT true)",
        "SELECT a::text FROM t",
        [("true",)],
    ),
    Kept(
        "true becomes a number",
        "CREATE TABLE t (a boolean DEFAULT true)",
        "INSERT INTO t VALUES (DEFAULT)",
        "CREATE TABLE t (a smallint DEFAULT 0)",
        "SELECT a::text FROM t",
        [("1",)],
    ),
    Kept(
        "an enum becomes a short text",
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a mood DEFAULT 'ok')",
        "INSERT INTO t VALUES ('sad')",
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a varchar(3) DEFAULT 'no')",
        "SELECT a::text FROM t",
        [("sad",)],
    ),
    Kept(
        "a short text becomes an enum",
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a varchar(3) DEFAULT 'no')",
        "INSERT INTO t VALUES ('sad')",
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a mood)",
        "SELECT a::text FROM t",
        [("sad",)],
    ),
    Kept(
        "a default that cannot be cast goes",
        "CREATE TABLE t (a text DEFAULT 'none')",
        "INSERT INTO t VALUES ('7')",
        "CREATE TABLE t (a integer DEFAULT 8)",
        "SELECT a::text FROM t",
        [("7",)],
    ),
    Kept(
        "texts become numbers in an array",
        "CREATE TABLE t (a text[] DEFAULT '{1}')",
        "INSERT INTO t VALUES ('{1,2}')",
        "CREATE TABLE t (a integer[] DEFAULT '{3}')",
        "SELECT a::text FROM t",
        [("{1,2}",)],
    ),
    Kept(
        "numbers become texts in an array",
        "CREATE TABLE t (a integer[])",
        "INSERT INTO t VALUES ('{1,2}')",
        "CREATE TABLE t (a varchar(3)[])",
        "SELECT a::text FROM t",
        [("{1,2}",)],
    ),
    Kept(
        "a number becomes a text",
        "CREATE TABLE t (a integer DEFAULT 1)",
        "INSERT INTO t VALUES (DEFAULT)",
        "CREATE TABLE t (a text DEFAULT '2')",
        "SELECT a::text FROM t",
        [("1",)],
    ),
    Kept(
        "a price is rounded",
        "CREATE TABLE t (a numeric(10,2) DEFAULT 0)",
        "INSERT INTO t VALUES (1.50)",
        "CREATE TABLE t (a integer DEFAULT 0)",
        "SELECT a::text FROM t",
        [("2",)],
    ),
    Kept(
        "a price has one digit less",
        "CREATE TABLE t (a numeric(10,2))",
        "INSERT INTO t VALUES (1.25)",
        "CREATE TABLE t (a numeric(10,1))",
        "SELECT a::text FROM t",
        [("1.3",)],
    ),
    Kept(
        "a text becomes one of a domain",
        "CREATE DOMAIN d AS varchar(5) CHECK (VALUE <> ''); CREATE TABLE t (a text)",
        "INSERT INTO t VALUES ('abc')",
        "CREATE DOMAIN d AS varchar(5) CHECK (VALUE <> ''); CREATE TABLE t (a d)",
        "SELECT a::text FROM t",
        [("abc",)],
    ),
    Kept(
        "a domain becomes what is below it",
        "CREATE DOMAIN d AS varchar(5) CHECK (VALUE <> ''); CREATE TABLE t (a d)",
        "INSERT INTO t VALUES ('abc')",
        "CREATE DOMAIN d AS varchar(5) CHECK (VALUE <> ''); CREATE TABLE t (a varchar(5))",
        "SELECT a::text FROM t",
        [("abc",)],
    ),
    Kept(
        "a domain becomes another type",
        "CREATE DOMAIN d AS varchar(5) CHECK (VALUE <> ''); CREATE TABLE t (a d)",
        "INSERT INTO t VALUES ('12')",
        "CREATE DOMAIN d AS varchar(5) CHECK (VALUE <> ''); CREATE TABLE t (a integer)",
        "SELECT a::text FROM t",
        [("12",)],
    ),
    Kept(
        "a number that counts gets larger",
        "CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY)",
        "INSERT INTO t VALUES (DEFAULT)",
        "CREATE TABLE t (a bigint GENERATED ALWAYS AS IDENTITY)",
        "SELECT a::text FROM t",
        [("1",)],
    ),
    Kept(
        "a serial gets larger",
        "CREATE TABLE t (a serial)",
        "INSERT INTO t VALUES (DEFAULT)",
        "CREATE TABLE t (a bigserial)",
        "SELECT a::text FROM t",
        [("1",)],
    ),
    Kept(
        "a char loses what fills it up",
        "CREATE TABLE t (a char(10))",
        "INSERT INTO t VALUES ('abc')",
        "CREATE TABLE t (a varchar(3))",
        "SELECT a::text FROM t",
        [("abc",)],
    ),
    Kept(
        "a text becomes the only element of an array",
        "CREATE TABLE t (a text)",
        "INSERT INTO t VALUES ('x,y')",
        "CREATE TABLE t (a text[])",
        "SELECT a FROM t",
        [(["x,y"],)],
    ),
    Kept(
        "a text becomes an enum and back",
        "CREATE TABLE t (a text DEFAULT 'ok', b text[])",
        "INSERT INTO t VALUES ('sad', '{ok,sad}')",
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a mood DEFAULT 'ok', b mood[])",
        "INSERT INTO t VALUES (DEFAULT); SELECT a, b FROM t",
        [("sad", ["ok", "sad"]), ("ok", None)],
    ),
    Kept(
        "the values of an enum change places, and one that no row has goes",
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad'); CREATE TABLE t (a mood DEFAULT 'ok', b mood[], UNIQUE (a))",
        "INSERT INTO t VALUES ('sad', '{ok,sad}'), ('ok', NULL)",
        "CREATE TYPE mood AS ENUM ('ok', 'new', 'sad'); CREATE TABLE t (a mood DEFAULT 'ok', b mood[], UNIQUE (a))",
        "SELECT a, b FROM t ORDER BY a",
        [("ok", None), ("sad", ["ok", "sad"])],
    ),
    Kept(
        "the values of an enum change places under a domain, a composite type, and a range",
        """CREATE TYPE mood AS ENUM ('sad', 'so, "so"', 'ok'); CREATE DOMAIN d AS mood NOT NULL
            CHECK (VALUE <> 'ok'); CREATE TYPE c AS (a mood, b mood[]); CREATE TYPE r AS RANGE (SUBTYPE = mood);
        CREATE TABLE t (a d, b d[], c c, d c[], e r)""",
        """INSERT INTO t VALUES ('sad', '{sad}', ROW('so, "so"', '{ok}'), ARRAY[ROW(NULL, '{sad}')::c], '[sad,ok]')""",
        """CREATE TYPE mood AS ENUM ('new', 'sad', 'ok', 'so, "so"'); CREATE DOMAIN d AS mood NOT NULL
            CHECK (VALUE <> 'ok'); CREATE TYPE c AS (a mood, b mood[]); CREATE TYPE r AS RANGE (SUBTYPE = mood);
        CREATE TABLE t (a d, b d[], c c, d c[], e r)""",
        "SELECT a::text, b::text, (c).a::text, (c).b::text, d[1]::text, upper(e)::text FROM t",
        [("sad", "{sad}", 'so, "so"', "{ok}", "(,{sad})", "ok")],
    ),
    Kept(
        "the type below a domain changes",
        "CREATE DOMAIN d AS numeric(10,2) CHECK (VALUE > 0); CREATE DOMAIN e AS d; CREATE TABLE t (a d, b d[], c e)",
        "INSERT INTO t VALUES (1.4, '{2.6}', 3)",
        "CREATE DOMAIN d AS bigint CHECK (VALUE > 0); CREATE DOMAIN e AS d; CREATE TABLE t (a d, b d[], c e)",
        "SELECT a::bigint, b::text, c::bigint FROM t",
        [(1, "{3}", 3)],
    ),
    Kept(
        "an attribute of a composite type changes, one comes before it, and one goes",
        "CREATE TYPE c AS (a int, b numeric, x text); CREATE TABLE t (a c)",
        "INSERT INTO t VALUES ((1, 2.4, 'x')), (NULL), ((NULL, NULL, NULL))",
        "CREATE TYPE c AS (new text, b int, a int); CREATE TABLE t (a c)",
        "SELECT a::text FROM t",
        [("(,2,1)",), (None,), ("(,,)",)],
    ),
    Kept(
        "the subtype of a range changes",
        "CREATE TYPE r AS RANGE (SUBTYPE = int); CREATE TABLE t (a r, b r[])",
        "INSERT INTO t VALUES ('[1,5)', '{\"[1,2]\",empty}')",
        "CREATE TYPE r AS RANGE (SUBTYPE = numeric); CREATE TABLE t (a r, b r[])",
        "SELECT a::text, b::text FROM t",
        [("[1,5)", '{"[1,2]",empty}')],
    ),
    Kept(
        "a partition is detached, another attached, and the bound of a third changes, while the columns change",
        """CREATE TABLE p (a int, b int, c text) PARTITION BY LIST (a);
        CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p2 (a int, b int, c text); CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3)""",
        "INSERT INTO p VALUES (1, 1, 'x'), (3, 3, 'y'); INSERT INTO p2 VALUES (2, 2, 'z')",
        """CREATE TABLE p (a int, b bigint, d text DEFAULT 'd') PARTITION BY LIST (a);
        CREATE TABLE p1 (a int, b int, c text);
        CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3, 4)""",
        "SELECT a, b, d FROM p UNION ALL SELECT a, b, c FROM p1 ORDER BY a",
        [(1, 1, "x"), (2, 2, "d"), (3, 3, "d")],
    ),
    Kept(
        "a child keeps a column that its parent loses",
        "CREATE TABLE p (a int, b int); CREATE TABLE t () INHERITS (p)",
        "INSERT INTO p VALUES (1, 1); INSERT INTO t VALUES (2, 2)",
        "CREATE TABLE p (a int); CREATE TABLE t (b int) INHERITS (p)",
        "SELECT p.a, b FROM p LEFT JOIN t ON t.a = p.a ORDER BY p.a",
        [(1, None), (2, 2)],
    ),
    Kept(
        "a generated column keeps its values as a plain one",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "INSERT INTO t VALUES (4)",
        "CREATE TABLE t (a int, b int)",
        "SELECT a, b FROM t",
        [(4, 8)],
    ),
    Kept(
        "a generated column is computed anew",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "INSERT INTO t VALUES (4)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) STORED)",
        "SELECT a, b FROM t",
        [(4, 12)],
    ),
    Kept(
        "a primary key moves to another column, and the first may be null",
        "CREATE TABLE t (a int PRIMARY KEY, b int)",
        "INSERT INTO t VALUES (1, 2)",
        "CREATE TABLE t (a int, b int PRIMARY KEY)",
        "SELECT a, b FROM t",
        [(1, 2)],
    ),
    Kept(
        "a table becomes unlogged",
        "CREATE TABLE t (a serial)",
        "INSERT INTO t VALUES (DEFAULT)",
        "CREATE UNLOGGED TABLE t (a serial)",
        "SELECT a FROM t",
        [(1,)],
    ),
    Kept(
        "serial goes on as identity",
        "CREATE TABLE t (id serial, a text)",
        "INSERT INTO t (a) VALUES ('x'), ('y')",
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, a text)",
        "INSERT INTO t (a) VALUES ('z'); SELECT id, a FROM t",
        [(1, "x"), (2, "y"), (3, "z")],
    ),
    Kept(
        "an identity goes on as serial",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START 5), a text)",
        "INSERT INTO t (a) VALUES ('x'), ('y')",
        "CREATE TABLE t (id serial, a text)",
        "INSERT INTO t (a) VALUES ('z'); SELECT id, a FROM t",
        [(5, "x"), (6, "y"), (7, "z")],
    ),
    Kept(
        "a plain number becomes one that counts",
        "CREATE TABLE t (id int, a text, n smallint NOT NULL)",
        "INSERT INTO t VALUES (7, 'x', 9)",
        "CREATE TABLE t (id serial, a text, n smallint GENERATED BY DEFAULT AS IDENTITY)",
        "INSERT INTO t (a) VALUES ('y'); SELECT id, a, n FROM t",
        [(7, "x", 9), (8, "y", 10)],
    ),
    Kept(
        "an empty table begins to count at the start",
        "CREATE TABLE t (id int NOT NULL)",
        "",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START 5))",
        "INSERT INTO t VALUES (DEFAULT); SELECT id FROM t",
        [(5,)],
    ),
    Kept(
        "numbers that count down go on counting down",
        "CREATE TABLE t (id int NOT NULL)",
        "INSERT INTO t VALUES (-3)",
        "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1))",
        "INSERT INTO t VALUES (DEFAULT); SELECT id FROM t",
        [(-3,), (-4,)],
    ),
    Kept(
        "the sequence behind a serial is renamed and goes on",
        "CREATE TABLE t (id serial)",
        "INSERT INTO t VALUES (DEFAULT), (DEFAULT)",
        "CREATE TABLE t (id serial); ALTER SEQUENCE t_id_seq RENAME TO numbers",
        "DELETE FROM t; INSERT INTO t VALUES (DEFAULT); SELECT id FROM t",
        [(3,)],
    ),
    Kept(
        "the sequence behind a serial is renamed and changed, and goes on",
        "CREATE TABLE t (id serial)",
        "INSERT INTO t VALUES (DEFAULT), (DEFAULT)",
        "CREATE TABLE t (id bigserial); ALTER SEQUENCE t_id_seq RENAME TO numbers",
        "INSERT INTO t VALUES (DEFAULT); SELECT id FROM t",
        [(1,), (2,), (3,)],
    ),
    Kept(
        "a sequence below its new minimum begins there",
        "CREATE SEQUENCE s",
        "SELECT nextval('s')",
        "CREATE SEQUENCE s MINVALUE 100",
        "SELECT nextval('s')",
        [(100,)],
    ),
    Kept(
        "a sequence above its new minimum goes on",
        "CREATE SEQUENCE s",
        "SELECT setval('s', 500)",
        "CREATE SEQUENCE s MINVALUE 100 INCREMENT 2",
        "SELECT nextval('s')",
        [(502,)],
    ),
    Kept(
        "a sequence that turns round starts over",
        "CREATE SEQUENCE s",
        "SELECT setval('s', 500)",
        "CREATE SEQUENCE s INCREMENT -1",
        "SELECT nextval('s')",
        [(-1,)],
    ),
)


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
async def test_rows_are_kept(kept: Kept, shadow: Shadow, stage: Stage) -> None:
    before, after = await materialise(shadow, kept.before), await materialise(shadow, kept.after)
    await stage.run(plan(EMPTY, before).render())
    if kept.rows:
        await stage.connection.execute(kept.rows)
    await stage.run(plan(before, after).render())
    *first, query = kept.query.split("; ")
    for statement in first:
        await stage.connection.execute(statement)
    assert [tuple(row) for row in await stage.connection.fetch(query)] == kept.expected
    assert await stage.catalog() == after
    await stage.run(plan(after, EMPTY).render())
    stage.is_empty = True


async def test_a_value_that_rows_have_cannot_be_removed_from_an_enum(shadow: Shadow, stage: Stage) -> None:
    """The migration fails on those rows, and its transaction takes back what it did."""
    table = "CREATE TABLE t (a mood)"
    before = await materialise(shadow, f"CREATE TYPE mood AS ENUM ('sad', 'ok'); {table}")
    after = await materialise(shadow, f"CREATE TYPE mood AS ENUM ('ok'); {table}")
    await stage.run(plan(EMPTY, before).render())
    await stage.connection.execute("INSERT INTO t VALUES ('sad')")
    with pytest.raises(asyncpg.InvalidTextRepresentationError, match="sad"):
        await stage.run(plan(before, after).render())
    await stage.connection.execute("rollback")
    assert await stage.connection.fetchval("SELECT a FROM t") == "sad"
    assert await stage.catalog() == before


async def test_an_index_that_a_failed_build_left_behind_is_made_anew(shadow: Shadow, stage: Stage) -> None:
    """It is there, and Postgres keeps it up, but never uses it."""
    script = "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a)"
    goal = await materialise(shadow, script)
    await stage.connection.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
    with pytest.raises(asyncpg.UniqueViolationError):
        await stage.connection.execute("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)")
    planned = plan(await stage.catalog(), goal)
    assert [statement.sql for statement in planned.statements] == [
        'DROP INDEX "i"',
        'CREATE UNIQUE INDEX CONCURRENTLY "i" ON "t" USING btree ("a")',
    ]
    await stage.connection.execute("DELETE FROM t WHERE ctid = '(0,1)'")
    await stage.run(planned.render())
    assert await stage.catalog() == goal


CUT = {
    "varchar(20)": ("varchar(5)", "'123456'"),
    "text": ("varchar(5)", "'123456'"),
    "text[]": ("varchar(5)[]", "'{123456}'"),
    "text NOT NULL": ("varchar(5)[]", "'123456'"),
    "char(10)": ("char(5)", "'123456'"),
    "integer": ("varchar(5)", "123456"),
    "jsonb": ("char(5)", "'123456'"),
    "mood": ("varchar(2)", "'sad'"),
    "varchar(6)": ("short", "'123456'"),
    "varchar(7)": ("short[]", "'1234567'"),
    "bit(8)": ("varbit(4)", "B'10101010'"),
    "varbit(8)": ("bit(4)", "B'101010'"),
    "inet": ("cidr", "'10.0.0.1/8'"),
    "numeric(5,2)": ("numeric(3,2)", "123.45"),
    "bigint": ("integer", "3000000000"),
}


@pytest.mark.parametrize("old", CUT)
async def test_a_value_is_never_cut_off(old: str, shadow: Shadow, stage: Stage) -> None:
    """What does not fit into the new type stops the migration."""
    types = "CREATE TYPE mood AS ENUM ('sad'); CREATE DOMAIN short AS varchar(5)"
    new, value = CUT[old]
    head = await materialise(shadow, f"{types}; CREATE TABLE t (a {old})")
    goal = await materialise(shadow, f"{types}; CREATE TABLE t (a {new})")
    await stage.run(plan(EMPTY, head).render())
    await stage.connection.execute(f"INSERT INTO t VALUES ({value})")
    with pytest.raises(asyncpg.DataError):
        await stage.run(plan(head, goal).render())


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
async def test_a_time_without_a_zone_is_in_utc_whatever_that_of_the_session(
    zone: str, shadow: Shadow, stage: Stage
) -> None:
    head = await materialise(shadow, "CREATE TABLE t (a timestamp, b timestamptz, c date, d timestamptz)")
    goal = await materialise(shadow, "CREATE TABLE t (a timestamptz, b timestamp, c timestamptz, d date)")
    await stage.run(plan(EMPTY, head).render())
    await stage.connection.execute(
        "INSERT INTO t VALUES ('2024-01-01 23:00', '2024-01-01 23:00Z', '2024-01-01', '2024-01-01 23:00Z')"
    )
    await stage.connection.execute(f"SET timezone = '{zone}'")
    await stage.run(plan(head, goal).render())
    await stage.connection.execute("SET timezone = 'UTC'")
    row = await stage.connection.fetchrow("SELECT a::text, b::text, c::text, d::text FROM t")
    assert tuple(row or ()) == (
        "2024-01-01 23:00:00+00", "2024-01-01 23:00:00", "2024-01-01 00:00:00+00", "2024-01-01",
    )  # fmt: skip


T = "CREATE TABLE t (a int)"

REFUSED = {
    "a partition key changes": (
        f"{T} PARTITION BY RANGE (a); CREATE TABLE u PARTITION OF t DEFAULT",
        f"{T} PARTITION BY LIST (a); CREATE TABLE u PARTITION OF t DEFAULT",
        "table public.u",
        "table public.t",
    ),
    "a table is to be partitioned": (T, f"{T} PARTITION BY LIST (a)", "table public.t", "it"),
    "the type of what a table is partitioned by changes": (
        f"{T} PARTITION BY RANGE (a)",
        "CREATE TABLE t (a bigint) PARTITION BY RANGE (a)",
        "table public.t",
        "column public.t.a",
    ),
    "a column is to be generated": (
        "CREATE TABLE t (a int, b int)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
        "column public.t.b",
        "it",
    ),
    "an enum becomes a domain of the same name": (
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (a mood)",
        "CREATE DOMAIN mood AS text; CREATE TABLE t (a mood)",
        "column public.t.a",
        "enum public.mood",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_would_lose_data_is_refused(name: str, shadow: Shadow) -> None:
    before, after, what, because = REFUSED[name]
    head, goal = await materialise(shadow, before), await materialise(shadow, after)
    with pytest.raises(errors.WouldLoseData) as caught:
        plan(head, goal)
    assert str(caught.value) == (
        f"{what} would have to be dropped and made anew, and its data lost, "
        f"because {because} cannot be altered in place\n\n"
        "hint: make the change in two migrations, or write this one by hand: ccm-daemon generate --custom"
    )


CHILD = "CREATE TABLE p (b int); CREATE TABLE t (b int) INHERITS (p)"
ONLY_HANDED_DOWN = """is to be no longer the table's own, but only handed down by "p", and Postgres has no command for \
that which keeps the data

hint: leave it in the child's definition, too, where Postgres merges it with that of the parent; whoever uses the \
table sees no difference"""
ALSO_ITS_OWN = """is to be the table's own beside being handed down by "p", and Postgres has no command for that which \
keeps the data

hint: leave it out of the child's definition, as it has it anyway; whoever uses the table sees no difference"""

NOT_HANDED_DOWN = {
    "a table's own column is to be its parent's": (
        "CREATE TABLE p (b int); CREATE TABLE t (b int)",
        "CREATE TABLE p (b int); CREATE TABLE t () INHERITS (p)",
        f"column public.t.b {ONLY_HANDED_DOWN}",
    ),
    "a child's own column is to be its parent's": (
        "CREATE TABLE p (); CREATE TABLE t (b int) INHERITS (p)",
        "CREATE TABLE p (b int); CREATE TABLE t () INHERITS (p)",
        f"column public.t.b {ONLY_HANDED_DOWN}",
    ),
    "a column that both define is to be the parent's": (
        CHILD,
        "CREATE TABLE p (b int); CREATE TABLE t () INHERITS (p)",
        f"column public.t.b {ONLY_HANDED_DOWN}",
    ),
    "a column of the parent is to be the child's own as well": (
        "CREATE TABLE p (b int); CREATE TABLE t () INHERITS (p)",
        CHILD,
        f"column public.t.b {ALSO_ITS_OWN}",
    ),
    "a table gets a parent with a column that it has not": (
        "CREATE TABLE p (b int); CREATE TABLE t (c int)",
        "CREATE TABLE p (b int); CREATE TABLE t (c int) INHERITS (p)",
        f"column public.t.b {ONLY_HANDED_DOWN}",
    ),
    "the parents change places": (
        "CREATE TABLE p (b int); CREATE TABLE q (c int); CREATE TABLE t () INHERITS (p, q)",
        "CREATE TABLE p (b int); CREATE TABLE q (c int); CREATE TABLE t () INHERITS (q, p)",
        f"column public.t.b {ONLY_HANDED_DOWN}",
    ),
    "a check that both define is to be the parent's": (
        "CREATE TABLE p (b int CONSTRAINT k CHECK (b > 0)); CREATE TABLE t (CONSTRAINT k CHECK (b > 0)) INHERITS (p)",
        "CREATE TABLE p (b int CONSTRAINT k CHECK (b > 0)); CREATE TABLE t () INHERITS (p)",
        f"check constraint public.t.k {ONLY_HANDED_DOWN}",
    ),
}


@pytest.mark.parametrize("name", NOT_HANDED_DOWN)
async def test_what_postgres_has_no_command_for_is_refused(name: str, shadow: Shadow) -> None:
    before, after, message = NOT_HANDED_DOWN[name]
    head, goal = await materialise(shadow, before), await materialise(shadow, after)
    with pytest.raises((errors.NotHandedDown, errors.NotOnceMore, errors.NotCalledOtherwise)) as caught:
        plan(head, goal)
    assert str(caught.value) == message
