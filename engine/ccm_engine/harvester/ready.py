"""What of a `MetaData` can be compiled before the rest of the project is imported, and whether that holds then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypeAlias

from sqlalchemy import MetaData, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import NullType

from ccm_engine.harvester import ddl, metadata
from ccm_engine.harvester.ddl import Recorded
from ccm_engine.harvester.wire import Rename

Signature: TypeAlias = tuple[object, ...]

_OF_TABLE = attrgetter("name", "schema", "comment")
_OF_COLUMN = attrgetter("name", "type", "nullable", "primary_key", "server_default", "computed", "identity", "comment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Statements, and the tables that they create, each as it was then."""

    recorded: tuple[Recorded, ...] = ()
    tables: Mapping[Table, Signature] = field(default_factory=dict[Table, Signature])
    renames: tuple[Rename, ...] = ()

    def holds(self, found: Iterable[MetaData]) -> bool:
        """Whether compiling now would come to the same: nobody listens, and nobody has changed a table since."""
        return not any(map(_is_listened_to, found)) and all(
            signature(table) == before for table, before in self.tables.items()
        )

    def others(self, found: MetaData) -> list[Table]:
        """The tables that are still to be compiled."""
        return [table for table in found.tables.values() if table not in self.tables]


def ready(found: Iterable[MetaData], major: int) -> Ready:
    """What does not refer to anything that is still to come."""
    recorder, tables = ddl.Recorder(major), dict[Table, Signature]()
    for each in found:
        if _is_listened_to(each):
            continue
        complete = [table for table in each.tables.values() if _is_complete(table)]
        try:
            recorder.create(each, complete)
        except (SQLAlchemyError, TypeError, ValueError, AttributeError):
            continue  # whoever imports the rest meets it again, and says it
        tables.update((table, signature(table)) for table in complete)
    return Ready(recorded=tuple(recorder.recorded), tables=tables, renames=tuple(metadata.renames(tables)))


def signature(table: Table) -> Signature:
    """What is another if somebody changes the table from outside; its objects are the same as long as they live."""
    columns = tuple(map(_OF_COLUMN, table.columns.values()))
    return (*_OF_TABLE(table), frozenset(table.constraints), frozenset(table.indexes), columns)


def _is_complete(table: Table) -> bool:
    try:
        targets = [key.column for key in table.foreign_keys]
    except SQLAlchemyError:
        return False
    return not any(isinstance(column.type, NullType) for column in (*table.columns, *targets))


def _is_listened_to(metadata: MetaData) -> bool:
    """Whether somebody adds to what is created, who may look at more than one table."""
    listeners = (*metadata.dispatch.before_create, *metadata.dispatch.after_create)
    return any(not _is_sqlalchemys(listener) for listener in listeners)


def _is_sqlalchemys(listener: object) -> bool:
    return str(getattr(listener, "__module__", "")).startswith("sqlalchemy.")
