"""The folder and the database, side by side: what is pending, and what does not fit together."""

from pathlib import Path

import pytest

from ccm_deploy import environment
from ccm_deploy.pending import Files, check, compare
from ccm_engine import errors
from ccm_engine.folder import Folder, Migration
from deployment import Deployment


def migration(tag: str, hash_: str = "1") -> Migration:
    return Migration(tag=tag, path=Path(f"{tag}.sql"), sql="", hash=hash_)


FILES = {"a": migration("a"), "b": migration("b"), "c": None}


@pytest.mark.parametrize(
    ("applied", "pending", "missing", "edited", "newer"),
    [
        ({}, ["a", "b"], ["c"], [], []),
        ({"a": "1"}, ["b"], ["c"], [], []),
        ({"b": "1"}, ["a"], ["c"], [], []),  # late, never skipped
        ({"a": "1", "b": "1", "c": "1"}, [], [], [], []),
        ({"a": "", "b": "2", "c": "9"}, [], [], ["b"], []),  # an empty hash is unknown
        ({"a": "1", "b": "1", "c": "", "z": ""}, [], [], [], ["z"]),
    ],
)
def test_pending_is_what_the_database_does_not_have(
    applied: dict[str, str], pending: list[str], missing: list[str], edited: list[str], newer: list[str]
) -> None:
    history = compare(FILES, applied)
    assert [migration.tag for migration in history.pending] == pending
    assert list(history.missing) == missing
    assert [change.migration.tag for change in history.edited] == edited
    assert list(history.newer) == newer


def test_a_history_that_fits_is_accepted() -> None:
    history = compare({"a": migration("a"), "b": migration("b")}, {"a": "1", "z": ""})
    check(history, Files(folder=Folder(path=Path(), entries=()), by_tag={}), environment.read({}))


def test_a_history_with_a_hole_is_refused() -> None:
    history = compare({"a": None, "b": migration("b")}, {})
    with pytest.raises(errors.MigrationMissing, match=r"the journal names a, .* migrations/a.sql does not exist"):
        check(history, Files(folder=Folder(path=Path("migrations"), entries=()), by_tag={}), environment.read({}))


def test_an_applied_file_that_was_edited_is_refused_with_both_hashes(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.write("0001_second", "CREATE TABLE b ();")
    deployment.deploy()
    before = deployment.sql("SELECT hash FROM __drizzle_migrations WHERE id = '0000_first'")
    path = deployment.write("0000_first", "CREATE TABLE other ();")
    after = deployment.sql(f"SELECT encode(sha256('{path.read_text()}'), 'hex')")
    deployment.write("0002_third", "CREATE TABLE c ();")
    done = deployment.deploy()
    assert done.returncode == 7
    assert f"migrations/0000_first.sql: applied as {before}, the file is now {after}" in done.stderr
    assert deployment.applied() == ["0000_first", "0001_second"]


def test_a_file_that_vanished_matters_only_while_it_is_pending(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();").unlink()
    done = deployment.deploy()
    assert done.returncode == 7
    assert "migrations/0000_first.sql does not exist" in done.stderr
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    (deployment.home / "migrations" / "0000_first.sql").unlink()
    assert deployment.deploy().returncode == 0


def test_hashes_that_the_former_runner_left_empty_are_accepted(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.sql("""
        CREATE TABLE __drizzle_migrations (
            id text PRIMARY KEY, hash text NOT NULL DEFAULT '', created_at timestamptz NOT NULL DEFAULT now()
        );
        INSERT INTO __drizzle_migrations (id) VALUES ('0000_first');
    """)
    done = deployment.deploy()
    assert done.returncode == 0
    assert "nothing is pending, 1 are applied" in done.stderr


def test_odd_tags_are_read_as_they_are(deployment: Deployment) -> None:
    tag = '0000_back\\slash "quote" café\u2028'
    deployment.write(tag, "CREATE TABLE a ();")
    assert deployment.deploy().returncode == 0
    done = deployment.deploy()
    assert "nothing is pending, 1 are applied" in done.stderr, done.stderr


def test_a_folder_without_a_journal_is_an_error(deployment: Deployment) -> None:
    """An image into which nobody copied the migrations must not start its application."""
    done = deployment.deploy(CCM_OUT="elsewhere")
    assert done.returncode == 2
    assert "elsewhere/meta/_journal.json does not exist" in done.stderr


def test_an_empty_journal_is_none(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    (deployment.home / "migrations" / "meta" / "_journal.json").write_text('{"entries": []}')
    done = deployment.deploy()
    assert done.returncode == 0
    assert "nothing is pending, 0 are applied" in done.stderr
