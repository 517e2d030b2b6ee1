"""A file is cut where Postgres would cut it, and each piece knows where it stands."""

from dataclasses import dataclass

import pytest

from ccm_engine import sql
from ccm_engine.plan import plan

from .conftest import Pair


def pieces(text: str) -> list[str]:
    return [statement.sql for statement in sql.statements(text)]


def shape(text: str) -> list[tuple[str, ...]]:
    """The statements of each step; one that stands outside of a transaction is preceded by `alone`."""
    return [
        (*(() if step.transactional else ("alone",)), *(statement.sql for statement in step.statements))
        for step in sql.steps(text)
    ]


# -- names -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "quoted"), [("user", '"user"'), ("a b", '"a b"'), ('say "hi"', '"say ""hi"""'), ("été", '"été"')]
)
def test_a_name_is_always_quoted(name: str, quoted: str) -> None:
    assert sql.quote(name) == quoted


def test_only_what_is_not_in_public_is_qualified() -> None:
    assert sql.qualified("public", "t") == '"t"'
    assert sql.qualified("app", "t") == '"app"."t"'
    assert sql.qualified("Public", "t") == '"Public"."t"'


def test_a_literal_doubles_its_quotes_and_keeps_the_rest() -> None:
    assert sql.literal("it's \\ a\nb") == "'it''s \\ a\nb'"


# -- statements ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cut:
    name: str
    text: str
    statements: list[str]


