"""Every way in which files are saved is noticed, and nothing is done twice."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from projects import COMMAND, Project
from waiting import until

BIO = "    bio: Mapped[str | None]\n"
NAME = "    name: Mapped[str]\n"
MORE = """\
from sqlalchemy.orm import Mapped, mapped_column

from . import Base


class {name}(Base):
    __tablename__ = "{table}"

    id: Mapped[int] = mapped_column(primary_key=True)
"""


class Events:
    """What `watch --json` says, as it comes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self, *names: str) -> list[dict[str, object]]:
        events = [json.loads(line) for line in self._path.read_text().splitlines()]
        return [event for event in events if not names or event["event"] in names]

    def count(self, *names: str) -> int:
        return len(self.all(*names))


DONE = ("draft_written", "draft_removed", "unchanged", "mistake")


@contextmanager
def watched(project: Project, *options: str, **variables: str) -> Iterator[Events]:
    output = project.root / "events.log"
    environment = {**project.environment, **variables}
    with output.open("w") as log:
        process = subprocess.Popen(
            [COMMAND, "watch", "--json", *options],
            cwd=project.root,
            env=environment,
            stdout=log,
            stderr=subprocess.DEVNULL,
        )
        events = Events(output)
        try:
            until(lambda: events.count(*DONE) == 1)
            yield events
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def committed(project: Project) -> Project:
    assert project.run("generate", "--name", "initial").returncode == 0
    (project.root / ".gitignore").write_text("*.log\n__pycache__\n")
    project.git("add", "-A")
    project.git("commit", "-qm", "initial")
    return project


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def renamed_over(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.swp")
    new.write_text(text)
    new.replace(path)


def backed_up_and_moved(path: Path, text: str) -> None:
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(text)
    path.with_name(f"{path.name}~").unlink()


def deleted_and_created(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


def in_pieces(path: Path, text: str) -> None:
    with path.open("w") as file:
        for line in text.splitlines(keepends=True):
            file.write(line)
            file.flush()


def of_yesterday(path: Path, text: str) -> None:
    """As after a clock that was set back, or by a tool that keeps times."""
    path.write_text(text)
    os.utime(path, (1_000_000_000, 1_000_000_000))


EDITORS = (in_place, renamed_over, backed_up_and_moved, deleted_and_created, in_pieces, of_yesterday)


@pytest.mark.parametrize("save", EDITORS, ids=lambda save: save.__name__)
@pytest.mark.parametrize("polling", ["", "true"], ids=["events", "polling"])
def test_a_save_is_noticed(committed: Project, save: Callable[[Path, str], None], polling: str) -> None:
    before = committed.models.read_text()
    variables = {"CCM_FORCE_POLLING": polling} if polling else {}
    with watched(committed, **variables) as events:
        for number in range(3):
            save(committed.models, before.replace(NAME, NAME + f"    c{number}: Mapped[str | None]\n"))
            until(lambda: f'"c{number}"' in "".join(path.read_text() for path in committed.drafts))  # noqa: B023
            save(committed.models, before)
            until(lambda: len(committed.drafts) == 1)
    assert events.count("draft_written") == events.count("draft_removed") == 3


def test_files_and_folders_come_and_go(committed: Project) -> None:
    shop, export = committed.root / "schemas" / "shop", committed.models.read_text()
    with watched(committed) as events:
        shop.mkdir()
        (shop / "__init__.py").write_text("")
        (shop / "order.py").write_text(MORE.format(name="Order", table="order").replace("from .", "from .."))
        committed.models.write_text(export + "\n\nfrom .shop.order import *  # noqa: E402, F403\n")
        until(lambda: events.count("draft_written") == 1)
        (shop / "order.py").write_text((shop / "order.py").read_text() + NAME)
        until(lambda: events.count("draft_written") == 2)
        committed.models.write_text(export)
        shutil.rmtree(shop)
        until(lambda: events.count("draft_removed") == 1)
    assert len(committed.drafts) == 1


def test_a_checkout_of_200_files_is_one_regeneration(committed: Project) -> None:
    committed.git("checkout", "-qb", "many")
    names = [f"m{number}" for number in range(200)]
    for name in names:
        (committed.root / "schemas" / f"{name}.py").write_text(MORE.format(name=name.title(), table=name))
    imports = "".join(f"from .{name} import *\n" for name in names)
    committed.models.write_text(committed.models.read_text() + "\n\n" + imports)
    committed.git("add", "-A")
    committed.git("commit", "-qm", "many")
    committed.git("checkout", "-q", "-")
    with watched(committed) as events:
        committed.git("checkout", "-q", "many")
        until(lambda: events.count("draft_written") == 1)
        assert events.count("mistake") == 0
        assert events.all("draft_written")[0]["statements"] == events.all("draft_written")[-1]["statements"]
    assert committed.drafts[1].read_text().count("CREATE TABLE") == 200
    assert events.count(*DONE) <= 3, "the first, and one or two for a checkout that takes longer than a moment"


def test_a_branch_switch_changes_schemas_and_migrations_together(committed: Project) -> None:
    """Each branch has its own committed migration, and a draft on top; neither is mixed into the other."""
    committed.git("checkout", "-qb", "other")
    committed.edit(NAME, NAME + BIO)
    assert committed.run("generate", "--name", "bio").returncode == 0
    committed.git("add", "-A")
    committed.git("commit", "-qm", "bio")
    committed.git("checkout", "-q", "-")
    with watched(committed) as events:
        committed.edit(NAME, NAME + "    age: Mapped[int | None]\n")
        until(lambda: events.count("draft_written") == 1)
        committed.edit("    age: Mapped[int | None]\n", "")
        until(lambda: events.count("draft_removed") == 1)
        committed.git("checkout", "-q", ".")
        committed.git("checkout", "-q", "other")
        until(lambda: events.count("unchanged") >= 2)
        committed.edit(BIO, BIO + "    age: Mapped[int | None]\n")
        until(lambda: events.count("draft_written") == 2)
    assert committed.drafts[1].stem == "0001_bio"
    assert committed.drafts[2].read_text() == 'ALTER TABLE "user" ADD COLUMN "age" integer;\n'


def test_a_migration_that_others_bring_is_looked_at_though_no_schema_file_changes(committed: Project) -> None:
    """As after a pull: the draft goes on top of it."""
    with watched(committed) as events:
        committed.edit(NAME, NAME + BIO)
        until(lambda: events.count("draft_written") == 1)
        committed.git("add", "-A")
        committed.git("commit", "-qm", "sealed")
        committed.edit(BIO, "")
        until(lambda: events.count("mistake") == 1)  # it would be dropped
        committed.edit(NAME, NAME + BIO)
        until(lambda: events.count("unchanged") == 2)
        done = events.count(*DONE)
        committed.git("rm", "-q", "--cached", "migrations/meta/_journal.json")
        journal = committed.root / "migrations" / "meta" / "_journal.json"
        entries = json.loads(journal.read_text())
        entries["entries"].pop()
        journal.write_text(json.dumps(entries))
        until(lambda: events.count(*DONE) > done)
        assert events.all(*DONE)[-1]["event"] == "draft_written"


def test_what_the_watcher_writes_itself_is_no_news(committed: Project) -> None:
    with watched(committed, "--apply") as events:
        committed.edit(NAME, NAME + BIO)
        until(lambda: events.count("followed") == 2)
        committed.edit(BIO, "")
        until(lambda: events.count("followed") == 3)
    assert events.count("saved") == 3


def test_nothing_left_of_a_column_that_was_added_renamed_and_dropped(committed: Project) -> None:
    with watched(committed, "--apply") as events:
        committed.edit(NAME, NAME + BIO)
        until(lambda: events.count("followed") == 2)
        (draft,) = committed.drafts[1:]
        committed.edit(BIO, '    about: Mapped[str | None] = mapped_column(info={"renamed_from": "bio"})\n')
        until(lambda: events.count("followed") == 3)
        assert committed.drafts[1:] == [draft]
        assert draft.read_text() == 'ALTER TABLE "user" ADD COLUMN "about" text;\n'
        committed.edit('    about: Mapped[str | None] = mapped_column(info={"renamed_from": "bio"})\n', "")
        until(lambda: events.count("followed") == 4)
    assert len(committed.drafts) == 1
    assert "about" not in committed.server.dump(committed.database)


def test_seal_opens_a_new_file(committed: Project) -> None:
    with watched(committed) as events:
        committed.edit(NAME, NAME + BIO)
        until(lambda: events.count("draft_written") == 1)
        sealed = committed.run("seal")
        assert sealed.returncode == 0
        assert "is sealed: the next change opens a new file" in sealed.stderr
        committed.edit(BIO, BIO + "    age: Mapped[int | None]\n")
        until(lambda: events.count("draft_written") == 2)
    assert [path.stem[:4] for path in committed.drafts] == ["0000", "0001", "0002"]
    assert committed.run("seal").returncode == 0
    nothing = committed.run("seal")
    assert nothing.returncode == 2
    assert "there is no draft to seal" in nothing.stderr


def test_being_applied_elsewhere_seals(committed: Project) -> None:
    """Here by `migrate`, to a database that no watcher follows."""
    with watched(committed) as events:
        committed.edit(NAME, NAME + BIO)
        until(lambda: events.count("draft_written") == 1)
        assert committed.run("migrate").returncode == 0
        committed.edit(BIO, BIO + "    age: Mapped[int | None]\n")
        until(lambda: events.count("draft_written") == 2)
    assert len(committed.drafts) == 3


def test_a_draft_edited_by_hand_is_applied_as_it_is_now(committed: Project) -> None:
    """The development database gives back what it had of the draft, and gets the person's text instead."""
    with watched(committed, "--apply") as events:
        until(lambda: events.count("followed") == 1)
        committed.query("insert into \"user\" (name) values ('Ada')")
        committed.edit(NAME, NAME + BIO)
        until(lambda: events.count("followed") == 2)
        (draft,) = committed.drafts[1:]
        by_hand = (
            draft.read_text().rstrip() + '--> statement-breakpoint\nUPDATE "user" SET "bio" = \'of \' || "name";\n'
        )
        draft.write_text(by_hand)
        try:
            until(lambda: events.count("followed", "mistake") == 3)
        except AssertionError:
            raise AssertionError(events.all()) from None
        assert events.count("mistake") == 0, events.all("mistake")
    assert committed.query('select bio from "user"') == "of Ada"
    assert draft.read_text() == by_hand


def test_nothing_is_left_of_a_watcher_that_is_stopped(committed: Project) -> None:
    with watched(committed, "--apply") as events:
        committed.edit(NAME, NAME + BIO)
        until(lambda: events.count("followed") == 2)
        at_work = "select count(*) from pg_stat_activity where datname like 'ccm_shadow_%'"
        assert committed.query(at_work) != "0"
    until(lambda: committed.query("select count(*) from pg_database where datname like 'ccm_shadow_%'") == "0")
