"""Which migrations are pending: those of the folder that the database does not have, by id and hash.

Never by comparing with the highest one applied: a branch that is merged late brings migrations that are older
than what has run, and they have to run too.

What only the database knows is *newer*, a step that a later version of the folder has, or has *vanished* from it. The
number says which: a tag whose number (what stands before its first `_`) is greater than all of the folder is newer.
Where one side has no number, it is the place: newer is what was applied after all that the folder knows.

Of two releases that run side by side, the older uses what the newer has no need of. A migration that takes that away
says so (`-- ccm: contract`), is withheld while CCM_PHASE is expand, and is never late.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ccm_deploy.environment import Environment
from ccm_engine import errors
from ccm_engine.folder import Folder, Migration, digest
from ccm_engine.language import translated as _
from ccm_engine.value import value

UNKNOWN = ""  # the hash that Concordia's own runner recorded
BYTE_ORDER_MARK = "\ufeff"


@value
class Edited:
    """A migration whose file is no longer what was applied."""

    migration: Migration
    applied_hash: str

    def __str__(self) -> str:
        text = _("{path}: applied as {applied}, the file is now {now}")
        return text.format(path=self.migration.path, applied=self.applied_hash, now=self.migration.hash)


@value
class Late:
    """A pending migration that comes in the folder before others that are applied, `after` being the last of these."""

    migration: Migration
    after: str

    def __str__(self) -> str:
        text = _("{tag} is not applied, and {after}, which comes after it, is")
        return text.format(tag=self.migration.tag, after=self.after)


@value
class History:
    """The folder and the database, side by side; the folder's are in its order, the database's as they were applied."""

    applied: tuple[str, ...]
    pending: tuple[Migration, ...]
    missing: tuple[str, ...]
    """Tags in the journal that are neither applied nor there as a file."""
    edited: tuple[Edited, ...]
    late: tuple[Late, ...]
    """Some of the pending."""
    vanished: tuple[str, ...]
    """Applied tags that have no file any more."""
    newer: tuple[str, ...]
    """Applied tags that come after everything in the folder."""
    contracted: tuple[str, ...] = ()
    """Some of the newer: what they took away, an application as old as the folder may use."""
    withheld: tuple[str, ...] = ()
    """What would be pending in another phase."""


@value
class Files:
    """The migrations folder, read: the journal's tags, in order, with their files, None where there is no file."""

    folder: Folder
    by_tag: Mapping[str, Migration | None]


def read(folder: Folder) -> Files:
    """Read each file that the journal names. Raises `MigrationNotText`."""
    return Files(
        folder=folder, by_tag={entry.tag: folder.migration(entry.tag, when=entry.when) for entry in folder.entries}
    )


def compare(migrations: Mapping[str, Migration | None], applied: Mapping[str, str]) -> History:
    """`migrations` as in `Files`, `applied` as in `ledger.Seen`."""
    there = [migration for migration in migrations.values() if migration is not None]
    pending = tuple(migration for migration in there if migration.tag not in applied)
    newer = tuple(_newer(migrations, applied))
    return History(
        applied=tuple(applied),
        pending=pending,
        missing=tuple(tag for tag, migration in migrations.items() if migration is None and tag not in applied),
        edited=tuple(_edited(there, applied)),
        late=tuple(_late(pending, [tag for tag in migrations if tag in applied], list(migrations))) if pending else (),
        vanished=tuple(tag for tag in applied if migrations.get(tag) is None and tag not in newer),
        newer=newer,
    )


def is_known_as(migration: Migration, recorded: str) -> bool:
    """Whether the hash is that of the file, of whichever line endings git or an editor has given it."""
    return recorded == migration.hash or recorded in hashes(migration)


def hashes(migration: Migration) -> Iterator[str]:
    """How else the same text may be known: with other line endings, with and without a byte order mark."""
    lines = migration.sql.replace("\r\n", "\n")
    for text in (lines, lines.replace("\n", "\r\n")):
        for mark in ("", BYTE_ORDER_MARK):
            yield digest((mark + text).encode())


def _edited(migrations: Iterable[Migration], applied: Mapping[str, str]) -> Iterator[Edited]:
    for migration in migrations:
        recorded = applied.get(migration.tag, UNKNOWN)
        if recorded != UNKNOWN and not is_known_as(migration, recorded):
            yield Edited(migration=migration, applied_hash=recorded)


def _late(pending: Iterable[Migration], applied: list[str], order: list[str]) -> Iterator[Late]:
    """`applied` are those of the folder, `order` are all of them."""
    if not applied:
        return
    place = {tag: index for index, tag in enumerate(order)}
    last = applied[-1]
    for migration in pending:
        if place[migration.tag] < place[last] and not migration.contracts:
            yield Late(migration=migration, after=last)


def _newer(migrations: Mapping[str, Migration | None], applied: Mapping[str, str]) -> Iterator[str]:
    unknown = [tag for tag in applied if tag not in migrations]
    if not unknown:
        return
    newest = max((number for number in map(_number, migrations) if number is not None), default=None)
    place = {tag: index for index, tag in enumerate(applied)}
    last = max((index for tag, index in place.items() if tag in migrations), default=-1)
    for tag in unknown:
        number = _number(tag)
        if place[tag] > last if number is None or newest is None else number > newest:
            yield tag


def _number(tag: str) -> int | None:
    prefix = tag.partition("_")[0]
    return int(prefix) if prefix.isascii() and prefix.isdecimal() else None


def withhold(history: History, environment: Environment) -> History:
    """Without what waits for another phase."""
    if not environment.contracts_wait:
        return history
    withheld = tuple(migration.tag for migration in history.pending if migration.contracts)
    pending = tuple(migration for migration in history.pending if migration.tag not in withheld)
    return replace(history, pending=pending, withheld=withheld)


def check(history: History, files: Files, environment: Environment) -> None:
    """Nothing is applied on top of a history that does not fit.

    Raises `MigrationsEdited`, `MigrationMissing`, and where the environment refuses them `MigrationsLate`,
    `DatabaseNewer` and `DatabaseContracted`.
    """
    if history.edited:
        first = history.edited[0].migration.tag
        raise errors.MigrationsEdited(listing="\n".join(map(str, history.edited)), first=first)
    for tag in history.missing:
        raise errors.MigrationMissing(tag=tag, path=str(files.folder.sql_path(tag)))
    if history.late and environment.late_refused:
        raise errors.MigrationsLate(listing="\n".join(map(str, history.late)))
    if history.newer and environment.newer_refused:
        raise errors.DatabaseNewer(listing="\n".join(history.newer))
    if history.contracted and environment.newer_refused is None:
        raise errors.DatabaseContracted(listing="\n".join(history.contracted))
