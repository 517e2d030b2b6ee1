"""The migrations folder and the database, side by side."""

import logging
from collections.abc import Sequence
from pathlib import Path

from ccm_deploy import ledger, pending
from ccm_deploy.connect import Connection
from ccm_deploy.gate import Target
from ccm_deploy.pending import Files, History
from ccm_engine import errors, folder

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
    return pending.compare(migrations.by_tag, await ledger.applied(connection))


def announce(target: Target) -> None:
    """The first line of a run."""
    log.info("target: %s", target, extra={"event": "target", "target": str(target)})


def report(history: History, applied: Sequence[str]) -> None:
    """The last lines of a run that went well, with what it applied."""
    if history.unknown:
        log.warning(
            "the database has migrations that this folder does not, so this is an older version of it: %s",
            ", ".join(history.unknown),
            extra={"event": "migrations_unknown", "migrations": history.unknown},
        )
    if applied:
        log.info(
            "done, %d applied, nothing is pending", len(applied), extra={"event": "applied", "migrations": applied}
        )
    else:
        log.info("nothing is pending, %d are applied", len(history.applied), extra={"event": "up_to_date"})
