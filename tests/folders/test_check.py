"""`ccm-daemon check`: everything is in order, or each thing that is not is told, with what to do."""

import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

import postgres
from projects import MODELS, Project
from snapshots import Json, column, snapshot, table

ROOT = Path(__file__).parents[2]
NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"
ADDED = "    name: Mapped[str]\n    mail: Mapped[str | None]\n"
ID = column("id", "serial", primaryKey=True, notNull=True)
NAME = column("name", "text", notNull=True)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, server18: postgres.Server) -> Project:
    """A checkout with two migrations, which are committed: to be copied."""
    made = Project(root=tmp_path_factory.mktemp("generated"), server=server18, database="postgres")
    (made.root / "schemas").mkdir()
    made.models.write_text(MODELS)
    (made.root / "pyproject.toml").write_text("[tool.ccm]\n")
    made.git("init", "-q", "-b", "main")
    (made.root / ".gitignore").write_text("__pycache__\n")
    assert made.run("generate", "--name", "first").returncode == 0
    made.edit("    name: Mapped[str]\n", ADDED)
    assert made.run("generate", "--name", "second").returncode == 0
    commit(made, "two migrations")
    return made


@pytest.fixture
def generated(project: Project, template: Project) -> Project:
    """A copy of that, with a database."""
    shutil.copytree(template.root, project.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return project


@pytest.fixture
def drizzle(project: Project) -> Project:
    """A folder that Drizzle Kit wrote, with a file by a person in between, and no models yet."""
    shutil.rmtree(project.root / "schemas")
    write(project, "0000_first", 'CREATE TABLE "user" (\n\t"id" serial PRIMARY KEY NOT NULL\n);\n', [ID])
    write(project, "0001_by_hand", "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';", [ID])
    write(project, "0002_second", """ALTER TABLE "user" ADD COLUMN "name" text NOT NULL;""", [ID, NAME])
    commit(project, "three migrations")
    return project


def write(project: Project, tag: str, sql: str, columns: list[Json]) -> None:
    """As Drizzle Kit does it: the table `user` with these columns is in the snapshot."""
    meta = project.root / "migrations" / "meta"
    meta.mkdir(parents=True, exist_ok=True)
    journal = meta / "_journal.json"
    content = json.loads(journal.read_text()) if journal.exists() else {"entries": []}
    number = len(content["entries"])
    entry = {"idx": number, "version": "7", "when": 1_700_000_000_000 + number, "tag": tag, "breakpoints": True}
    journal.write_text(json.dumps({**content, "entries": [*content["entries"], entry]}))
    (project.root / "migrations" / f"{tag}.sql").write_text(sql)
    place = {"id": f"id-{number}", "prevId": f"id-{number - 1}" if number else "00000000-0000-0000-0000-000000000000"}
    said = {**snapshot(tables=table("user", *columns)), **place}
    (meta / f"{tag[:4]}_snapshot.json").write_text(json.dumps(said, indent=2))


def commit(project: Project, message: str) -> None:
    project.git("add", ".")
    project.git("commit", "-q", "-m", message)


def sql(project: Project, number: int) -> Path:
    return project.drafts[number]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def found(project: Project, **variables: str) -> list[str]:
    """The codes of the findings."""
    done = project.run("check", "--json", **variables)
    codes = [finding["code"] for finding in json.loads(done.stdout)]
    assert done.returncode == (8 if codes else 0), done.stderr
    return codes


def told(done: CompletedProcess[str], code: str) -> str:
    """What a person reads of one finding, up to the end of its hint."""
    assert done.returncode == 8, done.stderr
    message, _hint, rest = done.stderr.partition(f"{code}: ")[2].partition("\n\nhint: ")
    return f"{message}\n\nhint: {rest.partition(chr(10) * 2)[0]}"


# -- in order -------------------------------------------------------------------------------


def test_everything_is_in_order(generated: Project) -> None:
    assert generated.run("migrate").returncode == 0
    before = {path: path.read_bytes() for path in sorted((generated.root / "migrations").rglob("*.*"))}
    done = generated.run("check")
    url = f"postgresql://***@127.0.0.1:{generated.server.port}/{generated.database}"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        f"everything is in order: 2 migration(s) in migrations, edits since git's HEAD, what {url} has applied, "
        "what they lead to, the schema files (schemas), hazards\n"
    )
    assert {path: path.read_bytes() for path in sorted((generated.root / "migrations").rglob("*.*"))} == before


