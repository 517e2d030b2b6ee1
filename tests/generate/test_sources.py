"""`ccm-daemon diff`: whatever describes a schema may stand on either side, and what describes none is told apart."""

from itertools import cycle

import pytest

from projects import Project

SQL = """CREATE TABLE "user" ("id" serial PRIMARY KEY, "name" text NOT NULL);
CREATE INDEX "user_name" ON "user" ("name");
"""
MODEL_INDEX = "from sqlalchemy import Index\n{models}\n    __table_args__ = (Index('user_name', 'name'),)\n"


@pytest.fixture
def sources(project: Project) -> Project:
    """One schema, described in every way there is."""
    project.models.write_text(MODEL_INDEX.format(models=project.models.read_text()))
    assert project.run("generate").returncode == 0
    project.query(SQL)
    (project.root / "one.sql").write_text(SQL)
    (project.root / "scripts" / "deep").mkdir(parents=True)
    table, index, _ = SQL.split("\n")
    (project.root / "scripts" / "a.sql").write_text(index)  # before the table that it needs
    (project.root / "scripts" / "deep" / "b.sql").write_text(table)
    return project


DESCRIPTIONS = {
    "a URL": "{url}",
    "a URL as SQLAlchemy writes it": "{sqlalchemy}",
    "a .sql file": "one.sql",
    "a folder of .sql files": "scripts",
    "a glob of .sql files": "scripts/**/*.sql",
    "a schemas folder": "schemas",
    "a module": "schemas",
    "a Python file": "schemas/__init__.py",
    "a glob of Python files": "schemas/**/*.py",
    "a snapshot": "migrations/meta/0000_snapshot.json",
    "a migrations folder": "migrations",
}


def described(project: Project, name: str) -> str:
    url = project.server.url(project.database)
    return DESCRIPTIONS[name].format(url=url, sqlalchemy=url.replace("postgresql://", "postgresql+asyncpg://"))


def test_each_source_describes_the_same_schema_on_each_side(sources: Project) -> None:
    """Each equals the next one, and the last one the first."""
    names = list(DESCRIPTIONS)
    for one, other in zip(names, (*names[1:], names[0]), strict=True):
        done = sources.run("diff", "--from", described(sources, one), "--to", described(sources, other), "--exit-code")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), (one, other, done.stderr)


def test_empty_is_a_source_on_each_side(sources: Project) -> None:
    made = sources.run("diff", "--from", "empty", "--to", "one.sql")
    assert 'CREATE TABLE "user"' in made.stdout
    gone = sources.run("diff", "--from", "one.sql", "--to", "empty")
    assert 'DROP TABLE "user"' in gone.stdout
    assert sources.run("diff", "--from", "empty", "--to", "empty").stdout == ""


WRONG: dict[str, tuple[str | None, str | None, int, str]] = {
    # the source: the file that it is written to, what stands in it, the status, what is said
    "nowhere.sql": (None, None, 2, "error: there is nothing at nowhere.sql\n\nhint: a source is a postgresql:// URL"),
    "no/where": (None, None, 2, "error: there is nothing at no/where\n\nhint: a source"),
    "nowhere": (None, None, 2, "no Python file and no .sql file in the schema source nowhere\n"),
    "nothing/*.sql": (None, None, 2, "no Python file and no .sql file in the schema source nothing/*.sql\n"),
    "x.sql": ("x.sql", "", 2, "error: x.sql describes no schema: there is no statement in it\n\nhint: where a schema"),
    "comments.sql": ("comments.sql", "-- later\n\\echo x\nBEGIN;\nCOMMIT;\n", 2, "comments.sql describes no schema"),
    "many": ("many/x.sql", "\n", 2, "error: many describes no schema: there is no statement in it"),
    "notes": ("notes/x.txt", "", 2, "error: notes is a folder without any schema: there is no .py file, no .sql"),
    "x.txt": ("x.txt", "CREATE TABLE t ()", 2, "error: x.txt is no source: it ends neither in .sql, .py nor .json"),
    "dump.sql": ("dump.sql", "PGDMP\x01", 2, "error: dump.sql is a dump in pg_dump's custom format, which is no SQL"),
    "list.json": ("list.json", "[]", 7, "error: list.json: the snapshot cannot be used: it is JSON of another shape"),
    "bad.json": ("bad.json", "{\n]", 7, "error: bad.json: the snapshot cannot be used: line 2 is no JSON"),
    "other.json": ("other.json", "{}", 7, "the snapshot cannot be used: it has no, or an unknown, 'id'"),
    "null.json": ("null.json", '{"ccm": null}', 7, "the snapshot cannot be used: it is JSON of another shape"),
    "mysql://u:secret@h/d": (None, None, 2, "error: the source is no PostgreSQL URL: it begins with mysql://\n\nhint:"),
    "postgresql://u:secret@127.0.0.1:1/d": (None, None, 4, "cannot read the schema of postgresql://***@127.0.0.1:1/d"),
    "cut.sql": ("cut.sql", "CREATE TABLE t (a int;\nSELECT 1;", 2, 'cut.sql:1:22: syntax error at or near ";"'),
    "include.sql": ("include.sql", "\\i other.sql\n", 2, "include.sql:1:1: \\i is a command of psql, and changes what"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "side"), list(zip(WRONG, cycle(("--from", "--to")), strict=False)))
