"""`CREATE SEQUENCE "ticket_number"`: one that stands alone or behind `serial`, not that of an identity column."""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import literal, quote
from ccm_engine.value import value

_BITS = {"smallint": 15, "integer": 31, "bigint": 63}


@value
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
        first = self.minimum if self.increment > 0 else self.maximum
        default = Numbers(
            type=self.type, start=first, increment=1, minimum=lowest, maximum=highest, cache=1, cycle=False
        )
        return default.changes(self)

    def changes(self, new: "Numbers") -> Iterable[str]:
        """The options that lead to `new`, which is of the same type."""
        if self.increment != new.increment:
            yield f"INCREMENT BY {new.increment}"
        if self.minimum != new.minimum:
            yield f"MINVALUE {new.minimum}"
        if self.maximum != new.maximum:
            yield f"MAXVALUE {new.maximum}"
        if self.start != new.start:
            yield f"START WITH {new.start}"
        if self.cache != new.cache:
            yield f"CACHE {new.cache}"
        if self.cycle != new.cycle:
            yield "CYCLE" if new.cycle else "NO CYCLE"

    def retyped(self, type_: str) -> "Numbers":
        """What `AS type` leaves of it: a bound that is the old type's own becomes the new one's (ALTER SEQUENCE)."""
        old, new = 2 ** _BITS[self.type], 2 ** _BITS[type_]
        minimum = -new if self.minimum == -old else self.minimum
        maximum = new - 1 if self.maximum == old - 1 else self.maximum
        return replace(self, type=type_, minimum=minimum, maximum=maximum)


@value
class Sequence(InSchema):
    KIND: ClassVar[str] = "sequence"

    numbers: Numbers
    unlogged: bool = False
    serial_of: str | None = field(default=None, compare=False)
    """The table with the `serial` column that it is made by."""


def create(sequence: Sequence, _goal: Catalog) -> Iterable[str]:
    of_type = () if sequence.numbers.type == "bigint" else (f"AS {sequence.numbers.type}",)
    unlogged = "UNLOGGED " if sequence.unlogged else ""
    yield " ".join((f"CREATE {unlogged}SEQUENCE {sequence.sql_name}", *of_type, *sequence.numbers.options()))


def made_with(sequence: Sequence) -> Key | None:
    return None if sequence.serial_of is None else Key("table", (sequence.schema, sequence.serial_of))


def alter(old: Sequence, new: Sequence, _sides: Sides) -> Iterable[str]:
    yield from renumber(new.sql_name, old.numbers, new.numbers)
    if old.unlogged != new.unlogged:
        yield f"ALTER SEQUENCE {new.sql_name} SET {'UNLOGGED' if new.unlogged else 'LOGGED'}"


def renumber(name: str, old: Numbers, new: Numbers) -> Iterator[str]:
    """The statements after which the sequence of that name counts as `new` says, from where it was."""
    words = [f"AS {new.type}"] if old.type != new.type else []
    words += old.retyped(new.type).changes(new)
    if not new.minimum <= old.start <= new.maximum:  # Postgres refuses bounds that the present number is not within
        first, before = (new.minimum, "<") if new.increment > 0 else (new.maximum, ">")
        comes_before = old.start < first if new.increment > 0 else old.start > first
        if comes_before and old.minimum <= first <= old.maximum:
            yield f"SELECT setval({literal(name)}, {first}, false) FROM {name} WHERE last_value {before} {first}"
        else:
            words.append("RESTART")
    if words:
        yield f"ALTER SEQUENCE {name} {' '.join(words)}"


def count_on(name: str, numbers: Numbers, table: str, column: str) -> Iterator[str]:
    """The statement after which a new sequence goes on from the numbers that a column already holds."""
    last, bound = ("max", f">= {numbers.minimum}") if numbers.increment > 0 else ("min", f"<= {numbers.maximum}")
    value = f"{last}({quote(column)})"
    yield f"SELECT setval({literal(name)}, {value}) FROM {table} HAVING {value} {bound}"


def rename(old: Sequence, new: Sequence) -> Iterable[str] | None:
    if replace(old, name=new.name, comment=new.comment) != new:
        return None
    return (f"ALTER SEQUENCE {old.sql_name} RENAME TO {quote(new.name)}",)


def drop(sequence: Sequence) -> Iterable[str]:
    yield f"DROP SEQUENCE {sequence.sql_name}"


NUMBERS = """json_build_object(
    'type', format_type(s.seqtypid, null), 'start', s.seqstart, 'increment', s.seqincrement,
    'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle)"""

KIND = Kind(
    type=Sequence,
    present="exists (select from pg_sequence)",
    query=f"""
        select 'pg_class'::regclass, r.oid, 0,
            r.schema as schema,
            r.name as name,
            {NUMBERS} as numbers,
            r.persistence = 'u' as unlogged,
            (
                select t.name from serials z join relations t on t.oid = z.relation
                where z.sequence = r.oid) as serial_of,
            obj_description(r.oid, 'pg_class') as comment
        from relations r join pg_sequence s on s.seqrelid = r.oid
        where not exists (
            select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype = 'i')""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    made_with=made_with,
    named=lambda sequence: f"SEQUENCE {sequence.sql_name}",
    namespaces=frozenset({"relation", "type"}),  # it has no row type, and yet Postgres wants the name of one to be free
    holds_data=True,
)