CUTS = (
    Cut("nothing", "", []),
    Cut("space", " \n\t\n", []),
    Cut("comments alone", "-- one\n/* two */\n;;", []),
    Cut("one", "SELECT 1", ["SELECT 1"]),
    Cut("one with its end", "SELECT 1;\n", ["SELECT 1"]),
    Cut("two", "SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
    Cut("empty ones", ";;SELECT 1;;;SELECT 2;;", ["SELECT 1", "SELECT 2"]),
    Cut("a breakpoint", "SELECT 1;--> statement-breakpoint\nSELECT 2;", ["SELECT 1", "SELECT 2"]),
    Cut("a breakpoint that ends a statement", "SELECT 1\n--> statement-breakpoint\nSELECT 2", ["SELECT 1", "SELECT 2"]),
    Cut("breakpoints everywhere", "--> statement-breakpoint\nSELECT 1;--> statement-breakpoint\n", ["SELECT 1"]),
    Cut(
        "a breakpoint with more on its line",
        "SELECT 1 --> statement-breakpoint (ours)\nSELECT 2",
        ["SELECT 1", "SELECT 2"],
    ),
    Cut(
        "a breakpoint in a string",
        "SELECT '--> statement-breakpoint\n', 1; SELECT 2",
        ["SELECT '--> statement-breakpoint\n', 1", "SELECT 2"],
    ),
    Cut(
        "a breakpoint in a name, a dollar quote and a comment",
        'SELECT 1 AS "--> statement-breakpoint", $$--> statement-breakpoint\n$$ /* --> statement-breakpoint */, 2',
        ['SELECT 1 AS "--> statement-breakpoint", $$--> statement-breakpoint\n$$ /* --> statement-breakpoint */, 2'],
    ),
    Cut(
        "semicolons in strings",
        "SELECT ';', E'\\';', $x$;$x$; SELECT 2",
        ["SELECT ';', E'\\';', $x$;$x$", "SELECT 2"],
    ),
    Cut(
        "a function",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$; SELECT f()",
        ["CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$", "SELECT f()"],
    ),
    Cut(
        "a function of the standard, with its body outside of a string",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT f()",
        ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "SELECT f()"],
    ),
    Cut(
        "comments before, within and after",
        "-- a; b\nSELECT /* ; */ 1 -- c;\n, 2; -- d",
        ["SELECT /* ; */ 1 -- c;\n, 2"],
    ),
    Cut("a comment within a comment", "/* a /* b */ ; c */ SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
    Cut(
        "letters of more than one byte",
        "SELECT 'é'; SELECT '漢字', 'ü'; SELECT '😀'",
        ["SELECT 'é'", "SELECT '漢字', 'ü'", "SELECT '😀'"],
    ),
    Cut("lines of DOS", "SELECT 1;\r\n--> statement-breakpoint\r\nSELECT\r\n2;\r\n", ["SELECT 1", "SELECT\r\n2"]),
    Cut("what does not parse", "SELECT 1; CREATE TABEL t (); SELECT 2", ["SELECT 1", "CREATE TABEL t ()", "SELECT 2"]),
    Cut("what does not parse, alone", "CREATE TABEL t ()", ["CREATE TABEL t ()"]),
    Cut("a word that is none, first", "SELEC 1; SELECT 2; SELEC 3", ["SELEC 1", "SELECT 2", "SELEC 3"]),
    Cut("a word that is none, last", "SELECT 1;\nSELEC 2;\n", ["SELECT 1", "SELEC 2"]),
    Cut(
        "what does not parse beside a body outside of a string",
        "SELEC 1; CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; SELECT 3",
        [
            "SELEC 1",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END",
            "SELECT 3",
        ],
    ),
    Cut(
        "what does not parse beside a rule of many actions",
        "SELEC 1; CREATE RULE r AS ON INSERT TO t DO (DELETE FROM u; DELETE FROM v); SELECT 2",
        ["SELEC 1", "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM u; DELETE FROM v)", "SELECT 2"],
    ),
    Cut(
        "what does not parse beside a block and a transaction",
        "BEGIN; SELEC 1; DO $$ BEGIN; END $$; COMMIT; SELECT CASE WHEN true THEN 1 END; SELECT 2",
        ["BEGIN", "SELEC 1", "DO $$ BEGIN; END $$", "COMMIT", "SELECT CASE WHEN true THEN 1 END", "SELECT 2"],
    ),
    Cut(
        "what does not parse, and comments with semicolons",
        "SELEC /* ; */ 1; -- a; b\nSELECT 2",
        ["SELEC /* ; */ 1", "SELECT 2"],
    ),
    Cut("a string without end", "SELECT 1; SELECT 'a; SELECT 2", ["SELECT 1; SELECT 'a; SELECT 2"]),
    Cut("the same that does not parse, twice", "CREATE É; CREATE É;SELECT 1", ["CREATE É", "CREATE É", "SELECT 1"]),
)


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.name)
def test_a_file_is_cut_into_statements(cut: Cut) -> None:
    assert pieces(cut.text) == cut.statements


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.name)
def test_a_statement_stands_where_it_says(cut: Cut) -> None:
    """Offsets count bytes; lines and columns count characters, from 1."""
    source = cut.text.encode()
    for statement in sql.statements(cut.text):
        assert source[statement.offset :].startswith(statement.sql.encode())
        line = cut.text.split("\n")[statement.line - 1]
        assert line[statement.column - 1 :].startswith(statement.sql.split("\n")[0])


def test_a_position_counts_characters_from_one() -> None:
    text = "SELECT 1;\n  -- é\n  SELECT 'é', é;\r\nSELECT 3".encode()
    first, second, third = sql.statements(text.decode())
    assert (first.line, first.column) == (1, 1)
    assert (second.line, second.column) == (3, 3)
    assert (third.line, third.column) == (4, 1)
    assert sql.position(text, text.rindex("é".encode())) == (3, 15)


# -- steps ---------------------------------------------------------------------------


STEPS = {
    "SELECT 1; SELECT 2": [("SELECT 1", "SELECT 2")],
    "SELECT 1;\n-- ccm: commit\nSELECT 2": [("SELECT 1",), ("SELECT 2",)],
    "SELECT 1;--> statement-breakpoint\n-- ccm: commit\r\nSELECT 2": [("SELECT 1",), ("SELECT 2",)],
    "-- ccm: commit\nSELECT 1;\n-- ccm: commit\n-- ccm: commit\n": [("SELECT 1",)],
    "SELECT 1;   -- ccm: commit   \nSELECT 2": [("SELECT 1",), ("SELECT 2",)],
    "SELECT '\n-- ccm: commit\n'; SELECT 2": [("SELECT '\n-- ccm: commit\n'", "SELECT 2")],
    "SELECT 1; -- ccm: commitment\nSELECT 2": [("SELECT 1", "SELECT 2")],
    "SELECT 1; /* -- ccm: commit */ SELECT 2": [("SELECT 1", "SELECT 2")],
    "SELECT 1; CREATE INDEX CONCURRENTLY i ON t (a); SELECT 2": [
        ("SELECT 1",),
        ("alone", "CREATE INDEX CONCURRENTLY i ON t (a)"),
        ("SELECT 2",),
    ],
    "SELECT 1; VACUUM; VACUUM t": [("SELECT 1",), ("alone", "VACUUM"), ("alone", "VACUUM t")],
    "CREATE TABEL t (); CREATE INDEX CONCURRENTLY i ON t (a)": [
        ("CREATE TABEL t ()",),
        ("alone", "CREATE INDEX CONCURRENTLY i ON t (a)"),
    ],
}


