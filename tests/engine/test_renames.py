"""What the models say was renamed is renamed, with all that has its name from it, and its rows stay."""

from dataclasses import dataclass

import pytest

from ccm_engine import errors
from ccm_engine.catalog import EMPTY
from ccm_engine.harvester.wire import Rename
from ccm_engine.plan import Plan, plan
from ccm_engine.prove import prove
from ccm_engine.renames import resolve
from ccm_engine.shadow import Shadow

from .conftest import Stage, materialise


def table(new: str, old: str, schema: str = "public") -> Rename:
    return Rename(kind="table", schema=schema, table=new, old=old, new=new)


def column(name: str, old: str, schema: str = "public") -> Rename:
    table, new = name.split(".")
    return Rename(kind="column", schema=schema, table=table, old=old, new=new)


def since_18(statement: str) -> str:
    """One that is passed over where a NOT NULL has no name."""
    condition = "current_setting('server_version_num')::int >= 180000"
    return f"DO $$ BEGIN\n\tIF {condition} THEN\n\t\t{statement};\n\tEND IF;\nEND $$"


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    before: str
    after: str
    hints: tuple[Rename, ...]
    expected: tuple[str, ...]


CASES = (
    Case(
        "a table",
        "CREATE TABLE a (x int)",
        "CREATE TABLE b (x int)",
        (table("b", "a"),),
        ('ALTER TABLE "a" RENAME TO "b"',),
    ),
    Case(
        "a table with all that has its name from it",
        """CREATE TABLE a (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY UNIQUE CHECK (n > 0));
        CREATE INDEX ON a (n, id); CREATE TABLE u (a int REFERENCES a)""",
        """CREATE TABLE b (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY UNIQUE CHECK (n > 0));
        CREATE INDEX ON b (n, id); CREATE TABLE u (a int REFERENCES b)""",
        (table("b", "a"),),
        (
            'ALTER TABLE "a" RENAME TO "b"',
            'ALTER SEQUENCE "a_id_seq" RENAME TO "b_id_seq"',
            'ALTER TABLE "b" RENAME CONSTRAINT "a_pkey" TO "b_pkey"',
            'ALTER TABLE "b" RENAME CONSTRAINT "a_n_key" TO "b_n_key"',
            'ALTER TABLE "b" RENAME CONSTRAINT "a_n_check" TO "b_n_check"',
            'ALTER INDEX "a_n_id_idx" RENAME TO "b_n_id_idx"',
            """ALTER TABLE "b" ALTER COLUMN "id" SET DEFAULT nextval('b_id_seq'::regclass)""",
            since_18('ALTER TABLE "b" RENAME CONSTRAINT "a_id_not_null" TO "b_id_not_null"'),
            since_18('ALTER TABLE "b" RENAME CONSTRAINT "a_n_not_null" TO "b_n_not_null"'),
            'ALTER SEQUENCE "a_n_seq" RENAME TO "b_n_seq"',
        ),
    ),
    Case(
        "a column",
        "CREATE TABLE t (a int UNIQUE, g int GENERATED ALWAYS AS (a + 1) STORED); CREATE INDEX ON t (a) WHERE a > 0",
        "CREATE TABLE t (b int UNIQUE, g int GENERATED ALWAYS AS (b + 1) STORED); CREATE INDEX ON t (b) WHERE b > 0",
        (column("t.b", "a"),),
        (
            'ALTER TABLE "t" RENAME COLUMN "a" TO "b"',
            'ALTER TABLE "t" RENAME CONSTRAINT "t_a_key" TO "t_b_key"',
            'ALTER INDEX "t_a_idx" RENAME TO "t_b_idx"',
        ),
    ),
    Case(
        "a table and its column, and more changes besides",
        "CREATE TABLE a (x int)",
        "CREATE TABLE b (y bigint, z int)",
        (table("b", "a"), column("b.y", "x")),
        (
            'ALTER TABLE "a" RENAME TO "b"',
            'ALTER TABLE "b" RENAME COLUMN "x" TO "y"',
            'ALTER TABLE "b" ALTER COLUMN "y" SET DATA TYPE bigint',
            'ALTER TABLE "b" ADD COLUMN "z" integer',
        ),
    ),
    Case(
        "a column gives its name to a new one",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (b int, a text)",
        (column("t.b", "a"),),
        ('ALTER TABLE "t" RENAME COLUMN "a" TO "b"', 'ALTER TABLE "t" ADD COLUMN "a" text'),
    ),
    Case(
        "a chain of tables, whatever the order of the hints",
        "CREATE TABLE a (x int); CREATE TABLE b (y int)",
        "CREATE TABLE b (x int); CREATE TABLE c (y int)",
        (table("b", "a"), table("c", "b")),
        ('ALTER TABLE "b" RENAME TO "c"', 'ALTER TABLE "a" RENAME TO "b"'),
    ),
    Case(
        "a chain of columns",
        "CREATE TABLE t (a int, b text)",
        "CREATE TABLE t (b int, c text)",
        (column("t.b", "a"), column("t.c", "b")),
        ('ALTER TABLE "t" RENAME COLUMN "b" TO "c"', 'ALTER TABLE "t" RENAME COLUMN "a" TO "b"'),
    ),
    Case(
        "in another schema, under names that need quotes",
        'CREATE SCHEMA "My App"; CREATE TABLE "My App"."A b" ("X y" int)',
        'CREATE SCHEMA "My App"; CREATE TABLE "My App"."C d" ("Z" int)',
        (table("C d", "A b", "My App"), column("C d.Z", "X y", "My App")),
        (
            'ALTER TABLE "My App"."A b" RENAME TO "C d"',
            'ALTER TABLE "My App"."C d" RENAME COLUMN "X y" TO "Z"',
        ),
    ),
    Case(
        "hints that were followed long ago",
        "CREATE TABLE b (y int)",
        "CREATE TABLE b (y int)",
        (table("b", "a"), column("b.y", "x")),
        (),
    ),
    Case(
        "a hint that was followed long ago, in a table that is renamed now",
        "CREATE TABLE b (y int)",
        "CREATE TABLE c (y int)",
        (table("c", "b"), column("c.y", "x")),
        ('ALTER TABLE "b" RENAME TO "c"',),
    ),
    Case(
        "a hint that was followed long ago, and whose old name has come again since",
        "CREATE TABLE a (x int); CREATE TABLE b (x int, y int)",
        "CREATE TABLE a (x int); CREATE TABLE c (x int, y int)",
        (table("b", "a"), table("c", "b"), column("c.y", "x")),
        ('ALTER TABLE "b" RENAME TO "c"',),
    ),
    Case("names that were never there", "", "CREATE TABLE b (y int)", (table("b", "a"), column("b.y", "x")), (
        'CREATE TABLE "b" (\n\t"y" integer\n)',
    )),
)  # fmt: skip


