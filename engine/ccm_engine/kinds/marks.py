"""`ALTER TABLE "t" CLUSTER ON "i"`: what is said of an index, or of the one behind a constraint, once it is there."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from ccm_engine.catalog import Object
from ccm_engine.sql import literal, qualified, quote
from ccm_engine.value import value


@value
class Marks:
    clustered: bool = False
    """Whether CLUSTER sorts the table by it."""
    replica_identity: bool = False
    """Whether logical replication tells the rows of the table apart by it."""
    tablespace: str | None = None
    comment: str | None = None
    """What is said of the index behind a constraint."""
    statistics: tuple[tuple[int, int], ...] = ()
    """(number of the column, its statistics target): of expressions, which have no column in a table."""


NONE = Marks()


class Marked(Protocol):
    """An index, or a constraint with an index of its name behind it."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def schema(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def table_name(self) -> str: ...
    @property
    def marks(self) -> Marks: ...


M = TypeVar("M", bound=Marked)


def bare(item: M) -> M:
    """Without all that is to be said of it once it is there."""
    return replace(item, comment=None, marks=Marks(tablespace=item.marks.tablespace))


def made(item: Marked) -> Iterator[str]:
    """What is to be said of one that was made in its tablespace."""
    return _alter(item, Marks(tablespace=item.marks.tablespace), item.marks)


def alter(old: Marked, new: Marked, parts: Iterable[Object]) -> Iterator[str]:
    """From the marks of one to those of the other; `parts` are all that the table is to have."""
    yield from _alter(new, old.marks, new.marks)
    if old.marks.clustered and not any(getattr(item, "marks", NONE).clustered for item in parts):
        yield f"ALTER TABLE {new.table_name} SET WITHOUT CLUSTER"


def _alter(item: Marked, old: Marks, new: Marks) -> Iterator[str]:
    index = qualified(item.schema, item.name)
    if old.tablespace != new.tablespace:
        yield f"ALTER INDEX {index} SET TABLESPACE {quote(new.tablespace or 'pg_default')}"
    if new.clustered and not old.clustered:
        yield f"ALTER TABLE {item.table_name} CLUSTER ON {quote(item.name)}"
    if new.replica_identity and not old.replica_identity:  # the other way round, the table says what it is instead
        yield f"ALTER TABLE {item.table_name} REPLICA IDENTITY USING INDEX {quote(item.name)}"
    if old.comment != new.comment:
        yield f"COMMENT ON INDEX {index} IS {'NULL' if new.comment is None else literal(new.comment)}"
    before, after = dict(old.statistics), dict(new.statistics)
    for number in sorted(before.keys() | after.keys()):
        if before.get(number) != after.get(number):
            yield f"ALTER INDEX {index} ALTER COLUMN {number} SET STATISTICS {after.get(number, -1)}"


def clause(marks: Marks, words: str = "TABLESPACE") -> Iterator[str]:
    if marks.tablespace is not None:
        yield f"{words} {quote(marks.tablespace)}"


def fields(index: str, *, comment: str = "null") -> str:
    """The field, from SQL for the oid of the index."""
    return f"""
            coalesce((
                select json_build_object(
                    'clustered', mx.indisclustered,
                    'replica_identity', mx.indisreplident,
                    'tablespace', (select ms.spcname from pg_tablespace ms where ms.oid = mc.reltablespace),
                    'comment', {comment},
                    'statistics', coalesce(ms.targets, '[]'))
                from pg_index mx join pg_class mc on mc.oid = mx.indexrelid, lateral (
                    select json_agg(json_build_array(ma.attnum, ma.attstattarget) order by ma.attnum)
                    from pg_attribute ma where ma.attrelid = mx.indexrelid and ma.attstattarget >= 0) ms (targets)
                where mx.indexrelid = {index} and (mx.indisclustered or mx.indisreplident or mc.reltablespace <> 0
                    or {comment} is not null or ms.targets is not null)), '{{}}') as marks"""
