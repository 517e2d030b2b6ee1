"""What `check` says of a migrations folder by itself: the journal, the files and the snapshots do not fit together."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ccm_engine import errors, snapshot
from ccm_engine.catalog import EMPTY
from ccm_engine.checks import integrity, inventory, silent_hazards
from ccm_engine.folder import Migration
from ccm_engine.snapshot import ROOT_ID, Snapshot
from snapshots import Json
from snapshots import snapshot as drizzle_snapshot

TAGS = ("0000_first", "0001_second", "0002_third")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A folder as Drizzle Kit writes it, with three migrations."""

    path: Path

    @property
    def journal(self) -> Path:
        return self.path / "meta" / "_journal.json"

    def entries(self, change: Callable[[list[Json]], object]) -> "Written":
        """Edit the journal."""
        content = json.loads(self.journal.read_text())
        change(content["entries"])
        self.journal.write_text(json.dumps(content))
        return self

    def add(self, tag: str, **more: object) -> "Written":
        entry = {"idx": 9, "version": "7", "when": 1_800_000_000_000, "tag": tag, "breakpoints": True, **more}
        return self.entries(lambda entries: entries.append(entry))

    def sql(self, tag: str, text: str = "SELECT 1;") -> "Written":
        (self.path / f"{tag}.sql").write_text(text)
        return self

    def snapshot(self, prefix: str, id_: str, previous: str, **more: object) -> "Written":
        content = {**drizzle_snapshot(), "id": id_, "prevId": previous, **more}
        (self.path / "meta" / f"{prefix}_snapshot.json").write_text(json.dumps(content))
        return self

    def rename(self, old: str, new: str) -> "Written":
        (self.path / old).rename(self.path / new)
        return self

    def remove(self, *names: str) -> "Written":
        for name in names:
            (self.path / name).unlink()
        return self

    def said(self, *, for_drizzle: bool = True) -> list[str]:
        """The findings, with paths from the folder on."""
        there = inventory.take(inventory.load(self.path))
        found = [*integrity.findings(there, for_drizzle=for_drizzle)]
        forks = [f"{' and '.join(fork.tags)} {fork.how}" for fork in integrity.forks(there)]
        return [str(finding).replace(f"{self.path}/", "").replace(f"{self.path}:", ".:") for finding in found] + forks


@pytest.fixture
def written(tmp_path: Path) -> Written:
    (tmp_path / "meta").mkdir()
    made = Written(path=tmp_path)
    made.journal.write_text('{"version":"7","dialect":"postgresql","entries":[]}')
    for number, tag in enumerate(TAGS):
        made.sql(tag)
        made.add(tag, idx=number, when=1_700_000_000_000 + number)
        made.snapshot(f"{number:04}", f"id-{number}", f"id-{number - 1}" if number else ROOT_ID)
    return made


Case = tuple[Callable[[Written], object], str]

