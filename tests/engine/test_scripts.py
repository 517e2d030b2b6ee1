"""A `.sql` file, as people and pg_dump write it: what of it is run, and where something in it is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import postgres
from ccm_engine import errors, psql, script
from ccm_engine.catalog import Catalog
from ccm_engine.shadow import Shadow
from ccm_engine.source import Place, Sources, opened

from .conftest import materialise


def texts(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "x.sql"
    file.write_text(text)
    return [piece.text for piece in script.pieces(script.read(file))]


async def read(server: postgres.Server, root: Path, source: str = ".") -> Catalog:
    async with opened(Place(root=root, shadow_url=server.url(), home=root / "postgres")) as sources:
        return await schema(sources, source)


async def schema(sources: Sources, source: str) -> Catalog:
    return (await sources.schema(source)).catalog


# -- what psql alone understands -------------------------------------------------------


BLANKED = {
    "\\restrict abc\nSELECT 1;\n\\unrestrict abc\n": "SELECT 1;",
    "  \\set ON_ERROR_STOP on\nSELECT 1;": "SELECT 1;",
    "\\connect shop\nSELECT 1;\n\\c shop\n": "SELECT 1;",
    "COPY t (a, b) FROM stdin;\n1\tit's\n\\N\t;\n\\.\n\nSELECT 1;": "SELECT 1;",
    "copy public.t from STDIN with (format csv, delimiter ';');\n1;2\n\\.\nSELECT 1;": "SELECT 1;",
    'COPY "a;b" FROM stdin;\n\\.\nSELECT 1;': "SELECT 1;",
    "COPY t FROM stdin;\n\\\\restrict\n\\.\nSELECT 1;": "SELECT 1;",
    "SELECT '\n\\restrict\n';": "SELECT '\n\\restrict\n';",
    "SELECT E'\\'\n\\restrict\n';": "SELECT E'\\'\n\\restrict\n';",
    "SELECT $$\n\\i x\n$$, $a$\n\\i $$ x\n$a$;": "SELECT $$\n\\i x\n$$, $a$\n\\i $$ x\n$a$;",
    'SELECT "\n\\i x";': 'SELECT "\n\\i x";',
    "/* a /* b */\n\\i x\n*/ SELECT 1;": "/* a /* b */\n\\i x\n*/ SELECT 1;",
    "-- don't\n\\echo it's\nSELECT 1;": "-- don't\n\n        \nSELECT 1;".replace("\n\n", "\n"),
    "SELECT '\nCOPY t FROM stdin;\n' AS \"\\.\";": "SELECT '\nCOPY t FROM stdin;\n' AS \"\\.\";",
}


@pytest.mark.parametrize("text", BLANKED)
def test_what_psql_alone_understands_is_blank(text: str) -> None:
    blanked = psql.blanked("x.sql", text)
    assert len(blanked) == len(text)
    assert blanked.count("\n") == text.count("\n")
    assert blanked.split() == BLANKED[text].split()


@pytest.mark.parametrize("command", ["\\i other.sql", "\\ir other.sql", "\\if :x", "\\gexec", "\\copy t from 'x'"])
def test_what_psql_alone_can_follow_is_refused(command: str) -> None:
    with pytest.raises(errors.PsqlCommand) as caught:
        psql.blanked("x.sql", f"SELECT 1;\n{command}\n")
    name, *_ = command.split()
    assert str(caught.value).startswith(f"x.sql:2:1: {name} is a command of psql, and changes what the file describes")


def test_a_file_of_two_databases_is_refused() -> None:
    with pytest.raises(errors.PsqlCommand, match=r"^x\.sql:3:1: \\connect is"):
        psql.blanked("x.sql", "\\connect a\nSELECT 1;\n\\connect b\nSELECT 1;")


# -- settings --------------------------------------------------------------------------


def test_a_setting_holds_for_the_statements_after_it(tmp_path: Path) -> None:
    text = "SELECT 1; SET search_path = app; SELECT 2; RESET search_path; SELECT 3"
    between = "SET search_path = app;\nSELECT 2;\nRESET search_path"
    assert texts(tmp_path, text) == ["SELECT 1", between, "SELECT 3"]


def test_the_last_setting_counts(tmp_path: Path) -> None:
    text = "SET search_path TO a; SET LOCAL search_path TO b; SELECT 1; RESET ALL; SELECT 2"
    assert texts(tmp_path, text) == ["SET search_path TO b;\nSELECT 1;\nRESET search_path", "SELECT 2"]


def test_settings_that_change_no_meaning_are_left_out(tmp_path: Path) -> None:
    text = """SET statement_timeout = 0; SET transaction_timeout = 0; SET client_encoding = 'UTF8';
    SET check_function_bodies = on; SET ROLE nobody; SET SESSION AUTHORIZATION nobody; SELECT 1"""
    assert texts(tmp_path, text) == ["SELECT 1"]


def test_what_is_of_the_database_itself_is_left_out(tmp_path: Path) -> None:
    text = """CREATE DATABASE shop; ALTER DATABASE shop OWNER TO me; ALTER DATABASE shop SET work_mem = '1MB';
    COMMENT ON DATABASE shop IS 'x'; GRANT CONNECT ON DATABASE shop TO me; DROP DATABASE x; BEGIN; SELECT 1; COMMIT"""
    assert texts(tmp_path, text) == ["SELECT 1"]


async def test_the_settings_of_a_file_do_not_reach_another(server18: postgres.Server, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("CREATE SCHEMA app; SET search_path = app; CREATE TABLE t (a int)")
    (tmp_path / "b.sql").write_text("SELECT set_config('search_path', '', false); CREATE TABLE public.v (a int)")
    (tmp_path / "c.sql").write_text("CREATE TABLE u (a int)")
    catalog = await read(server18, tmp_path)
    assert [str(key) for key in catalog.objects if key.kind == "table"] == [
        "table app.t",
        "table public.u",
        "table public.v",
    ]


async def test_a_setting_holds_in_whatever_order_the_statements_are_run(
    server18: postgres.Server, tmp_path: Path
) -> None:
    text = "SET search_path = app; CREATE INDEX i ON t (a); CREATE TABLE t (a int); RESET ALL; CREATE SCHEMA app"
    (tmp_path / "a.sql").write_text(text)
    catalog = await read(server18, tmp_path, "a.sql")
    assert "index app.i" in {str(key) for key in catalog.objects}


# -- a dump ----------------------------------------------------------------------------

SHOP = """CREATE SCHEMA shop; CREATE TYPE shop.state AS ENUM ('new', 'it''s; paid');
CREATE DOMAIN shop.price AS numeric(10, 2) CHECK (value > 0);
CREATE TABLE shop."Order" (id serial PRIMARY KEY, state shop.state DEFAULT 'new', p shop.price, note text DEFAULT ';');
CREATE TABLE line (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "order" int REFERENCES shop."Order");
CREATE INDEX ON line ("order") WHERE id > 5; COMMENT ON TABLE line IS 'don''t; \\restrict';
INSERT INTO shop."Order" (note) VALUES (E'a\\tb\\nc'), ('\\.'), ('it''s; $$')"""


@pytest.mark.parametrize("options", [("-s",), ("-C",), ("-s", "-c", "--if-exists"), ("--inserts",)], ids=" ".join)
async def test_a_dump_is_the_schema_that_was_dumped(
    options: tuple[str, ...],
    server: postgres.Server,
    create_database: Callable[[postgres.Server], str],
    tmp_path: Path,
) -> None:
    name = create_database(server)
    server.psql(SHOP, name)
    (tmp_path / "dump.sql").write_text(dump(server, name, *options))
    assert await read(server, tmp_path, "dump.sql") == await read(server, tmp_path, server.url(name))


def dump(server: postgres.Server, database: str, *options: str) -> str:
    import subprocess

    command = (str(server.clients / "pg_dump"), *options, "-d", server.url(database))
    return subprocess.run(command, text=True, capture_output=True, check=True).stdout


# -- order -----------------------------------------------------------------------------


async def test_statements_may_come_in_any_order(server18: postgres.Server, shadow18: Shadow, tmp_path: Path) -> None:
    """An index before its table, a default before its sequence, a column before its domain, a table before its schema;
    and two files that need each other."""
    (tmp_path / "a.sql").write_text(
        """CREATE INDEX i ON t (a); CREATE TABLE t (a app.code DEFAULT nextval('app.numbers'), u int REFERENCES app.u);
        CREATE SCHEMA app;"""
    )
    (tmp_path / "b.sql").write_text(
        """ALTER TABLE app.u ADD FOREIGN KEY (t) REFERENCES t; CREATE TABLE app.u (id int PRIMARY KEY, t app.code);
        CREATE SEQUENCE app.numbers; ALTER TABLE t ADD PRIMARY KEY (a); CREATE DOMAIN app.code AS int;"""
    )
    assert await read(server18, tmp_path) == await materialise(
        shadow18,
        """CREATE SCHEMA app; CREATE DOMAIN app.code AS int; CREATE SEQUENCE app.numbers;
        CREATE TABLE app.u (id int PRIMARY KEY, t app.code);
        CREATE TABLE t (a app.code DEFAULT nextval('app.numbers') PRIMARY KEY, u int REFERENCES app.u);
        CREATE INDEX i ON t (a); ALTER TABLE app.u ADD FOREIGN KEY (t) REFERENCES t""",
    )


# -- what is wrong ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wrong:
    name: str
    text: str
    message: str


WRONG = (
    Wrong(
        "a word that is none",
        "CREATE TABLE t (a int);\n\n  CREATE TABEL é (a int);\nCREATE TABLE u (a int);\n",
        """x.sql:3:10: syntax error at or near "TABEL" (SQLSTATE 42601)

  CREATE TABEL é (a int);
         ^