def test_this_repository_is_in_order(project: Project) -> None:
    shutil.rmtree(project.root / "schemas")
    for name in ("migrations", "schemas"):
        shutil.copytree(ROOT / name, project.root / name, ignore=shutil.ignore_patterns("__pycache__"))
    assert found(project) == []


def test_a_folder_of_drizzle_kit_is_in_order(drizzle: Project) -> None:
    """Its snapshots know of no function, and its files say nothing of hazards."""
    done = drizzle.run("check")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(
        "not looked at: what the schema files describe: there is no Python file and no .sql file in the schema source "
        "schemas\neverything is in order: 3 migration(s) in migrations, "
    )


def test_a_folder_that_we_continue_is_in_order(drizzle: Project) -> None:
    pulled = drizzle.run("diff", "--from", "empty", "--to", "migrations").stdout
    (drizzle.root / "schemas").mkdir()
    (drizzle.root / "schemas" / "all.sql").write_text(pulled)
    assert found(drizzle) == []
    (drizzle.root / "schemas" / "more.sql").write_text("CREATE TABLE more (id int PRIMARY KEY);")
    assert drizzle.run("generate").returncode == 0
    commit(drizzle, "one of ours")
    assert found(drizzle) == []


def test_without_a_database_what_is_applied_is_not_looked_at(generated: Project) -> None:
    done = generated.run("check", DATABASE_URL_LOCAL="")
    assert done.returncode == 0
    assert done.stderr.startswith(
        "not looked at: what is applied: no database is configured (DATABASE_URL_LOCAL)\neverything is in order: "
    )
    assert not (generated.root / ".ccm" / "postgres").exists()


def test_a_database_that_does_not_answer_is_said_and_stands_in_nobodys_way(generated: Project) -> None:
    done = generated.run("check", DATABASE_URL_LOCAL=NOWHERE)
    assert done.returncode == 0
    assert done.stderr.startswith("not looked at: what is applied: postgresql://***@127.0.0.1:1/nowhere did not answer")


def test_without_git_edits_are_not_looked_at(generated: Project) -> None:
    shutil.rmtree(generated.root / ".git")
    done = generated.run("check")
    assert done.returncode == 0
    assert "not looked at: whether files were edited since they were committed: git knows of no commit" in done.stderr


def test_without_a_shadow_nothing_is_called_in_order(generated: Project) -> None:
    done = generated.run("check", CCM_SHADOW_URL=NOWHERE)
    assert done.returncode == 4
    assert "not looked at: where the migrations lead, and what the schema files describe: the shadow" in done.stderr
    assert "error: the shadow server cannot be used" in done.stderr
    (generated.root / "migrations" / "meta" / ".DS_Store").write_text("")
    assert found(generated, CCM_SHADOW_URL=NOWHERE) == ["stray-in-meta"]


def test_an_extension_that_the_shadow_lacks_is_said(project: Project) -> None:
    assert project.run("generate").returncode == 0
    change(sql(project, 0), 'CREATE TABLE "user"', 'CREATE EXTENSION nowhere_to_be_had;\nCREATE TABLE "user"')
    done = project.run("check")
    assert done.returncode == 0, done.stderr
    assert "not looked at: whether the migrations run: " in done.stderr
    assert 'extension "nowhere_to_be_had" is not available' in done.stderr


# -- findings ---------------------------------------------------------------------------------


def test_a_finding_for_programs(project: Project) -> None:
    done = project.run("check", "--json")
    assert done.returncode == 8
    assert json.loads(done.stdout) == [
        {
            "code": "schema-ahead",
            "message": "schemas: the schema files describe what no migration makes yet: 1 statement(s) are missing\n"
            '    CREATE TABLE "user" ( …',
            "hint": "`ccm-daemon generate` writes them into a migration",
            "path": "schemas",
        }
    ]
    assert "error: 1 finding(s)" in done.stderr


def test_a_finding_for_people(project: Project) -> None:
    done = project.run("check")
    assert done.stdout == ""
    assert done.stderr.startswith("schema-ahead: schemas: the schema files describe what no migration makes yet")
    assert (
        done.stderr.endswith(
            "hint: `ccm-daemon generate` writes them into a migration\n\n" + "error: 1 finding(s): see above\n"
        )
        or "not looked at" in done.stderr
    )


def test_what_is_odd_in_the_folder_is_among_the_findings(generated: Project) -> None:
    (generated.root / "migrations" / "0009_extra.sql").write_text("SELECT 1")
    (generated.root / "migrations" / "meta" / ".DS_Store").write_text("")
    assert found(generated) == ["files-unnamed", "stray-in-meta"]


