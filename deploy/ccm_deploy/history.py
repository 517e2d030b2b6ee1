"""The migrations folder and the database, side by side."""

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ccm_deploy import ledger, pending, suitable
from ccm_deploy.connect import Connection
from ccm_deploy.gate import Target
from ccm_deploy.ledger import Seen
from ccm_deploy.pending import Files, History
from ccm_engine import errors, folder, url
from ccm_engine.url import Url

log = logging.getLogger(__name__)


def files(out: Path) -> Files:
    """Read the migrations folder, once for a whole run.

    Raises `FolderMissing`, `JournalUnreadable`, `JournalMalformed` and `MigrationNotText`.
    """
    found = folder.load(out)
    if not found.entries and not (out / "meta" / "_journal.json").exists():
        raise errors.FolderMissing(path=str(out))
    return pending.read(found)


async def read(connection: Connection, migrations: Files) -> History:
    """What is applied and what is pending. Raises `TrackingRefused`."""
    return await _compared(connection, migrations, await ledger.seen(connection))


async def read_to_act(connection: Connection, url: Url, migrations: Files) -> History:
    """The same, in a session to migrate in. Raises `TrackingRefused`, `StandbyRefused` and `PoolerRefused` as well."""
    seen = await ledger.seen(connection)
    await suitable.check(connection, url, seen)
    return await _compared(connection, migrations, seen)


async def _compared(connection: Connection, migrations: Files, seen: Seen) -> History:
    found = pending.compare(migrations.by_tag, seen.applied)
    return replace(found, contracted=await ledger.contracted(connection, found.newer)) if found.newer else found


def announce(target: Target) -> None:
    """The first line of a run."""
    log.info("target: %s", target, extra={"event": "target", "target": str(target)})
    if target.production and not url.is_verified(target.url, os.environ.get("PGSSLMODE")):
        log.warning(
            "whoever answers at that address is believed to be the database; sslmode=verify-full in %s makes sure",
            target.url.variable,
            extra={"event": "server_not_verified"},
        )


def announce_late(history: History) -> None:
    """What is about to be applied although what comes after it was applied before."""
    for late in history.late:
        extra = {"event": "migration_late", "migration": late.migration.tag, "after": late.after}
        log.warning("late: %s; it is applied now (CCM_OUT_OF_ORDER=refuse would refuse it)", late, extra=extra)


def is_complete(history: History) -> None:
    """Nothing of the folder is left after a run. Raises `RunIncomplete`: that must never look like a success."""
    if history.pending:
        tags = ", ".join(migration.tag for migration in history.pending)
        raise errors.RunIncomplete(tags=tags, table=ledger.TRACKING)


def report(history: History, applied: Sequence[str]) -> None:
    """The last lines of a run that went well, with what it applied."""
    if history.newer:
        log.warning(
            "the database is newer than this folder, which must be an older version of it; only the database has: %s",
            ", ".join(history.newer),
            extra={"event": "database_newer", "migrations": history.newer},
        )
    if history.vanished:
        log.warning(
            "migrations are applied whose files are gone, so that the folder alone does not make the schema: %s",
            ", ".join(history.vanished),
            extra={"event": "migrations_vanished", "migrations": history.vanished},
        )
    if history.withheld:
        log.info(
            "withheld until CCM_PHASE=all, for an older version may use what they take away: %s",
            ", ".join(history.withheld),
            extra={"event": "migrations_withheld", "migrations": history.withheld},
        )
    if applied:
        log.info(
            "done, %d applied, nothing is pending", len(applied), extra={"event": "applied", "migrations": applied}
        )
    else:
        log.info("nothing is pending, %d are applied", len(history.applied), extra={"event": "up_to_date"})
