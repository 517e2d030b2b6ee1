"""Which migrations are pending: those of the folder that the database does not have, by id and hash.

Never by comparing with the highest one applied: a branch that is merged late brings migrations that are older
than what has run, and they have to run too.
"""

from collections.abc import Iterable, Mapping

from ccm_engine import errors
from ccm_engine.folder import Folder, Migration
from ccm_engine.value import value

UNKNOWN = ""  # the hash that Concordia's own runner recorded


@value
class Edited:
    """A migration whose file is no longer what was applied."""

    migration: Migration
    applied_hash: str

    def __str__(self) -> str:
        return f"{self.migration.path}: applied as {self.applied_hash}, the file is now {self.migration.hash}"


@value
class History:
    """The folder and the database, side by side; the folder's are in its order."""

    applied: tuple[str, ...]
    pending: tuple[Migration, ...]
    missing: tuple[str, ...]
    """Tags in the journal that are neither applied nor there as a file."""
    edited: tuple[Edited, ...]
    unknown: tuple[str, ...]
    """Tags that only the database knows."""


@value
class Files:
    """The migrations folder, read: the journal's tags, in order, with their files, None where there is no file."""

    folder: Folder
    by_tag: Mapping[str, Migration | None]


def read(folder: Folder) -> Files:
    """Read each file that the journal names. Raises `MigrationNotText`."""
    return Files(folder=folder, by_tag={entry.tag: folder.migration(entry.tag) for entry in folder.entries})


def compare(migrations: Mapping[str, Migration | None], applied: Mapping[str, str]) -> History:
    """`migrations` as in `Files`, `applied` as from `ledger.applied`."""
    there = [migration for migration in migrations.values() if migration is not None]
    return History(
        applied=tuple(applied),
        pending=tuple(migration for migration in there if migration.tag not in applied),
        missing=tuple(tag for tag, migration in migrations.items() if migration is None and tag not in applied),
        edited=tuple(_edited(there, applied)),
        unknown=tuple(tag for tag in applied if tag not in migrations),
    )


def _edited(migrations: Iterable[Migration], applied: Mapping[str, str]) -> Iterable[Edited]:
    for migration in migrations:
        recorded = applied.get(migration.tag, UNKNOWN)
        if recorded not in {UNKNOWN, migration.hash}:
            yield Edited(migration=migration, applied_hash=recorded)


def check(history: History, files: Files) -> None:
    """Raises `MigrationsEdited` and `MigrationMissing`: nothing is applied on top of a history that does not fit."""
    if history.edited:
        raise errors.MigrationsEdited(listing="\n".join(map(str, history.edited)))
    for tag in history.missing:
        raise errors.MigrationMissing(tag=tag, path=str(files.folder.sql_path(tag)))
