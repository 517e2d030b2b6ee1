"""`CREATE SEQUENCE "ticket_number"`: one that stands alone or behind `serial`, not that of an identity column."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds.kind import Kind
from ccm_engine.sql import qualified

_BITS = {"smallint": 15, "integer": 31, "bigint": 63}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How a sequence counts; shared by sequences and identity columns."""

    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool

    def options(self) -> Iterable[str]:
        """The options that differ from what Postgres takes by default (CREATE SEQUENCE, in the manual)."""
        top = 2 ** _BITS[self.type] - 1
        lowest, highest = (1, top) if self.increment > 0 else (-top - 1, -1)
        if self.increment != 1:
            yield f"INCREMENT BY {self.increment}"
        if self.minimum != lowest:
            yield f"MINVALUE {self.minimum}"
        if self.maximum != highest:
            yield f"MAXVALUE {self.maximum}"
        if self.start != (self.minimum if self.increment > 0 else self.maximum):
            yield f"START WITH {self.start}"
        if self.cache != 1:
            yield f"CACHE {self.cache}"
        if self.cycle:
            yield "CYCLE"

    def all_options(self) -> str:
        """Every option, for an alteration: what is left out there keeps its old value."""
        return (
            f"INCREMENT BY {self.increment} MINVALUE {self.minimum} MAXVALUE {self.maximum} "
            f"START WITH {self.start} CACHE {self.cache} {'CYCLE' if self.cycle else 'NO CYCLE'}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(Object):
    KIND: ClassVar[str] = "sequence"

    schema: str
    name: str
    numbers: Numbers
    unlogged: bool = False
    serial_of: str | None = field(default=None, compare=False)
    """The table with the `serial` column that it is made by."""

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.name)

    @property
    def sql_name(self) -> str:
        return qualified(self.schema, self.name)


def create(sequence: Sequence, _goal: Catalog) -> Iterable[str]:
    of_type = () if sequence.numbers.type == "bigint" else (f"AS {sequence.numbers.type}",)
    unlogged = "UNLOGGED " if sequence.unlogged else ""
    yield " ".join((f"CREATE {unlogged}SEQUENCE {sequence.sql_name}", *of_type, *sequence.numbers.options()))


def made_with(sequence: Sequence) -> Key | None:
    return None if sequence.serial_of is None else Key("table", (sequence.schema, sequence.serial_of))


def alter(old: Sequence, new: Sequence, _goal: Catalog) -> Iterable[str]:
    if old.numbers != new.numbers:
        of_type = f"AS {new.numbers.type} " if old.numbers.type != new.numbers.type else ""
        yield f"ALTER SEQUENCE {new.sql_name} {of_type}{new.numbers.all_options()}"
    if old.unlogged != new.unlogged:
        yield f"ALTER SEQUENCE {new.sql_name} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}"


def drop(sequence: Sequence) -> Iterable[str]:
    yield f"DROP SEQUENCE {sequence.sql_name}"


NUMBERS = """json_build_object(
    'type', format_type(s.seqtypid, null), 'start', s.seqstart, 'increment', s.seqincrement,
    'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle)"""

KIND = Kind(
    type=Sequence,
    query=f"""
        select 'pg_class'::regclass, r.oid, 0, json_build_object(
            'schema', r.schema,
            'name', r.name,
            'numbers', {NUMBERS},
            'unlogged', r.persistence = 'u',
            'serial_of', (
                select t.name from serials z join relations t on t.oid = z.relation where z.sequence = r.oid),
            'comment', obj_description(r.oid, 'pg_class'))
        from relations r join pg_sequence s on s.seqrelid = r.oid
        where not exists (
            select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype = 'i')""",
    create=create,
    alter=alter,
    drop=drop,
    made_with=made_with,
    named=lambda sequence: f"SEQUENCE {sequence.sql_name}",
)