def test_what_describes_no_schema_is_told(project: Project, source: str, side: str) -> None:
    file, text, status, message = WRONG[source]
    if file is not None and text is not None:
        (project.root / file).parent.mkdir(exist_ok=True)
        (project.root / file).write_text(text)
    done = project.run("diff", side, source, "--to" if side == "--from" else "--from", "empty")
    assert done.returncode == status
    assert message in done.stderr
    assert "hint:" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_no_text_is_told(project: Project) -> None:
    (project.root / "x.sql").write_bytes(b"CREATE TABLE t (a int);\n-- caf\xe9")
    done = project.run("diff", "--from", "empty", "--to", "x.sql")
    assert done.returncode == 2
    assert "x.sql:2: this is no text in UTF-8" in done.stderr


# -- models and .sql files together ------------------------------------------------------

SCRIPT = """CREATE INDEX "by_code" ON "coded" ("code");
CREATE TABLE "coded" ("code" "code" DEFAULT nextval('codes'), "user_id" integer REFERENCES "user");
CREATE SEQUENCE "codes" INCREMENT 5 START 10;
CREATE DOMAIN "code" AS bigint CHECK (value > 0);
"""


def test_models_and_sql_files_are_one_schema(project: Project) -> None:
    (project.root / "schemas" / "more.sql").write_text(SCRIPT)
    assert project.run("generate").returncode == 0
    (path,) = project.drafts
    for made in ('CREATE TABLE "user"', 'CREATE DOMAIN "code"', 'CREATE SEQUENCE "codes"', 'INDEX "by_code"'):
        assert made in path.read_text()
    assert "no change" in project.run("generate").stderr


def test_an_edited_sql_file_changes_the_draft(project: Project) -> None:
    script = project.root / "schemas" / "more.sql"
    script.write_text(SCRIPT)
    project.run("generate")
    project.git("add", ".")
    project.git("commit", "-qm", "first")
    with project.watched("--apply") as watcher:
        watcher.until_said("no change")
        script.write_text(SCRIPT.replace("INCREMENT 5", "INCREMENT 7"))
        watcher.until(lambda: len(project.drafts) == 2)
        assert project.drafts[1].read_text() == 'ALTER SEQUENCE "codes" INCREMENT BY 7;\n'
        script.write_text(SCRIPT.replace("bigint", "nonsense"))
        watcher.until_said('schemas/more.sql:4:25: type "nonsense" does not exist')
        script.write_text(SCRIPT)
        watcher.until_said("is gone")


def test_a_sql_file_that_comes_later_is_followed(project: Project) -> None:
    project.run("generate")
    with project.watched() as watcher:
        watcher.until_said("no change")
        (project.root / "schemas" / "new.sql").write_text('CREATE DOMAIN "code" AS bigint;')
        watcher.until(lambda: any("CREATE DOMAIN" in path.read_text() for path in project.drafts))
