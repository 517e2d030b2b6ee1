"""What the next migration starts from, whoever wrote the files and the snapshots before it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import postgres
from ccm_engine import errors, folder, head, shadow, snapshot
from ccm_engine.catalog import Catalog
from ccm_engine.shadow import Shadow
from ccm_engine.snapshot import Snapshot
from drizzle_folder import DrizzleFolder, column, table

USERS = table("users", column("id", "serial", primaryKey=True, notNull=True), column("name", "text"))
CREATE_USERS = 'CREATE TABLE "users" (\n\t"id" serial PRIMARY KEY NOT NULL,\n\t"name" text\n);\n'
ADD_AGE = 'ALTER TABLE "users" ADD COLUMN "age" integer;'
WITH_AGE = table("users", *USERS["columns"].values(), column("age", "integer"))  # type: ignore[attr-defined]
FUNCTION = "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';"


@pytest.fixture(scope="module")
async def server(server18: postgres.Server) -> AsyncIterator[Shadow]:
    async with shadow.opened(server18.url("postgres")) as opened:
        yield opened


@pytest.fixture
def drizzle(tmp_path: Path) -> DrizzleFolder:
    return DrizzleFolder(path=tmp_path)


async def found(drizzle: DrizzleFolder, server: Shadow) -> Snapshot | None:
    async def opened() -> Shadow:
        return server

    return await head.of(folder.load(drizzle.path), opened)


async def known(drizzle: DrizzleFolder, server: Shadow) -> Snapshot:
    head = await found(drizzle, server)
    assert head is not None
    assert head.doubt is None
    return head


def names(catalog: Catalog) -> set[str]:
    kinds = {"table", "column", "function"}
    return {".".join(key.path[1:]) for key in catalog.objects if key.kind in kinds}


async def continued(drizzle: DrizzleFolder, server: Shadow, tag: str, sql: str) -> Snapshot:
    """A migration of ours after what is there."""
    before = await known(drizzle, server)
    following = snapshot.following(before, await server.after(before.catalog, sql))
    drizzle.name(tag)
    (drizzle.path / f"{tag}.sql").write_text(sql)
    (drizzle.meta / f"{tag.partition('_')[0]}_snapshot.json").write_text(snapshot.dump(following))
    return following


# -- a folder that is in order -----------------------------------------------------------------


async def test_a_folder_without_migrations_has_none(drizzle: DrizzleFolder, server: Shadow) -> None:
    assert await found(drizzle, server) is None


async def test_the_files_of_drizzle_say_more_than_its_snapshot(drizzle: DrizzleFolder, server: Shadow) -> None:
    drizzle.add("0000_users", CREATE_USERS, USERS)
    drizzle.add("0001_custom", FUNCTION, USERS)
    newest = await known(drizzle, server)
    assert (newest.id, newest.previous) == ("id-of-0001", "id-of-0000")
    assert names(newest.catalog) == {"users", "users.id", "users.name", "f()"}


async def test_what_only_our_snapshot_knows_outlives_a_migration_of_drizzle(
    drizzle: DrizzleFolder, server: Shadow
) -> None:
    drizzle.add("0000_users", CREATE_USERS, USERS)
    await continued(drizzle, server, "0001_ours", FUNCTION)
    (drizzle.path / "0000_users.sql").unlink()  # nobody needs it any more
    drizzle.add("0002_theirs", ADD_AGE, WITH_AGE)
    newest = await known(drizzle, server)
    assert newest.id == "id-of-0002"
    assert names(newest.catalog) == {"users", "users.id", "users.name", "users.age", "f()"}


async def test_a_migration_without_a_snapshot_is_run_as_well(drizzle: DrizzleFolder, server: Shadow) -> None:
    drizzle.add("0000_users", CREATE_USERS, USERS)
    drizzle.name("0001_by_hand")
    (drizzle.path / "0001_by_hand.sql").write_text(ADD_AGE)
    newest = await known(drizzle, server)
    assert newest.id == "id-of-0000"
    assert "users.age" in names(newest.catalog)


async def test_our_newest_snapshot_needs_no_server(drizzle: DrizzleFolder, server: Shadow) -> None:
    drizzle.add("0000_users", CREATE_USERS, USERS)
    ours = await continued(drizzle, server, "0001_ours", ADD_AGE)

    async def none() -> Shadow:
        raise AssertionError

    assert await head.of(folder.load(drizzle.path), none) == ours


# -- a folder that is not ----------------------------------------------------------------------


async def test_where_files_are_missing_the_first_snapshot_after_them_is_believed(
    drizzle: DrizzleFolder, server: Shadow
) -> None:
    """And a file that was edited after it makes what production has, whatever its own snapshot says."""
    for number in range(8):
        drizzle.name(f"000{number}_gone")
    drizzle.add("0008_users", CREATE_USERS, USERS)
    drizzle.add("0009_age", ADD_AGE, table("users", column("edited", "text")))
    newest = await found(drizzle, server)
    assert newest is not None
    assert names(newest.catalog) == {"users", "users.id", "users.name", "users.age"}
    assert newest.doubt == (
        f"the migrations cannot be replayed from nothing: {drizzle.path}/0007_gone.sql does not exist; "
        "0008_snapshot.json is believed instead"
    )


async def test_a_migration_after_that_needs_no_snapshot(drizzle: DrizzleFolder, server: Shadow) -> None:
    drizzle.name("0000_gone")
    drizzle.add("0001_users", CREATE_USERS, USERS)
    drizzle.name("0002_by_hand")
    (drizzle.path / "0002_by_hand.sql").write_text(FUNCTION)
    newest = await found(drizzle, server)
    assert newest is not None
    assert names(newest.catalog) == {"users", "users.id", "users.name", "f()"}


async def test_where_a_file_does_not_run_it_is_named(drizzle: DrizzleFolder, server: Shadow) -> None:
    drizzle.add("0000_users", "-- lost\nCREATE TABLE users (id nonsense);", USERS)
    newest = await found(drizzle, server)
    assert newest is not None
    assert newest.doubt == (
        f'the migrations cannot be replayed from nothing: {drizzle.path}/0000_users.sql:2: type "nonsense" does not '
        "exist; 0000_snapshot.json is believed instead"
    )


async def test_without_files_and_snapshots_there_is_no_head(drizzle: DrizzleFolder, server: Shadow) -> None:
    drizzle.name("0000_gone")
    with pytest.raises(errors.HeadUnknown) as caught:
        await found(drizzle, server)
    assert str(caught.value) == (
        f"{drizzle.path}: what the migrations lead to cannot be told, not even by a snapshot: "
        f"{drizzle.path}/0000_gone.sql does not exist\n\n"
        "hint: restore the files from git, or remove from meta/_journal.json what is not there"
    )


async def test_a_snapshot_that_is_none_is_refused(drizzle: DrizzleFolder, server: Shadow) -> None:
    drizzle.add("0000_users", CREATE_USERS, USERS)
    (drizzle.meta / "0000_snapshot.json").write_text("<<<<<<< HEAD\n")
    with pytest.raises(errors.SnapshotUnreadable, match=r"0000_snapshot\.json: the snapshot cannot be used: line 1 is"):
        await found(drizzle, server)


async def test_what_postgres_does_not_have_is_refused_with_its_statement(
    drizzle: DrizzleFolder, server: Shadow
) -> None:
    drizzle.name("0000_gone")
    drizzle.add("0001_users", "", table("users", column("name", "nonsense")))
    with pytest.raises(errors.SnapshotRefused) as caught:
        await found(drizzle, server)
    assert f'{drizzle.meta}/0001_snapshot.json: Postgres refuses what this snapshot describes: type "nonsense"' in str(
        caught.value
    )


# -- Drizzle's spelling ------------------------------------------------------------------------

PRICES = table(
    "prices",
    column("euros", "numeric", default="0"),
    checkConstraints={"positive": {"name": "positive", "value": '"prices"."euros" > 0'}},
)
CREATE_PRICES = (
    'CREATE TABLE "prices" (\n\t"euros" numeric DEFAULT 0,\n\tCONSTRAINT "positive" CHECK ("prices"."euros" > 0)\n);\n'
)


async def test_what_we_do_not_touch_keeps_the_spelling_that_drizzle_gave_it(
    drizzle: DrizzleFolder, server: Shadow
) -> None:
    existing = {"public.v": {"columns": {}, "name": "v", "schema": "public", "isExisting": True, "materialized": False}}
    drizzle.add("0000_prices", CREATE_PRICES, PRICES, views=existing)
    add = 'ALTER TABLE "prices" ADD COLUMN "note" text;CREATE TABLE "other" ("id" integer PRIMARY KEY);'
    await continued(drizzle, server, "0001_ours", add)
    written = json.loads((drizzle.meta / "0001_snapshot.json").read_text())
    prices = written["tables"]["public.prices"]
    assert prices["columns"]["euros"] == PRICES["columns"]["euros"]  # type: ignore[index]
    assert prices["columns"]["note"] == column("note", "text")
    assert prices["checkConstraints"] == PRICES["checkConstraints"]
    assert list(written["tables"]) == ["public.other", "public.prices"]
    assert written["views"] == existing
    assert (written["prevId"], written["version"]) == ("id-of-0000", "7")
