"""`ccm-daemon import alembic`: an Alembic history as SQL migrations that make what Alembic makes."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

import alembics
import postgres
from alembics import Revision, chain
from projects import Project
from shop_history import AFTER, HISTORY, LEFT, MERGE, RIGHT

CreateDatabase = Callable[..., str]

USERS = (
    "users",
    """
    op.create_table("user", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text, nullable=False))
    """,
)
OURS = "DROP TABLE IF EXISTS alembic_version, __drizzle_migrations, __ccm_runs"


def imported(project: Project, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return project.run("import", "alembic", *words, **variables)


def journal(project: Project) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = json.loads((project.root / "migrations" / "meta" / "_journal.json").read_text())[
        "entries"
    ]
    return entries


def tags(project: Project) -> list[str]:
    return [file.stem for file in project.drafts]


def text(project: Project, number: int) -> str:
    """The migration file, without the line that names its revision."""
    return project.drafts[number].read_text().partition("\n")[2]


def rows(server: postgres.Server, database: str) -> str:
    """What data migrations have written."""
    tables = ("plan", "label", "organisation", "invoice", "audit")
    return "\n".join(server.psql(f"SELECT {table}::text FROM {table} ORDER BY 1", database) for table in tables)


def test_thirty_revisions_and_a_merge_make_what_alembic_makes(
    project: Project, server18: postgres.Server, create_database: CreateDatabase
) -> None:
    assert len(HISTORY) == 30
    alembics.write(project.root, HISTORY)
    done = imported(project)
    assert done.returncode == 0, done.stderr
    assert len(project.drafts) == 30

    by_alembic, anew = create_database(server18), create_database(server18)
    alembics.upgrade(project.root, server18.url(by_alembic), "head")
    for database in (by_alembic, anew):
        done = project.run("migrate", DATABASE_URL_LOCAL=server18.url(database))
        assert done.returncode == 0, done.stderr
    adopted = "SELECT status, count(*) FROM __ccm_runs GROUP BY 1"
    assert server18.psql(adopted, by_alembic) == "adopted|30"
    assert server18.psql(adopted, anew) == "applied|30"
    for database in (by_alembic, anew):
        server18.psql(OURS, database)
    assert server18.dump(anew) == server18.dump(by_alembic)
    assert rows(server18, anew) == rows(server18, by_alembic)
    assert "100% \\\\ free\tplan" in rows(server18, anew)

    project.models.unlink()
    (project.root / "schemas" / "shop.sql").write_text(server18.dump(by_alembic))
    done = project.run("generate")
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (
        0,
        ["no change: the newest migration leads to what the schema files describe"],
    )


def test_the_models_of_the_project_go_on_from_there(project: Project) -> None:
    alembics.write(project.root, chain(USERS))
    done = imported(project)
    assert done.stderr == (
        "wrote 1 migration(s) to migrations, 0000_users to 0000_users, and a snapshot of the schema after each\n"
        "next: commit them; ccm-daemon generate compares the models with where they lead;\n"
        "      ccm-daemon migrate and deploy take over from alembic_version what Alembic has applied, "
        "and apply the rest\n"
    )
    assert "no change" in project.run("generate").stderr
    project.edit("    name: Mapped[str]\n", "    name: Mapped[str]\n    bio: Mapped[str | None]\n")
    assert project.run("generate", "--name", "bio").returncode == 0
    assert tags(project) == ["0000_users", "0001_bio"]
    assert project.drafts[1].read_text() == 'ALTER TABLE "user" ADD COLUMN "bio" text;\n'


def test_each_migration_names_its_revision_and_what_came_before(project: Project) -> None:
    alembics.write(project.root, HISTORY)
    imported(project)
    order = [*(file.read_text().split()[3].rstrip(",:") for file in project.drafts)]
    entries = {str(entry["tag"]): entry for entry in journal(project)}
    merge = entries["0018_merge_invoices_and_labels"]
    assert merge["alembic"] == {"revision": "merged", "down": ["state_2", "first_2"]}
    assert project.drafts[18].read_text() == (
        "-- Alembic revision merged, after state_2 and first_2: merge invoices and labels\n"
    )
    for branch in (LEFT, [*RIGHT, MERGE], AFTER):
        assert [order.index(revision.id) for revision in branch] == sorted(order.index(item.id) for item in branch)
    whens = [int(str(entry["when"])) for entry in entries.values()]
    assert whens[0] == 1709285400250  # its Create Date
    assert sorted(set(whens)) == whens
    snapshots = sorted((project.root / "migrations" / "meta").glob("0*.json"))
    ids = [json.loads(path.read_text()) for path in snapshots]
    assert [each["prevId"] for each in ids[1:]] == [each["id"] for each in ids[:-1]]


CASES = {
    "parameters are in the text": (
        'op.get_bind().execute(sa.text("UPDATE t SET a = :a, b = :b"), {"a": "it\'s", "b": None})',
        "UPDATE t SET a = 'it''s', b = NULL;\n",
    ),
    "percent signs, tabs and backslashes stay as they are": (
        r"""op.execute("UPDATE t SET a = '100%\t\\' WHERE a LIKE '%x'")""",
        "UPDATE t SET a = '100%\t\\' WHERE a LIKE '%x';\n",
    ),
    "several statements in one text are told apart": (
        "op.execute(\"UPDATE t SET a = ';'; -- then\\nDELETE FROM t\")",
        "UPDATE t SET a = ';';--> statement-breakpoint\n-- then\nDELETE FROM t;\n",
    ),
    "a comment at the end does not take the semicolon with it": (
        'op.execute("DELETE FROM t -- all of it")\nop.execute("SELECT 1")',
        "DELETE FROM t -- all of it\n;\n--> statement-breakpoint\nSELECT 1;\n",
    ),
    "what was committed before goes on being so": (
        'op.execute("COMMIT")\nop.execute("DELETE FROM t")\nop.execute("COMMIT")\nop.execute("SELECT 1")',
        "DELETE FROM t;--> statement-breakpoint\n-- ccm: commit\nSELECT 1;\n",
    ),
    "no commit is asked for beside what stands alone": (
        """
        op.execute("SELECT 1")
        with op.get_context().autocommit_block():
            op.create_index("i", "t", ["a"], postgresql_concurrently=True)
        op.execute("SELECT 2")
        """,
        "SELECT 1;--> statement-breakpoint\nCREATE INDEX CONCURRENTLY i ON t (a);--> statement-breakpoint\nSELECT 2;\n",
    ),
    "a type that is made where it is missing is made once": (
        """
        for _ in range(2):
            sa.Enum("sad", name="mood").create(op.get_bind(), checkfirst=True)
        op.execute("DROP TYPE mood")
        sa.Enum("ok", name="mood").create(op.get_bind(), checkfirst=True)
        """,
        """CREATE TYPE mood AS ENUM ('sad');--> statement-breakpoint