CASES: dict[str, Case] = {
    "a tag twice": (
        lambda it: it.add("0002_third", idx=2),
        (
            "meta/_journal.json: it names more than once: 0002_third\n\n"
            "hint: leave each entry in once, where it is to be applied"
        ),
    ),
    "a when that does not grow": (
        lambda it: it.entries(lambda entries: entries[2].update(when=1_700_000_000_001)),
        (
            "meta/_journal.json: `when` does not grow from entry to entry, and drizzle-orm's migrator would pass these "
            "over for ever:\n    0002_third: 1700000000001\n\nhint: give them a `when` after that of the entry before; "
            "1700000000001 is the highest. Where only ccm-daemon applies\nmigrations it does not matter"
        ),
    ),
    "files that are gone, with their snapshots": (
        lambda it: it.remove(*(f"{tag}.sql" for tag in TAGS[:2]), "meta/0000_snapshot.json", "meta/0001_snapshot.json"),
        (
            "meta/_journal.json: it names 2 migration(s) whose file does not exist:\n"
            "    0000_first.sql\n    0001_second.sql\n\n"
            "hint: restore them from git; where they are gone for good, take their entries out of the journal. "
            "Databases that\nhave them applied stay as they are, a new one cannot be made without them"
        ),
    ),
    "a file that the journal does not name": (
        lambda it: it.sql("0009_extra"),
        (
            ".: the journal does not name these, so that they are never applied:\n    0009_extra.sql\n\n"
            "hint: restore the journal from git, or remove them; what is still to be applied goes into a new "
            "migration:\nccm-daemon generate --custom"
        ),
    ),
    "a snapshot of no migration": (
        lambda it: it.snapshot("0009", "id-9", "id-2"),
        (
            "meta: no migration of the journal has these snapshots, and Drizzle Kit reads them all the same:\n"
            "    0009_snapshot.json\n\nhint: remove them, or restore the entries of the journal from git"
        ),
    ),
    "a last migration without a snapshot": (
        lambda it: it.remove("meta/0002_snapshot.json"),
        (
            "meta: there is no snapshot after the last migration(s), and Drizzle Kit would compare with an older one:\n"
            "    0002_snapshot.json, after 0002_third\n\n"
            "hint: restore them from git; where there never was one, as after a file that was written by hand, the "
            "next\n`ccm-daemon generate`, also with --custom, writes one that tells of all of them"
        ),
    ),
    "an older one without, which is no harm": (lambda it: it.remove("meta/0001_snapshot.json"), ""),
    "what an operating system leaves behind": (
        lambda it: (it.path / "meta" / ".DS_Store").write_text(""),
        (
            "meta: Drizzle Kit takes each file in it for a snapshot whose name does not begin with `_`, "
            "and these are none:\n    .DS_Store\n\nhint: remove them"
        ),
    ),
    "what is called so that Drizzle Kit passes it over": (
        lambda it: (it.path / "meta" / "_notes.txt").write_text(""),
        "",
    ),
    "a newest snapshot that is not the last by name": (
        lambda it: (
            it.rename("0002_third.sql", "00015_third.sql")
            .rename("meta/0002_snapshot.json", "meta/00015_snapshot.json")
            .entries(lambda entries: entries[2].update(tag="00015_third"))
        ),
        (
            "meta/00015_snapshot.json: this is the newest snapshot, and yet 0001_snapshot.json comes after it by name, "
            "with which Drizzle Kit would compare\n\n"
            "hint: as long as it is applied nowhere, give it a number after that one: its file, its snapshot, its "
            "entry in the\njournal"
        ),
    ),
    "a snapshot that is none": (
        lambda it: (it.path / "meta" / "0001_snapshot.json").write_text("{"),
        (
            "meta/0001_snapshot.json: the snapshot cannot be used: line 1 is no JSON: Expecting property name enclosed "
            "in double quotes\n\n"
            "hint: restore it from git, or remove the file: what the migrations lead to is found out by running them "
            "then"
        ),
    ),
    "a snapshot of an older Drizzle Kit": (
        lambda it: it.snapshot("0001", "id-1", "id-0", version="6"),
        (
            "meta/0001_snapshot.json: the snapshot cannot be used: version: 6 is older than 7: run `drizzle-kit up`, "
            "which makes it 7\n\n"
            "hint: restore it from git, or remove the file: what the migrations lead to is found out by running them "
            "then"
        ),
    ),
    "a snapshot in which git has left a conflict": (
        lambda it: (it.path / "meta" / "0001_snapshot.json").write_text("{\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> x\n}"),
        (
            "meta/0001_snapshot.json:2: git could not merge the two sides of this file, and both of them are still in "
            "it\n\nhint: `ccm-daemon rebase` keeps the migrations of both sides, one's own after those of the others; "
            "a file of SQL\nthat both have edited is a person's to put together"
        ),
    ),
    "a file in which git has left a conflict": (
        lambda it: it.sql(TAGS[1], "SELECT 1;\n<<<<<<< HEAD\n=======\nSELECT 2;\n>>>>>>> x\n"),
        (
            "0001_second.sql:2: git could not merge the two sides of this file, and both of them are still in it\n\n"
            "hint: `ccm-daemon rebase` keeps the migrations of both sides, one's own after those of the others; "
            "a file of SQL\nthat both have edited is a person's to put together"
        ),
    ),
    "a file that is no text": (
        lambda it: (it.path / "0001_second.sql").write_bytes(b"\xff\xfe"),
        (
            "0001_second.sql:1: this is no text in UTF-8; nothing was done\n\n"
            "hint: save the file as UTF-8, without changing what it says"
        ),
    ),
    "a broken chain": (
        lambda it: it.snapshot("0002", "id-2", "nobody"),
        (
            "meta/0002_snapshot.json: it follows a snapshot that is not among those before it (prevId nobody; before "
            "it comes 0001_snapshot.json)\n\n"
            "hint: restore journal and snapshots from git; where they are meant to be so, write as its prevId the id "
            "of the one\nbefore"
        ),
    ),
    "a chain that does not begin": (
        lambda it: it.snapshot("0000", "id-0", "nobody"),
        (
            "meta/0000_snapshot.json: it follows a snapshot that is not among those before it (prevId nobody; before "
            "it comes no snapshot)\n\n"
            "hint: restore journal and snapshots from git; where they are meant to be so, write as its prevId the id "
            "of the one\nbefore"
        ),
    ),
    "a chain that begins with what drizzle-kit pull writes": (
        lambda it: it.snapshot("0000", ROOT_ID, "").snapshot("0001", "id-1", ROOT_ID),
        "",
    ),
    "a copied snapshot": (
        lambda it: it.snapshot("0002", "id-1", "id-0"),
        (
            "meta/0002_snapshot.json: it is a copy of 0001_snapshot.json, for they have the same id, id-1\n\n"
            "hint: a snapshot has an id of its own, any UUID, and as prevId that of the one before: correct both by "
            "hand"
        ),
    ),
    "two migrations of one number": (
        lambda it: it.sql("0002_other").add("0002_other", idx=3),
        "0002_third and 0002_other have the same number, and meta/0002_snapshot.json can only be that of one",
    ),
    "two migrations of one number, of which the journal names one": (
        lambda it: it.sql("0002_other"),
        "0002_third and 0002_other have the same number, and meta/0002_snapshot.json can only be that of one",
    ),
    "two snapshots that follow the same one": (
        lambda it: it.snapshot("0003", "id-3", "id-1").sql("0003_fourth").add("0003_fourth"),
        "0002_third and 0003_fourth both follow 0001_snapshot.json in the chain of snapshots",
    ),
    "two snapshots that begin the chain": (
        lambda it: it.snapshot("0001", "id-1", ROOT_ID),
        "0000_first and 0001_second both begin the chain of snapshots",
    ),
    "two entries of one idx": (
        lambda it: it.entries(lambda entries: entries[2].update(idx=1)),
        (
            "meta/_journal.json: more than one entry has the same idx:\n    1: 0001_second, 0002_third\n\n"
            "hint: correct it by hand: Drizzle Kit numbers the next migration after the last one's, nothing else reads "
            "it"
        ),
    ),
    "all is well": (lambda _: None, ""),
}


