"""Concordia's case: a Drizzle folder whose first files are gone, and a database that has all of it.

One of the files was edited by hand, so that its own snapshot does not say what the database has.
"""

import pytest

from drizzle_folder import DrizzleFolder, column, table
from projects import Project

USERS = table(
    "users",
    column("id", "text", primaryKey=True, notNull=True),
    column("email", "text", notNull=True),
    column("created_at", "timestamp", notNull=True, default="now()"),
    uniqueConstraints={
        "users_email_unique": {"name": "users_email_unique", "nullsNotDistinct": False, "columns": ["email"]}
    },
)
CREATE_USERS = (
    'CREATE TABLE "users" (\n\t"id" text PRIMARY KEY NOT NULL,\n\t"email" text NOT NULL,\n'
    '\t"created_at" timestamp DEFAULT now() NOT NULL,\n\tCONSTRAINT "users_email_unique" UNIQUE("email")\n);\n'
)
COMMENTS = table(
    "comments",
    column("id", "text", primaryKey=True, notNull=True),
    column("entity_id", "text", notNull=True),
    column("author_id", "text", notNull=True),
    foreignKeys={
        "comments_author_id_users_id_fk": {
            "name": "comments_author_id_users_id_fk",
            "tableFrom": "comments",
            "tableTo": "users",
            "columnsFrom": ["author_id"],
            "columnsTo": ["id"],
            "onDelete": "cascade",
            "onUpdate": "no action",
        }
    },
)
CREATE_COMMENTS = (
    'CREATE TABLE "comments" (\n\t"id" text PRIMARY KEY NOT NULL,\n\t"post_id" text NOT NULL,\n'
    '\t"author_id" text NOT NULL\n);\n--> statement-breakpoint\n'
    'ALTER TABLE "comments" ADD CONSTRAINT "comments_author_id_users_id_fk" FOREIGN KEY ("author_id") '
    'REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;'
)
"""Edited: Drizzle had written `entity_id`, as its snapshot says."""

GONE = ("0000_loving_blade", "0001_famous_landau")
THERE = ("0002_giant_sunfire", "0003_blue_karma")


@pytest.fixture
def taken_over(project: Project) -> Project:
    """A checkout without models, and the database of whoever has run all of it with a runner that knew no hashes."""
    project.models.unlink()
    project.models.parent.rmdir()
    folder = DrizzleFolder(path=project.root / "migrations")
    for tag in GONE:
        folder.name(tag)
    folder.add(THERE[0], CREATE_USERS, USERS)
    folder.add(THERE[1], CREATE_COMMENTS, USERS, COMMENTS)
    project.query(CREATE_USERS + CREATE_COMMENTS.replace("--> statement-breakpoint", ""))
    rows = ", ".join(f"('{tag}')" for tag in GONE + THERE)
    project.query(
        "CREATE TABLE __drizzle_migrations (id text PRIMARY KEY, hash text NOT NULL DEFAULT '', "
        f"created_at timestamptz NOT NULL DEFAULT now()); INSERT INTO __drizzle_migrations (id) VALUES {rows}"
    )
    return project


def test_models_are_pulled_a_column_is_added_and_deployed(taken_over: Project) -> None:
    pulled = taken_over.run("pull")
    assert pulled.returncode == 0, pulled.stderr
    unchanged = taken_over.run("generate")
    assert "no change" in unchanged.stderr
    assert "0001_famous_landau.sql does not exist; 0002_snapshot.json is believed instead" in unchanged.stderr

    models = taken_over.root / "schemas" / "models.py"
    name = "    email: Mapped[str]"
    assert models.read_text().count(name) == 1
    models.write_text(models.read_text().replace(name, f"    bio: Mapped[str | None] = mapped_column(Text)\n{name}"))
    written = taken_over.run("generate", "--name", "bio")
    assert written.returncode == 0, written.stderr
    assert (
        taken_over.root / "migrations" / "0004_bio.sql"
    ).read_text() == 'ALTER TABLE "users" ADD COLUMN "bio" text;\n'

    url = taken_over.server.url(taken_over.database)
    deployed = taken_over.run("deploy", DATABASE_URL_PROD=url, CONFIRM_PROD="oui", CCM_METRICS_PORT="0")
    assert deployed.returncode == 0, deployed.stderr
    assert f"the folder alone does not make the schema: {', '.join(GONE)}" in deployed.stderr
    equal = taken_over.run("diff", "--from", url, "--to", "schemas", "--exit-code")
    assert equal.returncode == 0, equal.stdout
    assert taken_over.run("diff", "--from", url, "--to", "migrations", "--exit-code").returncode == 0


def test_what_is_odd_about_it_is_told(taken_over: Project) -> None:
    taken_over.run("pull")
    done = taken_over.run("check")
    assert done.returncode == 8
    assert "it names 2 migration(s) whose file does not exist:\n    0000_loving_blade.sql" in done.stderr
    assert "column public.comments.entity_id: only the snapshot has it" in done.stderr
    assert "column public.comments.post_id: only the migrations make it" in done.stderr
    assert "error: 2 finding(s): see above" in done.stderr


def test_drizzle_reads_on_from_what_we_have_written(taken_over: Project) -> None:
    """Its own snapshots are of one chain with ours, which keeps what it believes: its TypeScript says the same."""
    taken_over.run("pull")
    taken_over.run("generate", "--custom", "--name", "ours")
    folder = DrizzleFolder(path=taken_over.root / "migrations")
    assert folder.journal["entries"][-1]["idx"] == 4
    assert folder.journal["entries"][-1]["when"] > folder.journal["entries"][-2]["when"]
    written = folder.read("0004")
    assert (written["version"], written["dialect"], written["prevId"]) == ("7", "postgresql", "id-of-0003")
    assert written["tables"]["public.users"] == USERS
    assert written["tables"]["public.comments"] == COMMENTS