hint: change the file""",
    ),
    Wrong(
        "a type that is none, on the line where it stands, and what needs the table that fails by it",
        "CREATE INDEX i ON t (b);\nCREATE TABLE t (\n\ta int,\n\tb nonsense\n);",
        """x.sql:4:4: type "nonsense" does not exist (SQLSTATE 42704)

\tb nonsense
\t  ^
1 more statement(s) fail, which may need this one

hint: change the file""",
    ),
    Wrong(
        "a column that is not there",
        "CREATE TABLE t (a int);\nCREATE INDEX i ON t (b);",
        """x.sql:2:1: column "b" does not exist (SQLSTATE 42703)

CREATE INDEX i ON t (b);
^

hint: change the file""",
    ),
    Wrong(
        "what Postgres has more to say of",
        "CREATE TABLE t (a int PRIMARY KEY);\nCREATE TABLE u (a text REFERENCES t);",
        """x.sql:2:1: foreign key constraint "u_a_fkey" cannot be implemented (SQLSTATE 42804)

CREATE TABLE u (a text REFERENCES t);
^
detail: Key columns "a" of the referencing table and "a" of the referenced table are of incompatible types: \
text and integer.

hint: change the file""",
    ),
    Wrong(
        "after a setting, and after letters of more than one byte",
        "SET search_path = public; -- é\nCREATE TABLE é (a int); CREATE TABLE u (b nonsense);",
        """x.sql:2:43: type "nonsense" does not exist (SQLSTATE 42704)