@pytest.mark.parametrize(("change", "said"), CASES.values(), ids=CASES)
def test_what_does_not_fit_together_is_told(written: Written, change: Callable[[Written], object], said: str) -> None:
    change(written)
    assert "\n".join(written.said()) == said


def test_where_drizzle_applies_nothing_the_moments_do_not_matter(written: Written) -> None:
    written.entries(lambda entries: entries[2].update(when=0))
    assert written.said(for_drizzle=False) == []


def test_a_folder_that_is_not_there_has_nothing_wrong_with_it(tmp_path: Path) -> None:
    assert Written(path=tmp_path / "migrations").said() == []


def test_files_without_a_journal_are_in_no_order(written: Written) -> None:
    written.journal.unlink()
    with pytest.raises(errors.JournalMissing):
        inventory.load(written.path)


def test_what_git_has_left_in_the_journal_is_told_apart(written: Written) -> None:
    text = written.journal.read_text()
    written.journal.write_text(f"<<<<<<< HEAD\n{text}\n=======\n{text}\n>>>>>>> feature\n")
    with pytest.raises(errors.MergeConflict) as caught:
        inventory.load(written.path)
    assert (caught.value.path, caught.value.line) == (str(written.journal), 1)


def test_of_our_own_snapshots_only_the_newest_is_read_in_full(written: Written) -> None:
    """An object that nobody can make any more does not matter in one, and does in the other."""
    ours = snapshot.dump(Snapshot(id="id-1", previous="id-0", catalog=EMPTY))
    (written.path / "meta" / "0001_snapshot.json").write_text(ours.replace("[\n\n", '[\n{"kind": "hologram"}\n'))
    assert written.said() == []
    newest = ours.replace("id-0", "id-x").replace("id-1", "id-2").replace("id-x", "id-1")
    (written.path / "meta" / "0002_snapshot.json").write_text(newest.replace("[\n\n", '[\n{"kind": "hologram"}\n'))
    assert [said.partition("\n")[0] for said in written.said()] == [
        "meta/0002_snapshot.json: the snapshot cannot be used: it has no, or an unknown, 'hologram'"
    ]


