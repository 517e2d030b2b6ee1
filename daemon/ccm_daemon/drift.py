"""Which objects of a database are not as its newest migration left them, by the snapshot beside that."""

from functools import lru_cache
from pathlib import Path

from ccm_deploy.connect import Connection
from ccm_deploy.pending import Files, History
from ccm_engine import errors, snapshot
from ccm_engine.catalog import Catalog
from ccm_engine.folder import Entry
from ccm_engine.kinds import OPT_IN
from ccm_engine.read import read
from ccm_engine.versions import alike


async def drift(connection: Connection, migrations: Files, history: History) -> tuple[str, ...] | None:
    """Their kinds and names; None where no snapshot says what the database should hold.

    That is one that only Drizzle Kit wrote, and that of a database which has not just the first so many migrations of
    the folder.
    """
    newest = _newest(migrations, history)
    if newest is None or not snapshot.is_ours(path := migrations.folder.snapshot_path(newest)):
        return None
    try:
        wanted = _wanted(path)
    except errors.SnapshotUnreadable:
        return None
    include = OPT_IN.intersection(key.kind for key in wanted.objects)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        found, wanted = alike(await read(connection, include), wanted)
    keys = found.objects.keys() | wanted.objects.keys()
    return tuple(sorted(str(key) for key in keys if found.objects.get(key) != wanted.objects.get(key)))


def _newest(migrations: Files, history: History) -> Entry | None:
    applied, entries = set(history.applied), migrations.folder.entries
    if not applied or applied != {entry.tag for entry in entries[: len(applied)]}:
        return None
    return entries[len(applied) - 1]


@lru_cache(maxsize=1)
def _wanted(path: Path) -> Catalog:
    return snapshot.load(path).catalog
