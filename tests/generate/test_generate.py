"""`ccm-daemon generate`: one migration from what changed in the schema files."""

import json
import shutil
from pathlib import Path

import pytest

from projects import COMMAND, Project

ROOT = Path(__file__).parents[2]
OTHER_RUN = """\
import os
import subprocess

if "OTHER" not in os.environ:
    subprocess.run(["{command}", "generate", "--name", "other"], env=dict(os.environ, OTHER="1"), check=True)
"""


def test_the_first_migration_makes_the_schema(project: Project) -> None:
    done = project.run("generate", "--name", "initial")
    assert done.returncode == 0
    assert "migrations/0000_initial.sql" in done.stderr
    assert 'CREATE TABLE "user"' in (project.root / "migrations" / "0000_initial.sql").read_text()
    journal = json.loads((project.root / "migrations" / "meta" / "_journal.json").read_text())
    assert [entry["tag"] for entry in journal["entries"]] == ["0000_initial"]


def test_without_a_name_it_gets_one_from_our_words(project: Project) -> None:
    project.run("generate")
    (path,) = project.drafts
    number, adjective, noun = path.stem.split("_")
    assert (number, adjective.isalpha(), noun.isalpha()) == ("0000", True, True)


def test_generating_twice_gives_nothing_the_second_time(project: Project) -> None:
    project.run("generate")
    done = project.run("generate")
    assert done.returncode == 0
    assert "no change" in done.stderr
    assert len(project.drafts) == 1


def test_generating_twice_gives_nothing_for_every_feature_of_sqlalchemy(project: Project) -> None:
    shutil.rmtree(project.root / "schemas")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tests" / "torture", project.root / "schemas", ignore=ignored)
    assert project.run("generate").returncode == 0
    assert "no change" in project.run("generate").stderr
    assert len(project.drafts) == 1


SPELLINGS = (
    ("Mapped[str] = mapped_column(String(20))", "Mapped[str] = mapped_column(VARCHAR(length=20))"),
    ("Mapped[float] = mapped_column(Float(53))", "Mapped[float] = mapped_column(DOUBLE_PRECISION)"),
    ("Mapped[str] = mapped_column(server_default='x')", """Mapped[str] = mapped_column(server_default=text("'x'"))"""),
    ("Mapped[str] = mapped_column(server_default='y')", "Mapped[str] = mapped_column(server_default=text(CAST))"),
    ("Mapped[bool] = mapped_column(server_default='f')", "Mapped[bool] = mapped_column(server_default=false())"),
    ("Mapped[int] = mapped_column(CheckConstraint('x5>0'))", "Mapped[int] = mapped_column(CheckConstraint('x5 > 0'))"),
)  # fmt: skip


def test_another_spelling_is_no_change(project: Project) -> None:
    imports = "from sqlalchemy import *\nfrom sqlalchemy.dialects.postgresql import DOUBLE_PRECISION\n"
    models = f"""{imports}CAST = "'y'::text"\n{project.models.read_text()}"""
    for spelling in zip(*SPELLINGS, strict=True):
        columns = (f"    x{number}: {column}\n" for number, column in enumerate(spelling))
        project.models.write_text(models + "".join(columns))
        project.run("generate")
    assert len(project.drafts) == 1
    assert "no change" in project.run("generate").stderr


def test_a_dry_run_prints_the_sql_and_writes_nothing(project: Project) -> None:
    done = project.run("generate", "--dry-run")
    assert done.stdout.startswith('CREATE TABLE "user"')
    assert not (project.root / "migrations").exists()


def test_what_another_run_writes_meanwhile_is_not_written_over(project: Project) -> None:
    """Here it runs while the models are imported: the journal has been read, and nothing has been written yet."""
    project.models.write_text(OTHER_RUN.format(command=str(COMMAND)) + project.models.read_text())
    result = project.run("generate", "--name", "ours")
    assert result.returncode == 0, result.stderr
    assert "no change" in result.stderr
    assert [path.stem for path in project.drafts] == ["0000_other"]
    journal = json.loads((project.root / "migrations" / "meta" / "_journal.json").read_text())
    assert [entry["tag"] for entry in journal["entries"]] == ["0000_other"]


def test_a_custom_migration_is_empty_and_changes_no_schema(project: Project) -> None:
    project.run("generate")
    done = project.run("generate", "--custom", "--name", "fill")
    assert done.returncode == 0
    assert (project.root / "migrations" / "0001_fill.sql").read_text().startswith("-- Custom SQL migration")
    assert "no change" in project.run("generate").stderr


def test_what_is_not_modelled_is_named(project: Project) -> None:
    (project.root / "schemas" / "casts.sql").write_text("CREATE CAST (boolean AS date) WITH INOUT;")
    done = project.run("generate")
    assert done.returncode == 0
    assert "warning: cast (boolean AS pg_catalog.date) is not modelled yet" in done.stderr


def test_what_holds_data_is_never_dropped_and_made_anew(project: Project) -> None:
    """No table becomes a partitioned one in place."""
    script = project.root / "schemas" / "log.sql"
    script.write_text('CREATE TABLE "log" ("at" date);')
    project.run("generate")
    script.write_text('CREATE TABLE "log" ("at" date) PARTITION BY RANGE ("at");')
    done = project.run("generate")
    assert done.returncode == 2
    assert "table public.log would have to be dropped and made anew, and its data lost" in done.stderr
    assert "hint:" in done.stderr
    assert len(project.drafts) == 1


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("schemas/__init__.py", None, "schemas"),
        ("schemas/__init__.py", "x = 1\n", "no table"),
        ("schemas/__init__.py", "def broken(:\n", "schemas/__init__.py:1:12: invalid syntax"),
        ("schemas/bad.sql", "CREATE TABLE t (x nonsense);", 'type "nonsense" does not exist (SQLSTATE 42704)'),
        ("pyproject.toml", "[tool.ccm\n", "pyproject.toml is no TOML"),
        ("pyproject.toml", "[tool.ccm]\nforce_polling = 'maybe'\n", "the setting force_polling is 'maybe'"),
        ("migrations/meta/_journal.json", "{", "_journal.json:1:2: the journal is not JSON"),
        ("migrations/meta/_journal.json", '{"entries": [{"idx": 0}]}', 'entry 0 has no "tag"'),
        ("migrations/meta/_journal.json", '{"entries": [{"tag": "0000_x"}]}', "0000_x.sql does not exist"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_nothing_is_written(
    project: Project, path: str, content: str | None, message: str
) -> None:
    file = project.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    done = project.run("generate")
    assert done.returncode in {2, 7}
    assert message in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr
    assert project.drafts == []