async def planned(shadow: Shadow, case: Case) -> Plan:
    """What is planned with the hints; and it is proved."""
    head, goal = await materialise(shadow, case.before), await materialise(shadow, case.after)
    renamed, statements = await resolve(shadow, head, goal, case.hints)
    made = plan(renamed, goal, renames=statements)
    await prove(shadow, head, goal, made)
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_was_renamed_is_renamed(case: Case, shadow18: Shadow) -> None:
    made = await planned(shadow18, case)
    assert tuple(statement.sql for statement in made.statements) == case.expected


async def test_rows_and_numbers_are_kept(shadow: Shadow, stage: Stage) -> None:
    """On each server: before 18 there is no constraint behind NOT NULL that would have to be renamed as well."""
    case = CASES[1]
    await stage.run(plan(EMPTY, await materialise(shadow, case.before)).render())
    await stage.connection.execute("INSERT INTO a VALUES (DEFAULT), (DEFAULT); DELETE FROM a WHERE id = 1")
    await stage.connection.execute("INSERT INTO u VALUES (2)")
    await stage.run((await planned(shadow, case)).render())
    await stage.connection.execute("INSERT INTO b VALUES (DEFAULT)")
    rows = await stage.connection.fetch("SELECT id, n, a FROM b LEFT JOIN u ON id = a ORDER BY id")
    assert [tuple(row) for row in rows] == [(2, 2, 2), (3, 3, None)]


async def test_what_postgres_cannot_rename_is_refused(shadow18: Shadow) -> None:
    """Two tables cannot both be what one was."""
    head = await materialise(shadow18, "CREATE TABLE a (x int)")
    goal = await materialise(shadow18, "CREATE TABLE b (x int); CREATE TABLE c (x int)")
    with pytest.raises(errors.RenameRefused) as caught:
        await resolve(shadow18, head, goal, (table("b", "a"), table("c", "a")))
    assert str(caught.value) == (
        'Postgres refuses to rename what was renamed: relation "a" does not exist (SQLSTATE 42P01)\n\n'
        'ALTER TABLE "a" RENAME TO "b"\nALTER TABLE "a" RENAME TO "c"\n\n'
        'hint: correct or remove info={"renamed_from": …} in the model, or --rename'
    )