# -- hazards that nobody mentions ---------------------------------------------------------

DROP = 'ALTER TABLE "user" DROP COLUMN "name"'
HAZARDS = {
    "nothing is said": (f"SELECT 1;\n{DROP};", ["x.sql:2:1: deletes-data"]),
    "it is said": (f"-- hazard deletes-data: deletes the data of a column\n{DROP};", []),
    "it is said without a reason": (f"-- hazard deletes-data\n{DROP};", []),
    "it is said in the middle of other comments": (f"-- why\n--hazard  deletes-data\n-- because\n{DROP};", []),
    "something else is said": (f"-- hazard scans-table: it does\n{DROP};", ["x.sql:2:1: deletes-data"]),
    "it is said of another statement": (
        f"-- hazard deletes-data\n{DROP};\n{DROP};",
        ["x.sql:3:1: deletes-data"],
    ),
    "two are said in one line": (f"-- hazard scans-table, deletes-data: both\n{DROP};", []),
    "it is said after a breakpoint": (
        f"SELECT 1;--> statement-breakpoint\n-- hazard deletes-data: x\n{DROP};\n",
        [],
    ),
    "it is said beside the statement before": (
        f"SELECT 1; -- hazard deletes-data\n{DROP};",
        ["x.sql:2:1: deletes-data"],
    ),
    "it is said in a string": (f"SELECT '\n-- hazard deletes-data\n';\n{DROP};", ["x.sql:4:1: deletes-data"]),
    "what the file makes itself is used by nobody": (f'CREATE TABLE "user" (name text);\n{DROP};', []),
    "letters of more than one byte": (f"SELECT 'é€';\n{DROP};\n", ["x.sql:2:1: deletes-data"]),
}


@pytest.mark.parametrize(("sql", "said"), HAZARDS.values(), ids=HAZARDS)
def test_a_hazard_is_found_where_the_file_does_not_say_it(sql: str, said: list[str]) -> None:
    found = silent_hazards.find(Migration(tag="x", path=Path("x.sql"), sql=sql, hash=""))
    assert [f"{it.path}:{it.line}:{it.column}: {it.code}" for it in found] == said


def test_a_hazard_says_what_to_do() -> None:
    (found,) = silent_hazards.find(Migration(tag="x", path=Path("x.sql"), sql=DROP, hash=""))
    assert str(found) == (
        "x.sql:1:1: deletes-data: deletes the data of a column\n\n"
        '    ALTER TABLE "user" DROP COLUMN "name"\n\n'
        "hint: drop it in a later release than the one that stopped using it, and keep a backup; where it is meant, "
        "say so in a line above the statement: -- hazard deletes-data"
    )