def test_a_journal_in_which_git_has_left_a_conflict(generated: Project) -> None:
    journal = generated.root / "migrations" / "meta" / "_journal.json"
    journal.write_text(f"<<<<<<< HEAD\n{journal.read_text()}\n=======\n>>>>>>> feature\n")
    done = generated.run("check")
    assert told(done, "merge-conflict").startswith(
        "migrations/meta/_journal.json:1: git could not merge the two sides of this file, and both of them are still "
        "in it\n\nhint: `ccm-daemon rebase` keeps the migrations of both sides"
    )
    assert "not looked at: the rest, for want of a journal" in done.stderr


@pytest.mark.parametrize(("text", "code"), [("{", "journal-unreadable"), ("[]", "journal-malformed")])
def test_a_journal_that_is_none(generated: Project, text: str, code: str) -> None:
    (generated.root / "migrations" / "meta" / "_journal.json").write_text(text)
    assert found(generated) == [code]


def test_files_without_a_journal(generated: Project) -> None:
    (generated.root / "migrations" / "meta" / "_journal.json").unlink()
    assert found(generated) == ["journal-missing"]


def test_two_branches_that_were_merged(generated: Project) -> None:
    """The journal is as whoever merged them has put it together."""
    merge_two(generated)
    done = generated.run("check")
    one, other = sql(generated, 2).stem, sql(generated, 3).stem
    assert told(done, "branches-meet") == (
        f"migrations/meta/0002_snapshot.json: {one} and {other} have the same number, and meta/0002_snapshot.json can "
        "only be that of one: two branches were merged that had each added a migration\n"
        f"    {one}: of main\n    {other}: of topic\n\n"
        f"hint: keep the one that is deployed already, and run `ccm-daemon rebase {other}`: the other is renumbered, "
        "and generated anew on top\nof it"
    )
    assert done.stderr.endswith(
        "not looked at: where the migrations lead, and what the schema files describe: the two branches have to be "
        "brought together first\nerror: 1 finding(s): see above\n"
    )


def test_of_two_branches_what_is_applied_is_kept(generated: Project) -> None:
    merge_two(generated)
    shutil.rmtree(generated.root / ".git")
    one, other = sql(generated, 2).stem, sql(generated, 3).stem
    generated.query(
        "CREATE TABLE __drizzle_migrations (id text PRIMARY KEY, hash text NOT NULL DEFAULT '', "
        f"created_at timestamptz DEFAULT now()); INSERT INTO __drizzle_migrations (id) VALUES ('{other}')"
    )
    said = told(generated.run("check"), "branches-meet")
    url = f"postgresql://***@127.0.0.1:{generated.server.port}/{generated.database}"
    assert f"    {one}\n    {other}: applied to {url}\n" in said
    assert f"run `ccm-daemon rebase {one}`: the other" in said


def test_of_two_branches_of_which_nobody_knows_anything_either_may_be_kept(generated: Project) -> None:
    merge_two(generated)
    shutil.rmtree(generated.root / ".git")
    one, other = sql(generated, 2).stem, sql(generated, 3).stem
    said = told(generated.run("check"), "branches-meet")
    assert f"run `ccm-daemon rebase {other}` or `ccm-daemon rebase {one}`: the other" in said


def merge_two(project: Project) -> None:
    """`main` has added 0002_on_main, and `topic` 0002_on_topic; the journal names both, main's snapshot is kept."""
    project.git("checkout", "-q", "-b", "topic")
    add(project, "on_topic")
    journal = project.root / "migrations" / "meta" / "_journal.json"
    topics: dict[str, Any] = json.loads(journal.read_text())
    project.git("checkout", "-q", "main")
    add(project, "on_main")
    mains: dict[str, Any] = json.loads(journal.read_text())
    project.git("merge", "-q", "-s", "ours", "--no-commit", "topic")
    project.git("checkout", "topic", "--", "migrations/0002_on_topic.sql")
    journal.write_text(json.dumps({"entries": [*mains["entries"], topics["entries"][-1]]}))
    commit(project, "Merge branch 'topic'")


def add(project: Project, name: str) -> None:
    project.edit("    mail: Mapped[str | None]\n", f"    mail: Mapped[str | None]\n    {name}: Mapped[str | None]\n")
    assert project.run("generate", "--name", name).returncode == 0
    commit(project, name)


# -- edited files ---------------------------------------------------------------------------