CREATE TABLE é (a int); CREATE TABLE u (b nonsense);
                                          ^

hint: change the file""",
    ),
    Wrong(
        "after CONCURRENTLY",
        "CREATE TABLE t (a int);\nCREATE INDEX CONCURRENTLY i ON t USING gist (a nonsense_ops);",
        """x.sql:2:1: operator class "nonsense_ops" does not exist for access method "gist" (SQLSTATE 42704)

CREATE INDEX CONCURRENTLY i ON t USING gist (a nonsense_ops);
^

hint: change the file""",
    ),
    Wrong(
        "a string without end",
        "CREATE TABLE t (a int);\nCREATE TABLE u (a text DEFAULT 'x);\n",
        """x.sql:2:32: unterminated quoted string at or near "'x);" (SQLSTATE 42601)

CREATE TABLE u (a text DEFAULT 'x);
                               ^

hint: change the file""",
    ),
    Wrong(
        "a DROP of what is not there yet, which would undo what comes after it",
        "DROP TABLE t;\nCREATE INDEX i ON t (a);\nCREATE TABLE t (a int);",
        """x.sql:1:1: table "t" does not exist (SQLSTATE 42P01)

DROP TABLE t;
^

hint: change the file""",
    ),
    Wrong(
        "a constraint that is dropped before it is made",
        "CREATE TABLE t (a int);\nALTER TABLE t DROP CONSTRAINT p;\nALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (a);",
        """x.sql:2:1: constraint "p" of relation "t" does not exist (SQLSTATE 42704)

ALTER TABLE t DROP CONSTRAINT p;
^

hint: change the file""",
    ),
    Wrong(
        "what a dump of rows may come after",
        "COPY t FROM stdin;\nx\n\\.\nCREATE TABLE t (a nonsense);",
        """x.sql:4:19: type "nonsense" does not exist (SQLSTATE 42704)

CREATE TABLE t (a nonsense);
                  ^

hint: change the file""",
    ),
)  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
async def test_what_postgres_refuses_is_shown_where_it_stands(
    wrong: Wrong, server18: postgres.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.sql").write_text(wrong.text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.SqlRefused) as caught:
        await read(server18, Path(), "x.sql")
    assert str(caught.value) == wrong.message