@pytest.mark.parametrize("text", STEPS)
def test_a_file_is_cut_into_steps(text: str) -> None:
    assert shape(text) == STEPS[text]


ALONE = (
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
    "DROP INDEX CONCURRENTLY i",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX (CONCURRENTLY) INDEX i",
    "ALTER TABLE p DETACH PARTITION q CONCURRENTLY",
    "VACUUM FULL",
    "CREATE DATABASE d",
    "DROP DATABASE d",
    "CREATE TABLESPACE s LOCATION '/x'",
    "DROP TABLESPACE s",
    "ALTER SYSTEM SET work_mem = '1MB'",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
    "DROP SUBSCRIPTION s",
    "CLUSTER",
)
TOGETHER = (
    "CREATE INDEX i ON t (a)",
    "DROP INDEX i",
    "REINDEX TABLE t",
    "ALTER TABLE p DETACH PARTITION q",
    "ALTER TABLE t ADD COLUMN concurrently int",
    "ALTER TYPE mood ADD VALUE 'ok'",
    "ANALYZE t",
    "CLUSTER t",
    "SELECT 'CREATE INDEX CONCURRENTLY'",
    "SAVEPOINT s",
)


@pytest.mark.parametrize("statement", [*ALONE, *TOGETHER])
def test_what_postgres_refuses_in_a_transaction_stands_alone(statement: str) -> None:
    [step] = sql.steps(statement)
    assert step.transactional == (statement in TOGETHER)


@pytest.mark.parametrize(
    ("statement", "control"),
    [
        ("BEGIN", "BEGIN"),
        ("START TRANSACTION", "START TRANSACTION"),
        ("COMMIT", "COMMIT"),
        ("END", "COMMIT"),
        ("ROLLBACK", "ROLLBACK"),
        ("ABORT", "ROLLBACK"),
        ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"),
        ("SAVEPOINT s", None),
        ("ROLLBACK TO s", None),
        ("RELEASE s", None),
        ("SELECT 'BEGIN'", None),
    ],
)
def test_transaction_control_is_recognised(statement: str, control: str | None) -> None:
    """The runner refuses it: it opens and ends the transactions itself. Savepoints stay inside of one."""
    [found] = sql.statements(statement)
    assert found.control == control


@pytest.mark.parametrize(
    ("online", "plain"),
    [
        ("CREATE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX i ON t (a)"),
        ("create unique index concurrently if not exists i ON t (a)", "create unique index if not exists i ON t (a)"),
        ("DROP INDEX CONCURRENTLY i", "DROP INDEX i"),
        ("CREATE TABLE concurrently (a int)", "CREATE TABLE concurrently (a int)"),
    ],
)
def test_a_statement_is_made_fit_for_a_transaction(online: str, plain: str) -> None:
    assert sql.inside_a_transaction(online) == plain


# -- a plan and its file ---------------------------------------------------------------


@pytest.mark.whatever_the_server
def test_a_plan_is_cut_into_the_steps_that_it_has(pair: Pair) -> None:
    """Whatever stands in it: names, comments and defaults with breakpoints, semicolons and commits."""
    planned = plan(pair.before, pair.after)
    found = sql.steps(planned.render())
    assert [(step.transactional, [one.sql for one in step.statements]) for step in found] == [
        (step.transactional, [one.sql for one in step.statements]) for step in planned.steps
    ]