def test_files_that_were_edited_since_they_were_committed(generated: Project) -> None:
    with sql(generated, 0).open("a") as file:
        file.write("-- a remark\n")
    assert told(generated.run("check"), "edited-since-committed").startswith(
        "migrations: these migrations are not what git's HEAD holds:\n    0000_first.sql\n\n"
        "hint: restore them: git checkout HEAD -- migrations/0000_first.sql, and write what has to change as a new "
        "migration"
    )


def test_files_that_were_edited_since_they_were_applied(generated: Project) -> None:
    assert generated.run("migrate").returncode == 0
    with sql(generated, 0).open("a") as file:
        file.write("-- a remark\n")
    commit(generated, "an edit")
    url = f"postgresql://***@127.0.0.1:{generated.server.port}/{generated.database}"
    assert told(generated.run("check"), "edited-since-applied") == (
        f"migrations: {url} has applied another text than what these files hold:\n    0000_first.sql\n\n"
        "hint: restore the files from git, and write what has to change as a new migration; where a file is right as "
        "it is\nnow, `ccm-daemon repair 0000_first` accepts it"
    )


def test_production_is_asked_where_it_is_meant(generated: Project) -> None:
    assert generated.run("migrate").returncode == 0
    with sql(generated, 0).open("a") as file:
        file.write("-- a remark\n")
    commit(generated, "an edit")
    url = generated.server.url(generated.database)
    variables = {"DATABASE_URL_LOCAL": NOWHERE, "DATABASE_URL_PROD": url, "USE_PROD_DB": "true"}
    assert found(generated, **variables) == ["edited-since-applied"]


# -- where it leads -------------------------------------------------------------------------


def test_migrations_that_do_not_lead_to_the_snapshot(generated: Project) -> None:
    add(generated, "third")
    change(sql(generated, 1), '"mail" text', '"mail" varchar(80)')
    commit(generated, "an edit")
    assert told(generated.run("check"), "replay-leads-elsewhere").startswith(
        "migrations/meta/0002_snapshot.json: the migrations, run anew, do not lead to what this "
        "snapshot says, since 0001_second:\n    column public.user.mail: not as the snapshot says\n\n"
        "hint: a file or a snapshot was edited after it was written: restore it from git."
    )


def test_a_whole_table_is_told_of_once(generated: Project) -> None:
    with sql(generated, 1).open("a") as file:
        file.write("CREATE TABLE more (id int PRIMARY KEY, name text);\n")
    commit(generated, "an edit")
    said = told(generated.run("check"), "replay-leads-elsewhere")
    assert "since 0001_second:\n    table public.more: only the migrations make it\n\n" in said


def test_migrations_of_drizzle_that_do_not_lead_to_its_snapshot(drizzle: Project) -> None:
    change(sql(drizzle, 2), '"name" text NOT NULL', '"name" text')
    commit(drizzle, "an edit")
    said = told(drizzle.run("check"), "replay-leads-elsewhere")
    assert ", since 0002_second:\n    column public.user.name: not as the snapshot says\n\n" in said


def test_a_migration_that_fails(generated: Project) -> None:
    sql(generated, 1).write_text('SELECT 1;\n  ALTER TABLE "nobody" ADD COLUMN "mail" text;\n')
    commit(generated, "an edit")
    assert told(generated.run("check"), "replay-failed").startswith(
        'migrations/0001_second.sql:2:3: the migrations cannot be replayed from nothing: relation "nobody" does not '
        "exist (SQLSTATE 42P01)\n\nhint: correct the file if it is applied nowhere"
    )


def test_files_that_are_missing_are_told_together_and_the_rest_is_run(drizzle: Project) -> None:
    """From the first snapshot after them on."""
    for name in ("0000_first.sql", "0001_by_hand.sql", "meta/0000_snapshot.json"):
        (drizzle.root / "migrations" / name).unlink()
    done = drizzle.run("check")
    assert told(done, "files-missing").startswith(
        "migrations/meta/_journal.json: it names 2 migration(s) whose file does not exist:\n"
        "    0000_first.sql\n    0001_by_hand.sql\n\nhint: restore them from git"
    )
    assert "not looked at: whether the migrations run from nothing: 0001_by_hand.sql is missing\n" in done.stderr
    assert "error: 1 finding(s)" in done.stderr
    change(sql(drizzle, 0), '"name" text NOT NULL', '"name" text')
    assert found(drizzle) == ["files-missing", "edited-since-committed", "replay-leads-elsewhere"]