DROP TYPE mood;--> statement-breakpoint
CREATE TYPE mood AS ENUM ('ok');
""",
    ),
    "what only a database of old needed may be left out": (
        'if not op.get_context().as_sql:\n    op.get_bind().execute(sa.text("SELECT 1")).scalar_one()',
        "",
    ),
}


def test_what_a_revision_executes_is_what_is_written(project: Project) -> None:
    table = ("t", 'op.create_table("t", sa.Column("a", sa.Text), sa.Column("b", sa.Text))')
    alembics.write(project.root, chain(table, *((name, upgrade) for name, (upgrade, _) in CASES.items())))
    done = imported(project)
    assert done.returncode == 0, done.stderr
    written = {name: text(project, number) for number, name in enumerate(CASES, start=1)}
    assert written == {name: expected for name, (_, expected) in CASES.items()}
    assert project.run("migrate").returncode == 0


ASKS = {
    "rows": ('op.get_bind().execute(sa.text("SELECT 1")).fetchall()', "it asks the database"),
    "a value": ('op.get_bind().scalar(sa.text("SELECT 1"))', "it asks the database"),
    "whether there is a result": ('if op.get_bind().execute(sa.text("SELECT 1")): pass', "it asks the database"),
    "tables": ("sa.inspect(op.get_bind()).get_table_names()", "it asks the database"),
    "its own mistakes": ("1 / 0", "ZeroDivisionError: division by zero"),
    "what is no SQL": ('op.get_bind().execute(sa.text("SELECT :a"), {"a": object()})', "sqlalchemy.exc.CompileError: "),
}


@pytest.mark.parametrize(("upgrade", "message"), ASKS.values(), ids=ASKS)
def test_a_revision_that_cannot_do_without_a_database_is_named(project: Project, upgrade: str, message: str) -> None:
    asks = Revision(id="asks", down=("users_0",), message="asks", upgrade=upgrade)
    alembics.write(project.root, [*chain(USERS), asks])
    done = imported(project)
    assert done.returncode == 2
    line = asks.text(1).splitlines().index(f"    {upgrade}") + 1
    assert done.stderr.startswith(f"error: history/versions/asks_asks.py:{line}:")
    assert f": revision asks cannot be written as SQL: {message}" in done.stderr
    assert "hint: nothing has been written; a migration is the same text for every database." in done.stderr
    assert not (project.root / "migrations").exists()


def test_a_revision_that_fails_as_sql_is_named_and_nothing_is_written(project: Project) -> None:
    fails = Revision(id="fails", down=("users_0",), message="fails", upgrade='op.drop_column("user", "gone")')
    alembics.write(project.root, [*chain(USERS), fails])
    done = imported(project)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "error: history/versions/fails_fails.py: revision fails as SQL fails on an empty database: "
        'column "gone" of relation "user" does not exist [SQLSTATE 42703]\n\n'
        'ALTER TABLE "user" DROP COLUMN gone;\n^\n'
    )
    assert not (project.root / "migrations").exists()


def test_an_extension_that_the_shadow_lacks_is_no_fault_of_the_revision(project: Project) -> None:
    alembics.write(project.root, chain(("places", 'op.execute("CREATE EXTENSION postgis")')))
    done = imported(project)
    assert done.returncode == 2
    assert 'extension "postgis" is not available' in done.stderr
    assert "hint: name a server that has it with CCM_SHADOW_URL=postgresql://…" in done.stderr
    assert not (project.root / "migrations").exists()


RUN = "        context.run_migrations()\nelse"  # offline
MISTAKES = {
    "no offline mode": (
        alembics.ENV.replace("context.is_offline_mode()", "False"),
        "history/env.py:18:14:",
        "Expected string or URL object, got None",
    ),
    "another database": (
        alembics.ENV.replace("url=URL", 'url="sqlite://"'),
        "history/env.py:26:5:",
        "its database is sqlite, not PostgreSQL",
    ),
    "several databases": (
        alembics.ENV.replace(
            "        context.run_migrations()\nelse", "        context.run_migrations()\n" * 2 + "else"
        ),
        "history/env.py:29:9:",
        "it runs the migrations more than once, as for several databases or schemas",
    ),
    "nothing run": ("", "history/env.py:1:1:", "context.run_migrations() is not called in offline mode"),
    "a mistake": ("import nothing_of_that_name\n", "history/env.py:1:1:", "No module named 'nothing_of_that_name'"),
}


@pytest.mark.parametrize(("env", "place", "message"), MISTAKES.values(), ids=MISTAKES)
def test_an_env_py_that_is_of_no_use_is_named(project: Project, env: str, place: str, message: str) -> None:
    alembics.write(project.root, chain(USERS), env=env)
    done = imported(project)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {place}")
    assert message in done.stderr
    assert not (project.root / "migrations").exists()


def test_a_broken_history_is_told_in_the_words_of_alembic(project: Project) -> None:
    lost = Revision(id="lost", down=("nowhere",), message="lost", upgrade="pass")
    alembics.write(project.root, [*chain(USERS), lost])
    done = imported(project)
    assert done.returncode == 2
    assert done.stderr.startswith("error: alembic.ini: Alembic cannot read its history: Revision nowhere referenced")


def test_a_folder_that_has_migrations_is_left_alone(project: Project) -> None:
    alembics.write(project.root, chain(USERS))
    project.run("generate", "--name", "first")
    done = imported(project)
    assert done.returncode == 2
    assert done.stderr.startswith("error: migrations has migrations already, and a history is only imported whole")
    assert tags(project) == ["0000_first"]


def test_without_alembic_there_is_nothing_to_import(project: Project) -> None:
    done = imported(project)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        "error: there is no Alembic project: neither alembic.ini nor [tool.alembic] in pyproject.toml is there",
    )
    done = imported(project, "--config", "deploy/alembic.ini")
    assert "neither deploy/alembic.ini nor" in done.stderr
    alembics.write(project.root, ())
    assert "error: alembic.ini: Alembic cannot read its history: there is no revision" in imported(project).stderr


def test_settings_of_alembic_may_stand_in_pyproject_toml(project: Project) -> None:
    alembics.write(project.root, chain(USERS))
    (project.root / "alembic.ini").unlink()
    (project.root / "pyproject.toml").write_text('[tool.alembic]\nscript_location = "%(here)s/history"\n')
    done = imported(project)
    assert (done.returncode, tags(project)) == (0, ["0000_users"]), done.stderr


def test_a_configuration_elsewhere_is_named(project: Project) -> None:
    alembics.write(project.root, chain(USERS))
    (project.root / "database").mkdir()
    (project.root / "alembic.ini").rename(project.root / "database" / "alembic.ini")
    (project.root / "database" / "alembic.ini").write_text("[alembic]\nscript_location = history\n")
    done = imported(project, "--config", "database/alembic.ini")
    assert (done.returncode, tags(project)) == (0, ["0000_users"]), done.stderr


def test_what_env_py_itself_executes_is_not_lost(project: Project) -> None:
    env = alembics.ENV.replace(
        RUN,
        '        context.execute("CREATE SCHEMA IF NOT EXISTS app")\n'
        '        context.run_migrations()\n        context.execute("GRANT USAGE ON SCHEMA app TO PUBLIC")\nelse',
    ).replace("OPTIONS = {}", 'OPTIONS = {"version_table": "done", "version_table_schema": "app"}')
    alembics.write(project.root, chain(("t", 'op.create_table("t", sa.Column("a", sa.Text), schema="app")')), env=env)
    done = imported(project)
    assert text(project, 0) == (
        "CREATE SCHEMA IF NOT EXISTS app;--> statement-breakpoint\nCREATE TABLE app.t (\n    a TEXT\n);\n"
    )
    assert done.stderr.startswith(
        "warning: env.py executes this after the revisions, and it is in no migration: "
        "GRANT USAGE ON SCHEMA app TO PUBLIC\n"
    )
    assert journal(project)[0]["alembic"] == {"revision": "t_0", "down": [], "table": "done", "schema": "app"}


def test_what_a_revision_depends_on_comes_before_it(project: Project) -> None:
    first = Revision(id="aaa", down=(), message="needs the other", upgrade='op.drop_table("t")', depends_on="zzz")
    other = Revision(id="zzz", down=(), message="other", upgrade='op.create_table("t", sa.Column("a", sa.Text))')
    alembics.write(project.root, [first, other])
    done = imported(project)
    assert (done.returncode, tags(project)) == (0, ["0000_other", "0001_needs_the_other"]), done.stderr
    assert journal(project)[1]["alembic"] == {"revision": "aaa", "down": ["zzz"]}


def test_it_is_the_alembic_of_the_project_that_is_run(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alembics.write(project.root, chain(USERS))
    home = tmp_path_factory.mktemp("python")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    python = str(home / "bin" / "python")
    done = imported(project, CCM_PYTHON=python)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"error: Alembic is not installed for {python}")
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    (next((home / "lib").glob("python*")) / "site-packages" / "all.pth").write_text(f"{packages}\n")
    done = imported(project, CCM_PYTHON=python)
    assert (done.returncode, tags(project)) == (0, ["0000_users"]), done.stderr


def test_what_alembic_writes_down_is_no_part_of_the_schema(project: Project, server18: postgres.Server) -> None:
    alembics.write(project.root, chain(USERS))
    imported(project)
    url = server18.url(project.database)
    alembics.upgrade(project.root, url, "head")
    assert project.run("diff", "--from", "migrations", "--to", url, "--exit-code").returncode == 0
    server18.psql("ALTER TABLE alembic_version ADD note text", project.database)
    assert project.run("diff", "--from", "migrations", "--to", url, "--exit-code").returncode == 8


def test_names_that_are_no_file_names_are_made_so(project: Project) -> None:
    odd = replace(chain(USERS)[0], message="Ajoute l'état: « é/è »")
    (project.root / "history" / "versions").mkdir(parents=True)
    alembics.write(project.root, ())
    (project.root / "history" / "versions" / "odd.py").write_text(odd.text(0))
    imported(project)
    assert tags(project) == ["0000_ajoute_l_etat_e_e"]
    assert project.drafts[0].read_text().startswith("-- Alembic revision users_0: Ajoute l'état: « é/è »\n")


def test_a_project_without_dates_is_as_old_as_its_import(project: Project) -> None:
    revision = chain(USERS)[0]
    alembics.write(project.root, [revision])
    path = project.root / revision.path
    path.write_text(path.read_text().replace("Create Date", "Created"))
    imported(project)
    assert int(str(journal(project)[0]["when"])) > 1_750_000_000_000
