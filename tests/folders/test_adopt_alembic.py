"""A database that Alembic has migrated goes on with the migrations that were imported from its revisions."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

import alembics
from alembics import Revision
from deployment import COMMAND, Deployment

HISTORY = [
    Revision(id=id_, down=down, message=id_, upgrade=f'op.create_table("{id_}", sa.Column("a", sa.Integer))')
    for id_, down in {
        "root": (),
        "left1": ("root",),
        "left2": ("left1",),
        "right1": ("root",),
        "right2": ("right1",),
        "merge": ("left2", "right2"),
        "last": ("merge",),
    }.items()
]
ALL = {revision.id for revision in HISTORY}


@pytest.fixture
def imported(deployment: Deployment) -> Deployment:
    """A folder that was imported from these revisions, each of which makes a table of its name."""
    write(deployment, HISTORY)
    return deployment


def write(deployment: Deployment, revisions: Sequence[Revision], **where: str) -> None:
    for number, revision in enumerate(revisions):
        deployment.write(
            tag(number, revision.id), f"-- Alembic revision {revision.id}\nCREATE TABLE {revision.id} (a int);\n"
        )
    journal = deployment.home / "migrations" / "meta" / "_journal.json"
    entries = json.loads(journal.read_text())["entries"]
    for entry, revision in zip(entries, revisions, strict=False):
        entry["alembic"] = {"revision": revision.id, "down": list(revision.down), **where}
    journal.write_text(json.dumps({"entries": entries}))


def tag(number: int, revision: str) -> str:
    return f"{number:04}_{revision}"


def by_status(deployment: Deployment, status: str) -> set[str]:
    """The revisions of that status in the ledger."""
    query = f"SELECT split_part(migration, '_', 2) FROM __ccm_runs WHERE status = '{status}'"
    return set(deployment.sql(query).split())


AT = {
    "the end": (("last",), ALL),
    "the merge": (("merge",), ALL - {"last"}),
    "the middle of a branch": (("left1",), {"root", "left1"}),
    "one of two branches": (("right2",), {"root", "right1", "right2"}),
    "two heads": (("left2", "right1"), {"root", "left1", "left2", "right1"}),
    "the first": (("root",), {"root"}),
}


@pytest.mark.parametrize(("revisions", "adopted"), AT.values(), ids=AT)
def test_what_alembic_has_applied_is_adopted_and_the_rest_applied(
    imported: Deployment, revisions: tuple[str, ...], adopted: set[str]
) -> None:
    alembics.write(imported.home, HISTORY)
    alembics.upgrade(imported.home, imported.url, *revisions)
    before = imported.sql("SELECT version_num FROM alembic_version ORDER BY 1")
    done = imported.deploy()
    assert done.returncode == 0, done.stderr
    tags = ", ".join(tag(number, revision.id) for number, revision in enumerate(HISTORY) if revision.id in adopted)
    assert f"adopted from public.alembic_version, which has applied them: {tags}" in done.stderr
    assert by_status(imported, "adopted") == adopted
    assert by_status(imported, "applied") == ALL - adopted
    assert imported.sql("SELECT version_num FROM alembic_version ORDER BY 1") == before
    again = imported.deploy()
    assert (again.returncode, len(imported.applied())) == (0, len(ALL))


NOTHING = {
    "an empty table of Alembic's": "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
    "no table of Alembic's": "SELECT",
}


@pytest.mark.parametrize("sql", NOTHING.values(), ids=NOTHING)
def test_where_alembic_has_applied_nothing_all_is_applied(imported: Deployment, sql: str) -> None:
    imported.sql(sql)
    done = imported.deploy()
    assert done.returncode == 0, done.stderr
    assert "adopted" not in done.stderr
    assert by_status(imported, "applied") == ALL


def test_a_revision_that_the_folder_does_not_know_is_refused(imported: Deployment) -> None:
    imported.sql(
        "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('left1'), ('new')"
    )
    done = imported.deploy()
    assert done.returncode == 7
    assert (
        "the database is at revision new, as public.alembic_version says, and no migration of the folder comes from "
        "that\n\nhint: bring it to one that was imported (alembic upgrade last), or import the history anew"
    ) in done.stderr
    assert imported.applied() == []
    assert imported.sql("SELECT to_regclass('root') IS NULL") == "t"


def test_the_table_may_be_elsewhere(deployment: Deployment) -> None:
    write(deployment, HISTORY[:2], schema="app", table='My "versions"')
    table = 'app."My ""versions"""'
    deployment.sql(f"CREATE SCHEMA app; CREATE TABLE {table} (version_num text); INSERT INTO {table} VALUES ('root')")
    done = deployment.deploy()
    assert 'adopted from app.My "versions", which has applied them: 0000_root' in done.stderr
    assert deployment.attempts() == ["0000_root adopted 0/0", "0001_left1 applied 1/1"]


def test_a_table_that_cannot_be_read_is_named(imported: Deployment) -> None:
    imported.sql("CREATE TABLE alembic_version (other text)")
    done = imported.deploy()
    assert done.returncode == 2
    assert '"public"."alembic_version"' in done.stderr.partition("error: ")[2].splitlines()[0]
    assert 'column "version_num" does not exist' in done.stderr
    assert imported.applied() == []


def test_what_is_added_later_does_not_ask_alembic_again(imported: Deployment) -> None:
    imported.deploy()
    imported.sql("CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('unknown')")
    imported.write("0007_ours", "CREATE TABLE ours ();")
    done = imported.deploy()
    assert (done.returncode, imported.applied()[-1]) == (0, "0007_ours"), done.stderr


def test_an_entry_that_somebody_else_has_written_means_nothing(deployment: Deployment) -> None:
    deployment.write("0000_m", "CREATE TABLE m ();")
    journal = deployment.home / "migrations" / "meta" / "_journal.json"
    for odd in ("yes", {"revision": 1, "down": []}, {"revision": "a"}, None):
        entries = json.loads(journal.read_text())["entries"]
        entries[0]["alembic"] = odd
        journal.write_text(json.dumps({"entries": entries}))
        done = deployment.deploy()
        assert done.returncode == 0, done.stderr


def test_a_pod_with_nothing_pending_does_not_even_load_it(imported: Deployment) -> None:
    imported.deploy()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", COMMAND, "deploy"],
        env=imported.environ(), cwd=imported.home, text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert "ccm_deploy.deploy" in done.stderr
    assert "ccm_deploy.alembic" not in done.stderr