def test_a_snapshot_that_postgres_refuses_is_said(drizzle: Project) -> None:
    write(drizzle, "0003_odd", "SELECT 1", [ID, column("odd", "nonsense")])
    done = drizzle.run("check")
    assert done.returncode == 0
    assert (
        "not looked at: where the migrations lead: migrations/meta/0003_snapshot.json: Postgres refuses" in done.stderr
    )


def test_a_snapshot_that_cannot_be_read_is_told_of_once(generated: Project) -> None:
    (generated.root / "migrations" / "meta" / "0001_snapshot.json").write_text("{}")
    assert found(generated) == ["snapshot-unreadable"]


def test_snapshots_that_are_wrong_are_written_anew_as_the_hint_says(generated: Project) -> None:
    change(sql(generated, 1), '"mail" text', '"mail" varchar(80)')
    commit(generated, "an edit")
    (generated.root / "migrations" / "meta" / "0001_snapshot.json").unlink()
    assert found(generated) == ["snapshots-missing", "schema-ahead"]
    assert generated.run("generate", "--custom").returncode == 0
    done = generated.run("check")
    assert done.stderr.count("hint: ") == 1
    assert '    ALTER TABLE "user" ALTER COLUMN "mail" SET DATA TYPE text' in told(done, "schema-ahead")
    said = "not looked at: where these lead to, which have no snapshot, as those after them have one: 0001_second\n"
    assert said in done.stderr


# -- the schema files -----------------------------------------------------------------------


def test_models_that_no_migration_makes(generated: Project) -> None:
    generated.edit(ADDED, f"{ADDED}    age: Mapped[int | None]\n")
    done = generated.run("check")
    assert '    ALTER TABLE "user" ADD COLUMN "age" integer\n' in told(done, "schema-ahead")
    assert generated.run("generate").returncode == 0
    assert found(generated) == []


def test_models_about_which_somebody_has_to_decide(generated: Project) -> None:
    generated.edit("    mail: Mapped[str | None]\n", "")
    assert told(generated.run("check"), "drop-not-decided").startswith(
        "column user.mail is gone from the schema files, and to drop it deletes its data"
    )


def test_models_that_are_broken(generated: Project) -> None:
    generated.edit("class User(Base):", "class User(Base:")
    assert told(generated.run("check"), "schema-not-parsed").startswith("schemas/__init__.py:9:16: invalid syntax")


def test_models_that_are_not_where_they_are_said_to_be(generated: Project) -> None:
    assert found(generated, CCM_SCHEMA="elsewhere") == ["schema-source-missing"]


# -- hazards --------------------------------------------------------------------------------


@pytest.fixture
def hazardous(generated: Project) -> Project:
    """With a migration that drops a column, as `generate` writes it."""
    generated.edit("    mail: Mapped[str | None]\n", "")
    assert generated.run("generate", "--name", "third", "--drop", "user.mail").returncode == 0
    commit(generated, "one more")
    return generated


def test_a_hazard_of_a_generated_file_is_said_there(hazardous: Project) -> None:
    assert "-- hazard deletes-data" in sql(hazardous, 2).read_text()
    assert found(hazardous) == []


def test_a_hazard_that_the_file_does_not_say(hazardous: Project) -> None:
    unsaid(hazardous)
    assert told(hazardous.run("check"), "hazard-not-said") == (
        "migrations/0002_third.sql:1:1: deletes-data: deletes the data of a column\n\n"
        '    ALTER TABLE "user" DROP COLUMN "mail"\n\n'
        "hint: drop it in a later release than the one that stopped using it, and keep a backup; where it is meant, "
        "say so in a line above the statement: -- hazard deletes-data"
    )


def test_a_hazard_that_is_applied_already_is_told_to_nobody(hazardous: Project) -> None:
    unsaid(hazardous)
    assert hazardous.run("migrate").returncode == 0
    assert found(hazardous) == []


def test_a_hazard_of_what_alembic_wrote_is_alembics(hazardous: Project) -> None:
    unsaid(hazardous)
    journal = hazardous.root / "migrations" / "meta" / "_journal.json"
    content = json.loads(journal.read_text())
    content["entries"][2]["alembic"] = {"revision": "ae1027a6acf"}
    journal.write_text(json.dumps(content))
    assert found(hazardous) == []


def unsaid(project: Project) -> None:
    text = sql(project, 2).read_text()
    sql(project, 2).write_text("".join(line for line in text.splitlines(keepends=True) if "-- hazard" not in line))
    commit(project, "without a word")
