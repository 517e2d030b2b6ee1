"""The migrations folder: what it makes of a journal, and that it is whole at every moment."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from ccm_engine import errors, folder
from ccm_engine.folder import Entry, Folder

NOW = datetime(2026, 2, 22, tzinfo=UTC)
FIRST = Entry(index=0, tag="0000_first", when=1771714997015)
SECOND = Entry(index=1, tag="0001_second", when=1771714997016)


def with_journal(path: Path, text: str | bytes) -> Path:
    (path / "meta").mkdir()
    (path / "meta" / "_journal.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def files(path: Path) -> set[str]:
    return {str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()}


def add(path: Path, entry: Entry, sql: str = "SELECT 1;\n", snapshot: str = "{}\n") -> Folder:
    return folder.add(folder.load(path), entry, sql, snapshot)


# -- reading the journal ---------------------------------------------------------------


def test_a_folder_without_a_journal_has_no_migrations(tmp_path: Path) -> None:
    assert folder.load(tmp_path).entries == ()
    assert folder.load(tmp_path / "nowhere").entries == ()


@pytest.mark.parametrize("journal", ['{"entries": []}', '{"version": "7", "dialect": "postgresql", "entries": []}'])
def test_a_new_journal_has_no_migrations(journal: str, tmp_path: Path) -> None:
    empty = folder.load(with_journal(tmp_path, journal))
    assert empty.entries == ()
    assert empty.next("name", NOW).tag == "0000_name"


def test_a_journal_of_drizzle_is_read(tmp_path: Path) -> None:
    """Keys that nobody knows are ignored; only the tag is needed."""
    entries = [
        {"idx": 0, "version": "7", "when": 1771714997015, "tag": "0000_first", "breakpoints": True, "new": {"in": 8}},
        {"tag": "0001_second"},
        {"idx": 7, "tag": "0007_été"},
    ]
    loaded = folder.load(with_journal(tmp_path, json.dumps({"entries": entries, "other": 1}, ensure_ascii=False)))
    assert loaded.entries == (FIRST, Entry(index=1, tag="0001_second", when=0), Entry(index=7, tag="0007_été", when=0))
    assert loaded.next("name", NOW).tag == "0008_name"
    assert loaded.snapshot_path(loaded.entries[-1]) == tmp_path / "meta" / "0007_snapshot.json"


@pytest.mark.parametrize(
    ("journal", "reason"),
    [
        ("[]", 'there is no list "entries" in it'),
        ("{}", 'there is no list "entries" in it'),
        ('{"entries": null}', 'there is no list "entries" in it'),
        ('{"entries": {"0": {}}}', 'there is no list "entries" in it'),
        ('{"entries": [{"tag": "0000_a"}, {"idx": 1}]}', 'entry 1 has no "tag"'),
        ('{"entries": [{"tag": 5}]}', 'entry 0 has no "tag"'),
        ('{"entries": ["0000_a"]}', 'entry 0 has no "tag"'),
        (
            '{"entries": [{"tag": "0000_a", "idx": "first"}]}',
            '"idx" and "when" of entry 0 (0000_a) must be whole numbers',
        ),
        (
            '{"entries": [{"tag": "0000_a", "when": "2026-01-01"}]}',
            '"idx" and "when" of entry 0 (0000_a) must be whole numbers',
        ),
        (b'{"entries": [{"tag": "\xff"}]}', "it is no text in UTF-8"),
    ],
)
def test_a_malformed_journal_is_refused_with_what_is_wrong(journal: str | bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(errors.JournalMalformed) as caught:
        folder.load(with_journal(tmp_path, journal))
    assert str(caught.value) == (
        f"{tmp_path}/meta/_journal.json: {reason}\n\n"
        'hint: an entry is {"idx": 0, "version": "7", "when": 1771714997015, "tag": "0000_name", "breakpoints": true}'
    )


def test_a_journal_with_a_merge_conflict_is_refused_where_it_is(tmp_path: Path) -> None:
    journal = '{\n  "entries": [\n<<<<<<< HEAD\n    {"tag": "0000_a"}\n=======\n  ]\n}\n'
    with pytest.raises(errors.JournalUnreadable) as caught:
        folder.load(with_journal(tmp_path, journal))
    assert str(caught.value) == (
        f"{tmp_path}/meta/_journal.json:3:1: the journal is not JSON: Expecting value\n\n"
        "hint: restore it from git, or where it is a merge that has stopped there, run `ccm-daemon rebase`; "
        "a new folder's\n"
        'journal is {"entries": []}'
    )


# -- reading a migration ---------------------------------------------------------------


def test_a_migration_is_known_by_the_hash_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "0000_first.sql").write_bytes("SELECT 'é';\r\n".encode())
    migration = folder.load(tmp_path).migration("0000_first")
    assert migration is not None
    assert migration.sql == "SELECT 'é';\r\n"
    assert migration.hash == sha256("SELECT 'é';\r\n".encode()).hexdigest()


def test_a_migration_without_a_file_is_none(tmp_path: Path) -> None:
    assert folder.load(tmp_path).migration("0000_first") is None


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "0000_first.sql").write_bytes(b"\xef\xbb\xbfSELECT 1;")
    migration = folder.load(tmp_path).migration("0000_first")
    assert migration is not None
    assert migration.sql == "SELECT 1;"
    assert migration.hash == sha256(b"\xef\xbb\xbfSELECT 1;").hexdigest()


@pytest.mark.parametrize(
    "content", [b"SELECT 1;\nSELECT '\xe9';\n", b"SELECT 1;\nSELECT\0 2;\n", b"\n" + "é".encode("utf-16")]
)
def test_a_file_in_another_encoding_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "0000_first.sql").write_bytes(content)
    with pytest.raises(errors.MigrationNotText) as caught:
        folder.load(tmp_path).migration("0000_first")
    assert str(caught.value) == (
        f"{tmp_path}/0000_first.sql:2: this is no text in UTF-8; nothing was done\n\n"
        "hint: save the file as UTF-8, without changing what it says"
    )


# -- writing ---------------------------------------------------------------------------


def test_a_migration_is_added(tmp_path: Path) -> None:
    path = tmp_path / "new" / "migrations"
    add(path, FIRST, "SELECT 'é';\n", '{"été": 1}\n')
    assert files(path) == {"0000_first.sql", "meta/0000_snapshot.json", "meta/_journal.json"}
    assert (path / "0000_first.sql").read_bytes() == "SELECT 'é';\n".encode()
    assert (path / "meta" / "0000_snapshot.json").read_bytes() == '{"été": 1}\n'.encode()
    assert json.loads((path / "meta" / "_journal.json").read_text()) == {
        "version": "7",
        "dialect": "postgresql",
        "entries": [
            {"idx": 0, "version": "7", "when": 1771714997015, "tag": "0000_first", "breakpoints": True},
        ],
    }


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    add(tmp_path, FIRST)
    written = add(tmp_path, SECOND)
    assert folder.load(tmp_path) == written
    assert written.entries == (FIRST, SECOND)
    assert written.next("name", NOW).index == 2


def test_a_migration_is_rewritten_in_its_place(tmp_path: Path) -> None:
    add(tmp_path, FIRST)
    add(tmp_path, SECOND, "SELECT 2;\n", '{"2": 0}\n')
    later = Entry(index=1, tag="0001_second", when=SECOND.when + 5)
    assert add(tmp_path, later, "SELECT 3;\n", '{"3": 0}\n').entries == (FIRST, later)
    assert (tmp_path / "0001_second.sql").read_text() == "SELECT 3;\n"
    assert (tmp_path / "meta" / "0001_snapshot.json").read_text() == '{"3": 0}\n'
    assert len(files(tmp_path)) == 5


def test_a_migration_is_removed(tmp_path: Path) -> None:
    add(tmp_path, FIRST)
    both = add(tmp_path, SECOND)
    assert folder.remove(both, SECOND).entries == (FIRST,)
    assert files(tmp_path) == {"0000_first.sql", "meta/0000_snapshot.json", "meta/_journal.json"}
    assert folder.load(tmp_path).entries == (FIRST,)


def test_what_is_half_removed_can_be_removed(tmp_path: Path) -> None:
    one = add(tmp_path, FIRST)
    (tmp_path / "0000_first.sql").unlink()
    assert folder.remove(one, FIRST).entries == ()
    assert files(tmp_path) == {"meta/_journal.json"}


# -- when others write too -------------------------------------------------------------


def test_what_others_have_written_into_the_journal_since_is_not_written_over(tmp_path: Path) -> None:
    read = add(tmp_path, FIRST)
    add(tmp_path, SECOND)
    before = files(tmp_path)
    with pytest.raises(folder.NotAsRead):
        folder.add(read, Entry(index=1, tag="0001_ours", when=1), "SELECT 3;", "{}")
    with pytest.raises(folder.NotAsRead):
        folder.remove(read, FIRST)
    assert files(tmp_path) == before
    assert folder.load(tmp_path).entries == (FIRST, SECOND)


def test_a_file_that_a_person_has_edited_since_is_not_written_over(tmp_path: Path) -> None:
    read = add(tmp_path, FIRST)
    (tmp_path / "0000_first.sql").write_text("-- mine\n")
    with pytest.raises(folder.NotAsRead):
        folder.add(read, FIRST, "SELECT 3;", "{}", over=folder.digest(b"SELECT 1;\n"))
    assert (tmp_path / "0000_first.sql").read_text() == "-- mine\n"


# -- when writing fails ----------------------------------------------------------------


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes: the operating system refuses the write, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_new_migration_whose_snapshot_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    add(tmp_path, FIRST)
    before = files(tmp_path)
    with full_disk(1000), pytest.raises(OSError, match="File too large"):
        add(tmp_path, SECOND, snapshot="x" * 2000)
    assert files(tmp_path) == before
    assert folder.load(tmp_path).entries == (FIRST,)


@pytest.mark.parametrize(("sql", "snapshot"), [("x" * 2000, "{}"), ("SELECT 2;", "x" * 2000)])
def test_a_migration_that_cannot_be_rewritten_is_as_it_was(sql: str, snapshot: str, tmp_path: Path) -> None:
    """File and snapshot stay together: the one never says more than the other."""
    add(tmp_path, FIRST)
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    with full_disk(1000), pytest.raises(OSError, match="File too large"):
        add(tmp_path, FIRST, sql, snapshot)
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before


def test_a_migration_exists_only_when_the_journal_says_so(tmp_path: Path) -> None:
    """Its file and snapshot are there already, and the next attempt takes their place."""
    add(tmp_path, FIRST)
    with full_disk(300), pytest.raises(OSError, match="File too large"):
        add(tmp_path, SECOND)
    assert folder.load(tmp_path).entries == (FIRST,)
    assert not [name for name in files(tmp_path) if Path(name).name.startswith("_") and "_journal.json" not in name]
    assert files(tmp_path) == {
        "0000_first.sql",
        "0001_second.sql",
        "meta/0000_snapshot.json",
        "meta/0001_snapshot.json",
        "meta/_journal.json",
    }
    assert add(tmp_path, SECOND).entries == (FIRST, SECOND)


def test_a_migration_that_cannot_be_taken_from_the_journal_stays_whole(tmp_path: Path) -> None:
    one = add(tmp_path, FIRST)
    with full_disk(10), pytest.raises(OSError, match="File too large"):
        folder.remove(one, FIRST)
    assert folder.load(tmp_path).entries == (FIRST,)
    assert files(tmp_path) == {"0000_first.sql", "meta/0000_snapshot.json", "meta/_journal.json"}
