"""The seed: what Concordia's migration guide describes, section by section, works here, in its own words.

Each test is named after a section of it.
"""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

import terminal
import tmux
from projects import COMMAND, Project

RULE = "═" * 55
NAME = "    name: Mapped[str]\n"
BIO = "    bio: Mapped[str | None]\n"
MY_TABLE = """\
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from schemas.base import Base


class {name}(Base):
    __tablename__ = "{table}"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
"""
BASE = """\
from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    type_annotation_map = {str: Text}
"""
USER = """\
from sqlalchemy.orm import Mapped, mapped_column

from schemas.base import Base


class User(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
"""


@pytest.fixture
def concordia(project: Project) -> Project:
    """A project as Concordia's: an export module, schema files beside it, two databases in `.env`, French."""
    schemas = project.root / "schemas"
    (schemas / "base.py").write_text(BASE)
    (schemas / "user.py").write_text(USER)
    (schemas / "__init__.py").write_text("from .user import *\n")
    (project.root / ".gitignore").write_text(".env\n")
    return project


def run(project: Project, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """In French, with the database of `.env` as the only one."""
    url = project.server.url(project.database)
    (project.root / ".env").write_text(f"DATABASE_URL_LOCAL={url}\nDATABASE_URL_PROD={url}\nUSE_PROD_DB=false\n")
    bare = dict.fromkeys(("DATABASE_URL_LOCAL", "DATABASE_URL"), "")
    environ = {name: value for name, value in {**project.environment, **variables}.items() if name not in bare}
    return subprocess.run(
        [COMMAND, *words],
        cwd=project.root,
        env={**environ, "CCM_LANG": "fr", "CCM_METRICS_PORT": "0"},
        text=True,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def generated(project: Project, *words: str, **variables: str) -> Path:
    done = run(project, "generate", *words, **variables)
    assert done.returncode == 0, done.stderr
    return project.drafts[-1]


def edit(project: Project, file: str, old: str, new: str) -> None:
    path = project.root / "schemas" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def screen(project: Project, *lines: str) -> str:
    return "\n".join(line.replace("DATABASE", project.database) for line in lines)


# -- Configuration Files -----------------------------------------------------------------


def test_development_config_reads_the_one_export_module(concordia: Project) -> None:
    (concordia.root / "schemas" / "loose.py").write_text(MY_TABLE.format(name="Loose", table="loose"))
    assert "loose" not in generated(concordia).read_text()


def test_production_config_reads_all_files_by_a_glob(concordia: Project) -> None:
    (concordia.root / "schemas" / "loose.py").write_text(MY_TABLE.format(name="Loose", table="loose"))
    assert 'CREATE TABLE "loose"' in generated(concordia, USE_PROD_DB="true").read_text()


def test_environment_variables(concordia: Project) -> None:
    """`.env` holds them; the environment goes before it."""
    generated(concordia)
    assert run(concordia, "migrate").returncode == 0
    assert concordia.query("SELECT count(*) FROM __drizzle_migrations") == "1"
    refused = run(concordia, "migrate", USE_PROD_DB="true")
    assert refused.returncode == 3
    assert run(concordia, "migrate", USE_PROD_DB="true", CONFIRM_PROD="oui").returncode == 0


# -- Generating Migrations ---------------------------------------------------------------


def test_basic_generation(concordia: Project) -> None:
    done = run(concordia, "generate")
    assert done.returncode == 0
    (migration,) = concordia.drafts
    assert re.fullmatch(r"0000_[a-z]+_[a-z]+", migration.stem)
    meta = concordia.root / "migrations" / "meta"
    for path in (migration, meta / "0000_snapshot.json", meta / "_journal.json"):
        assert str(path.relative_to(concordia.root)) in done.stderr, "it shows which files it made"
    assert "aucun changement" in run(concordia, "generate").stderr.lower()
    edit(concordia, "user.py", NAME, NAME + BIO)
    assert generated(concordia, "--name", "add_bio").stem == "0001_add_bio"
    assert generated(concordia, "--custom", "--name", "fill").read_text().startswith("-- Custom SQL migration file")


def test_generation_process_validates_schema_files(concordia: Project) -> None:
    (concordia.root / "schemas" / "notification.py").write_text("\n")
    done = run(concordia, "generate")
    assert done.returncode == 2
    assert "schemas/notification.py" in done.stderr
    assert concordia.drafts == []


def test_generation_process_makes_folder_and_journal(concordia: Project) -> None:
    journal = concordia.root / "migrations" / "meta" / "_journal.json"
    assert run(concordia, "generate").returncode == 0
    (entry,) = json.loads(journal.read_text())["entries"]
    assert (entry["idx"], entry["version"], entry["breakpoints"]) == (0, "7", True)


@pytest.mark.parametrize(
    ("answer", "imported"),
    [("1,2", ["notification", "services_bookings"]), ("2", ["services_bookings"]), ("", [])],
)
def test_interactive_import_management(concordia: Project, answer: str, imported: list[str]) -> None:
    for name in ("services_bookings", "notification"):
        (concordia.root / "schemas" / f"{name}.py").write_text(MY_TABLE.format(name=name.title(), table=name))
    environ = {**concordia.environment, "CCM_LANG": "fr"}
    done = terminal.answered(concordia.root, environ, "generate", answer=f"{answer}\n")
    assert done.returncode == 0, done.stderr
    asked = (
        "[INTERACTIF] Certains fichiers ne sont pas importés dans schemas/__init__.py :\n"
        "  [1] notification.py\n"
        "  [2] services_bookings.py\n"
        "Voulez-vous ajouter des imports à schemas/__init__.py ? (ex: 1,2 ou rien pour ignorer) : "
    )
    assert asked in done.stderr
    export = (concordia.root / "schemas" / "__init__.py").read_text()
    assert export.splitlines() == [f"from .{name} import *" for name in sorted([*imported, "user"])]
    made = concordia.drafts[-1].read_text()
    assert [name for name in ("notification", "services_bookings") if f'CREATE TABLE "{name}"' in made] == imported


def test_interactive_import_management_without_a_terminal_names_them(concordia: Project) -> None:
    (concordia.root / "schemas" / "notification.py").write_text(MY_TABLE.format(name="N", table="notification"))
    done = run(concordia, "generate")
    assert done.returncode == 0
    assert "notification.py" in done.stderr


def test_production_generation_compares_with_production(concordia: Project) -> None:
    """With what production holds, and says so loudly; what is pending there counts as applied."""
    generated(concordia)
    assert run(concordia, "migrate", USE_PROD_DB="true", CONFIRM_PROD="oui").returncode == 0
    edit(concordia, "user.py", NAME, NAME + BIO)
    generated(concordia, "--name", "bio")
    concordia.query('ALTER TABLE "user" ADD COLUMN by_hand text')
    edit(concordia, "user.py", BIO, BIO + "    by_hand: Mapped[str | None]\n    age: Mapped[int | None]\n")
    done = run(concordia, "generate", USE_PROD_DB="true")
    assert done.returncode == 0, done.stderr
    assert "PRODUCTION" in done.stderr
    assert f"/{concordia.database}" in done.stderr
    assert concordia.drafts[-1].read_text() == 'ALTER TABLE "user" ADD COLUMN "age" integer;\n'


# -- Migration Files -----------------------------------------------------------------------


def test_migration_files(concordia: Project) -> None:
    generated(concordia)
    edit(concordia, "user.py", NAME, NAME + BIO)
    generated(concordia)
    names = sorted(path.relative_to(concordia.root / "migrations").as_posix() for path in concordia.drafts)
    assert [re.sub(r"_[a-z]+_[a-z]+", "_adjective_noun", name) for name in names] == [
        "0000_adjective_noun.sql",
        "0001_adjective_noun.sql",
    ]
    meta = sorted(path.name for path in (concordia.root / "migrations" / "meta").iterdir())
    assert meta == ["0000_snapshot.json", "0001_snapshot.json", "_journal.json"]


def test_migration_file_format(concordia: Project) -> None:
    (concordia.root / "schemas" / "other.py").write_text(MY_TABLE.format(name="Other", table="services_media"))
    edit(concordia, "__init__.py", "from .user import *\n", "from .other import *\nfrom .user import *\n")
    text = generated(concordia).read_text()
    assert re.match(r'CREATE TABLE "services_media" \(\n\t"id" ', text)
    assert "\n);\n--> statement-breakpoint\nCREATE TABLE" in text


def test_migration_journal(concordia: Project) -> None:
    tag = generated(concordia).stem
    journal = json.loads((concordia.root / "migrations" / "meta" / "_journal.json").read_text())
    (entry,) = journal["entries"]
    assert entry == {"idx": 0, "version": "7", "when": entry["when"], "tag": tag, "breakpoints": True}


# -- Running Migrations ----------------------------------------------------------------------


def test_apply_pending_migrations_in_order(concordia: Project) -> None:
    first = generated(concordia).stem
    edit(concordia, "user.py", NAME, NAME + BIO)
    second = generated(concordia).stem
    done = run(concordia, "migrate")
    assert done.returncode == 0
    assert f"[migrate] → {first}\n[migrate] → {second}\n" in done.stderr


def test_migration_output(concordia: Project) -> None:
    tag = generated(concordia).stem
    done = run(concordia, "migrate")
    port = concordia.server.port
    assert done.stderr == screen(
        concordia,
        RULE,
        "   🚀 Migration Drizzle - Connexion local/dev 🚀",
        RULE,
        "",
        f"Cible DB: postgresql://***@127.0.0.1:{port}/DATABASE (local/dev)",
        "Connexion au client PostgreSQL...",
        "",
        f"[migrate] → {tag}",
        "",
        "✔️  Toutes les migrations ont été appliquées.",
        "",
        RULE,
        "",
    )


def test_no_pending_migrations(concordia: Project) -> None:
    generated(concordia)
    run(concordia, "migrate")
    done = run(concordia, "migrate")
    assert done.stderr.endswith(
        screen(
            concordia,
            "✔️  Aucun changement aucune migration en attente pour la base DATABASE (local/dev).",
            "",
            "✔️  Aucune migration à appliquer.",
            "Toutes les migrations sont déjà appliquées.",
            "",
            RULE,
            "",
        )
    )


@pytest.mark.skipif(not tmux.is_there(), reason="there is no tmux to be a terminal")
def test_production_migrations_are_asked_about_in_a_red_box(concordia: Project) -> None:
    generated(concordia)
    environ = {**concordia.environment, "DATABASE_URL_PROD": concordia.server.url(concordia.database)}
    with tmux.opened(concordia.root, {**environ, "USE_PROD_DB": "true", "CCM_LANG": "fr"}) as opened:
        opened.type(f"{COMMAND} migrate\n")
        asked = "Êtes-vous sûr de vouloir exécuter les migrations sur PROD ? (oui/non):"
        opened.until(f" PROD ATTENTION !! Vous ciblez la base de production : {concordia.database}", asked)
        coloured = next(line for line in opened.screen(colours=True).splitlines() if "PROD ATTENTION" in line)
        assert "[41m" in coloured or "[1;37;41m" in coloured or "37;41" in coloured
        opened.type("non\n")
        opened.until("erreur")
        assert concordia.query("SELECT to_regclass('\"user\"')") == ""
        opened.type(f"clear; {COMMAND} migrate\n")
        opened.until(asked)
        opened.type("oui\n")
        opened.until("✔️  Toutes les migrations ont été appliquées.")
    assert concordia.query("SELECT count(*) FROM __drizzle_migrations") == "1"


def test_production_migrations_do_not_hang_without_a_terminal(concordia: Project) -> None:
    generated(concordia)
    done = run(concordia, "migrate", USE_PROD_DB="true")
    assert done.returncode == 3
    assert "CONFIRM_PROD=oui" in done.stderr


def test_migration_tracking(concordia: Project) -> None:
    path = generated(concordia)
    run(concordia, "migrate")
    assert concordia.query("SELECT * FROM __drizzle_migrations ORDER BY created_at ASC").startswith(
        f"{path.stem}|{hashlib.sha256(path.read_bytes()).hexdigest()}|"
    )


def test_database_reset(concordia: Project) -> None:
    generated(concordia)
    run(concordia, "migrate")
    concordia.query("CREATE TABLE stray (); INSERT INTO \"user\" (name) VALUES ('Ada')")
    assert run(concordia, "migrate", "--reset").returncode == 9
    environ = {**concordia.environment, "CCM_LANG": "fr"}
    done = terminal.answered(concordia.root, environ, "migrate", "--reset", answer="oui\n")
    assert done.returncode == 0, done.stderr
    assert concordia.query("SELECT to_regclass('stray'), (SELECT count(*) FROM \"user\")") == "|0"


# -- Migration Best Practices -----------------------------------------------------------------


def test_always_generate_before_migrating(concordia: Project) -> None:
    """`migrate` applies what is generated, and never reads a schema file."""
    generated(concordia)
    edit(concordia, "user.py", NAME, NAME + BIO)
    run(concordia, "migrate")
    assert "bio" not in concordia.server.dump(concordia.database)


def test_version_control(concordia: Project) -> None:
    """What belongs into git is in `migrations/`; what is private keeps itself out."""
    generated(concordia)
    concordia.git("add", "-A")
    staged = subprocess.run(
        ["git", "diff", "--cached", "--name-only"], cwd=concordia.root, check=True, text=True, capture_output=True
    ).stdout
    assert "migrations/meta/_journal.json" in staged
    assert ".ccm" not in staged


def test_never_modify_applied_migrations(concordia: Project) -> None:
    path = generated(concordia)
    run(concordia, "migrate")
    path.write_text(path.read_text() + "-- more\n")
    done = run(concordia, "migrate")
    assert done.returncode == 7
    assert path.name in done.stderr


def test_handle_schema_changes_carefully(concordia: Project) -> None:
    generated(concordia)
    safe = "    bio: Mapped[str | None]\n    views: Mapped[int] = mapped_column(server_default='0')\n"
    edit(concordia, "user.py", NAME, NAME + safe)
    assert "-- hazard" not in generated(concordia).read_text()
    edit(concordia, "user.py", "    bio: Mapped[str | None]\n", "")
    refused = run(concordia, "generate")
    assert refused.returncode == 9
    assert "--drop user.bio" in refused.stderr
    assert "-- hazard deletes-data" in generated(concordia, "--drop", "user.bio").read_text()


def test_use_transactions(concordia: Project) -> None:
    """A migration that fails is rolled back and marked as failed; once it is mended, it is run again."""
    generated(concordia)
    path = generated(concordia, "--custom", "--name", "two")
    path.write_text("CREATE TABLE a ();--> statement-breakpoint\nCREATE TABLE b (c missing_type);\n")
    done = run(concordia, "migrate")
    assert done.returncode == 6
    assert f"{path.relative_to(concordia.root)}:2:" in done.stderr
    assert (
        concordia.query("SELECT to_regclass('a'), (SELECT status FROM __ccm_runs ORDER BY id DESC LIMIT 1)")
        == "|failed"
    )
    path.write_text("CREATE TABLE a ();--> statement-breakpoint\nCREATE TABLE b (c text);\n")
    assert run(concordia, "migrate").returncode == 0


def test_handle_duplicate_objects_gracefully(concordia: Project) -> None:
    generated(concordia)
    concordia.query('CREATE TABLE "user" (id serial PRIMARY KEY, name text NOT NULL)')
    done = run(concordia, "migrate")
    assert done.returncode == 0, done.stderr


# -- Common Migration Scenarios ----------------------------------------------------------------


def test_adding_a_new_table(concordia: Project) -> None:
    generated(concordia)
    (concordia.root / "schemas" / "my_table.py").write_text(MY_TABLE.format(name="MyTable", table="my_table"))
    edit(concordia, "__init__.py", "from .user", "from .my_table import *\nfrom .user")
    assert generated(concordia).read_text().startswith('CREATE TABLE "my_table" (')
    assert run(concordia, "migrate").returncode == 0


def test_modifying_existing_table(concordia: Project) -> None:
    generated(concordia)
    edit(concordia, "user.py", NAME, NAME + BIO)
    assert generated(concordia).read_text() == 'ALTER TABLE "user" ADD COLUMN "bio" text;\n'
    assert run(concordia, "migrate").returncode == 0


def test_adding_foreign_key(concordia: Project) -> None:
    (concordia.root / "schemas" / "post.py").write_text(MY_TABLE.format(name="Post", table="post"))
    edit(concordia, "__init__.py", "from .user", "from .post import *\nfrom .user")
    generated(concordia)
    edit(concordia, "post.py", "import func\n", "import ForeignKey, func\n")
    reference = "    author_id: Mapped[int | None] = mapped_column(ForeignKey('user.id', ondelete='CASCADE'))\n"
    edit(concordia, "post.py", "    created_at", reference + "    created_at")
    text = generated(concordia).read_text()
    assert 'FOREIGN KEY ("author_id") REFERENCES "user" ("id") ON DELETE CASCADE NOT VALID' in text
    assert run(concordia, "migrate").returncode == 0


def test_data_migration(concordia: Project) -> None:
    """A generated file, edited by hand and applied."""
    generated(concordia)
    run(concordia, "migrate")
    concordia.query("INSERT INTO \"user\" (name) VALUES ('Ada')")
    edit(concordia, "user.py", NAME, "    full_name: Mapped[str | None]\n")
    path = generated(concordia, "--drop", "user.name")
    added = 'ALTER TABLE "user" ADD COLUMN "full_name" text;'
    dropped = 'ALTER TABLE "user" DROP COLUMN "name";'
    assert added in path.read_text()
    assert dropped in path.read_text()
    filled = 'UPDATE "user" SET "full_name" = "name" WHERE "full_name" IS NULL;'
    path.write_text("--> statement-breakpoint\n".join((added, filled, f"{dropped}\n")))
    done = run(concordia, "migrate")
    assert done.returncode == 0, done.stderr
    assert concordia.query('SELECT full_name FROM "user"') == "Ada"


# -- Troubleshooting -----------------------------------------------------------------------------


def test_troubleshooting_migration_fails(concordia: Project) -> None:
    """The message shows which statement failed; deleted and generated anew, it is applied."""
    generated(concordia)
    run(concordia, "migrate")
    edit(concordia, "user.py", NAME, NAME + "    age: Mapped[int]\n")
    path = generated(concordia)
    concordia.query("INSERT INTO \"user\" (name) VALUES ('Ada')")
    done = run(concordia, "migrate")
    assert done.returncode == 6
    assert 'ADD COLUMN "age" integer NOT NULL' in done.stderr
    assert "indice : " in done.stderr
    edit(concordia, "user.py", "    age: Mapped[int]\n", "    age: Mapped[int | None]\n")
    path.unlink()
    journal = concordia.root / "migrations" / "meta" / "_journal.json"
    entries = json.loads(journal.read_text())["entries"][:-1]
    journal.write_text(json.dumps({"entries": entries}))
    generated(concordia)
    assert run(concordia, "migrate").returncode == 0


def test_troubleshooting_schema_out_of_sync(concordia: Project) -> None:
    generated(concordia)
    run(concordia, "migrate")
    concordia.query('ALTER TABLE "user" DROP COLUMN name')
    url = concordia.server.url(concordia.database)
    done = run(concordia, "diff", "--from", url, "--to", "schemas", "--exit-code")
    assert done.returncode == 8
    assert 'ADD COLUMN "name" text NOT NULL' in done.stdout
    assert run(concordia, "migrate", "--reset", "--yes").returncode == 0
    assert run(concordia, "diff", "--from", url, "--to", "schemas", "--exit-code").returncode == 0


def test_troubleshooting_missing_migration_journal(concordia: Project) -> None:
    generated(concordia)
    meta = concordia.root / "migrations" / "meta"
    (meta / "_journal.json").unlink()
    for command in ("generate", "migrate"):
        done = run(concordia, command)
        assert done.returncode in {2, 7}
        assert "_journal.json" in done.stderr
        assert "indice : " in done.stderr
    (meta / "_journal.json").write_text('{"entries":[]}\n')
    assert run(concordia, "generate").returncode == 0


def test_troubleshooting_schema_file_not_found(concordia: Project) -> None:
    (concordia.root / "schemas" / "__init__.py").write_text("from .missing import *\n")
    done = run(concordia, "generate")
    assert done.returncode == 2
    assert "schemas/__init__.py:1" in done.stderr
    assert "indice : " in done.stderr
    (concordia.root / "pyproject.toml").write_text('[tool.ccm]\nschema = "nowhere.py"\n')
    done = run(concordia, "generate")
    assert done.returncode == 2
    assert "nowhere.py" in done.stderr


def test_troubleshooting_production_migration_failed(concordia: Project) -> None:
    generated(concordia)
    path = generated(concordia, "--custom", "--name", "broken")
    path.write_text("CREATE TABLE a ();--> statement-breakpoint\nSELECT 1 / 0;\n")
    done = run(concordia, "deploy", CONFIRM_PROD="oui")
    assert done.returncode == 6
    assert f"{path.relative_to(concordia.root)}:2:" in done.stderr
    status = run(concordia, "status", USE_PROD_DB="true").stdout
    assert "0001_broken" in status
    assert "SELECT 1 / 0" in concordia.query("SELECT statement FROM __ccm_runs WHERE status = 'failed'")
    path.write_text("CREATE TABLE a ();\n")
    assert run(concordia, "deploy", CONFIRM_PROD="oui").returncode == 0


@pytest.fixture(autouse=True)
def _nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USE_PROD_DB", "CONFIRM_PROD", "DATABASE_URL_PROD", "LANG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
