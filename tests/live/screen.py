"""What a developer sees of it: sessions in a real terminal, from the first save to Ctrl-C."""

from collections.abc import Iterator

import pytest

import tmux
from projects import COMMAND, Project

if not tmux.is_there():
    pytest.skip("there is no tmux to be a terminal", allow_module_level=True)

BIO = "    bio: Mapped[str | None]\n"
NAME = "    name: Mapped[str]\n"


@pytest.fixture
def terminal(project: Project) -> Iterator[tmux.Terminal]:
    assert project.run("generate", "--name", "initial").returncode == 0
    project.git("add", "-A")
    project.git("commit", "-qm", "initial")
    with tmux.opened(project.root, {**project.environment, "HOME": str(project.root)}) as opened:
        yield opened


def watch(terminal: tmux.Terminal, *options: str) -> None:
    terminal.type(" ".join([str(COMMAND), "watch", *options]) + "\n")
    terminal.until("schemas → migrations", "no change: the newest migration leads to what the schema files describe")


def test_one_screen_holds_the_draft_its_hazards_and_what_the_database_said(
    project: Project, terminal: tmux.Terminal
) -> None:
    watch(terminal, "--apply")
    project.edit(NAME, NAME + BIO)
    shown = terminal.until('ALTER TABLE "user" ADD COLUMN "bio" text', "applied 0001_", "follows (")
    assert f"draft migrations/{project.drafts[1].name}" in shown
    assert all(f"{stage} " in shown for stage in ("import", "shadow", "plan", "proof", "write", "database"))
    project.edit(BIO, BIO + "    age: Mapped[int | None]\n")
    shown = terminal.until('ADD COLUMN "age" integer')
    assert shown.count("ccm-daemon · schemas → migrations") == 1, "the screen is drawn anew, not continued"
    project.edit(BIO + "    age: Mapped[int | None]\n", "")
    terminal.until("is gone: the schema is back where it was")
    terminal.press("C-c")
    terminal.until("stopped")


def test_a_mistake_is_shown_where_it_is_and_disappears_when_it_is_mended(
    project: Project, terminal: tmux.Terminal
) -> None:
    watch(terminal)
    project.edit(NAME, NAME + BIO)
    terminal.until('ADD COLUMN "bio" text')
    project.edit(BIO, "    bio: Mapped[str | None\n")
    shown = terminal.until("mistake", "schemas/__init__.py:14:16", "'[' was never closed")
    assert "    bio: Mapped[str | None" in shown
    assert 'ADD COLUMN "bio" text' in shown, "the last good draft stays"
    project.edit("    bio: Mapped[str | None\n", BIO)
    assert "never closed" not in terminal.until_gone("mistake")


def test_a_rename_is_asked_once_with_the_likeliest_first(project: Project, terminal: tmux.Terminal) -> None:
    watch(terminal, "--apply")
    terminal.until("follows (")
    project.query("insert into \"user\" (name) values ('Ada')")
    project.edit(NAME, "    age: Mapped[int | None]\n    nickname: Mapped[str]\n")
    shown = terminal.until("column user.name is gone from the schema files. What became of it?", "Which one? (1-3):")
    assert "[1] it was renamed: nickname\n  [2] it was renamed: age\n  [3] it is dropped" in shown
    assert len(project.drafts) == 1, "nothing is assumed"
    terminal.type("x\n")
    terminal.until("Please answer with a number from 1 to 3.")
    terminal.type("1\n")
    terminal.until('RENAME COLUMN "name" TO "nickname"', "follows (")
    project.edit("    nickname: Mapped[str]\n", "    nickname: Mapped[str]\n" + BIO)
    shown = terminal.until('ADD COLUMN "bio" text')
    assert "What became of it?" not in shown
    assert project.query('select nickname from "user"') == "Ada"


def test_a_save_takes_the_question_back(project: Project, terminal: tmux.Terminal) -> None:
    watch(terminal)
    project.edit(NAME, "")
    terminal.until("What became of it?", "[1] it is dropped, and its data are deleted")
    project.edit("(primary_key=True)\n", "(primary_key=True)\n" + NAME)
    terminal.until_gone("What became of it?")
    terminal.until("no change: the newest migration leads to what the schema files describe")


def test_what_is_dropped_is_asked_about_too(project: Project, terminal: tmux.Terminal) -> None:
    watch(terminal)
    project.edit(NAME, "")
    terminal.until("Which one? (1-1):")
    terminal.type("1\n")
    terminal.until('DROP COLUMN "name"', "! deletes-data: deletes the data of a column")


def test_rows_are_given_what_the_person_says(project: Project, terminal: tmux.Terminal) -> None:
    watch(terminal, "--apply")
    terminal.until("follows (")
    project.query("insert into \"user\" (name) values ('Ada')")
    project.edit(NAME, NAME + "    age: Mapped[int]\n")
    terminal.until("user.age is NOT NULL and has no default, and user holds rows.", "you see to it yourself):")
    terminal.type("42\n")
    terminal.until('ADD COLUMN "age" integer DEFAULT 42 NOT NULL', "follows (")
    assert project.query('select age from "user"') == "42"


def test_it_speaks_french(project: Project, terminal: tmux.Terminal) -> None:
    terminal.type(f"CCM_LANG=fr {COMMAND} watch\n")
    terminal.until("schemas → migrations", "Ctrl-C")
    project.edit(NAME, "    label: Mapped[str]\n")
    terminal.until("[1]", "label", "[2]", "(1-2)")
    terminal.type("1\n")
    terminal.until("brouillon migrations/0001_")
