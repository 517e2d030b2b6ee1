"""A `MetaData` → the statements that `create_all()` would send to an empty PostgreSQL database.

SQLAlchemy itself decides what is created and in which order, fires the events, and compiles. Instead of a connection
it is given a `Recorder`. The dialect is asyncpg's: it is the one that does not double percent signs for its driver.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from sqlalchemy import DDL, ClauseElement, FunctionElement, Insert, MetaData, Table, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.schema import AddConstraint, CreateIndex, ExecutableDDLElement, SetConstraintComment

from ccm_engine import sql

# SQLAlchemy keeps these in sets, so that their order differs from run to run; each is independent of its likes.
_UNORDERED = (AddConstraint, CreateIndex, SetConstraintComment)

_VIRTUAL_COLUMNS = 18  # the first major version that has them

_CREATE_SCHEMA = re.compile(
    r'\bCREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:AUTHORIZATION\s+)?(?:"((?:[^"]|"")+)"|(\w+))', re.IGNORECASE
)


class _Dialect(PGDialect_asyncpg):
    """What SQLAlchemy finds out from a server with the default settings."""

    _backslash_escapes = False  # `standard_conforming_strings` is on; SQLAlchemy 2.0 supposes that it is off


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A statement that was executed, and what it was compiled from."""

    text: str
    origin: object

    @property
    def creates(self) -> bool:
        """Whether SQLAlchemy made it for an object of the schema; otherwise it is the user's own text."""
        return isinstance(self.origin, ExecutableDDLElement) and not isinstance(self.origin, DDL)


class Recorder(MockConnection):
    """A connection without a database: it keeps, compiled, what is executed on it."""

    def __init__(self, major: int, recorded: Sequence[Recorded] = ()) -> None:
        super().__init__(_dialect(major), self._record)
        self.recorded: list[Recorded] = [*recorded]
        self._compiling: object = None

    def create(self, metadata: MetaData, tables: Sequence[Table] | None = None) -> None:
        """All of it, or only these tables with what they use.

        What was created earlier in the same words (a type that two `MetaData` use) is there already.
        """
        earlier = self.recorded
        there = {each.text for each in earlier if each.creates}
        self.recorded = []
        metadata.create_all(self, tables=tables, checkfirst=False)
        self.recorded = [*earlier, *(each for each in self.recorded if not each.creates or each.text not in there)]

    def table(self) -> Table | None:
        """The table, or that of the column, index or constraint, whose statement could not be compiled."""
        element = getattr(self._compiling, "element", None)
        table = getattr(element, "table", element)
        return cast("Table", table) if isinstance(table, Table) else None

    def exec_driver_sql(self, statement: str) -> None:
        """Called by the user's listeners."""
        self.recorded.append(Recorded(text=statement.strip(), origin=statement))

    def _record(
        self, executed: ClauseElement, parameters: Mapping[str, object] | Sequence[Mapping[str, object]] | None
    ) -> None:
        for statement in _with_parameters(executed, parameters):
            self._compiling = statement
            literal = {} if isinstance(statement, ExecutableDDLElement) else {"literal_binds": True}
            text = str(statement.compile(dialect=self.dialect, compile_kwargs=literal))
            self.recorded.append(Recorded(text=text.strip(), origin=statement))
        self._compiling = None


def statements(recorded: Sequence[Recorded]) -> tuple[str, ...]:
    """What was recorded in an order that is the same in every run, after the schemas that it needs.

    `create_all()` does not create schemas: they are created here, but for those that the user's own events create.
    """
    own = {name for each in recorded for name in _schemas_created(each.text)}
    used = dict.fromkeys(schema for each in recorded if (schema := _schema(each.origin)))
    needed = (schema for schema in used if schema not in own and schema != "public" and not schema.startswith("pg_"))
    return (*(f"CREATE SCHEMA IF NOT EXISTS {sql.quote(schema)}" for schema in needed), *_in_order(recorded))


def _dialect(major: int) -> _Dialect:
    dialect = _Dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects have no annotations
    dialect.default_schema_name = "public"
    dialect.server_version_info = (major, 0)
    dialect.supports_virtual_generated_columns = major >= _VIRTUAL_COLUMNS
    return dialect


def _in_order(recorded: Iterable[Recorded]) -> Iterator[str]:
    for kind, run in groupby(recorded, key=lambda each: type(each.origin)):
        texts = [each.text for each in run]
        yield from sorted(texts) if kind in _UNORDERED else texts


def _schema(origin: object) -> str | None:
    """The schema of the table, type or sequence that a statement creates."""
    schema = getattr(getattr(origin, "element", None), "schema", None)
    return schema if isinstance(schema, str) else None


def _schemas_created(text: str) -> Iterator[str]:
    for quoted, plain in _CREATE_SCHEMA.findall(text):
        yield quoted.replace('""', '"') or plain.lower()


def _with_parameters(
    executed: ClauseElement, parameters: Mapping[str, object] | Sequence[Mapping[str, object]] | None
) -> Iterator[ClauseElement]:
    """The statement once for each set of parameters, with their values in it."""
    statement = cast("ClauseElement", executed.select()) if isinstance(executed, FunctionElement) else executed
    sets = [parameters] if isinstance(parameters, Mapping) else parameters
    for values in map(dict, sets or [{}]):
        match statement:
            case Insert() if values:
                yield statement.values(values)
            case TextClause():
                yield statement.bindparams(**values)
            case _:
                yield statement.params(values) if values else statement
