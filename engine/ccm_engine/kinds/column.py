"""`ALTER TABLE "user" ADD COLUMN "bio" text`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine import errors
from ccm_engine.catalog import Catalog, Key
from ccm_engine.kinds import (
    column_settings,
    conversion,
    foreign_options,
    inheritance,
    moved,
    not_null,
    partition,
    sequence,
    typename,
)
from ccm_engine.kinds import identity as identities
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.foreign_options import Options
from ccm_engine.kinds.identity import Identity
from ccm_engine.kinds.kind import READERS, Kind, Sides
from ccm_engine.kinds.not_null import PLAIN, NotNull
from ccm_engine.kinds.sequence import Numbers, count_on
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class Column(column_settings.Settings):
    KIND: ClassVar[str] = "column"

    position: int = field(compare=False)
    """Where it stands in its table. Not compared: Postgres cannot move a column."""
    type: str
    """As `format_type` spells it: `character varying(255)`."""
    type_schema: str | None = None
    """Where its type (for an array, the type of the elements) is the user's own: its schema and name."""
    type_name: str | None = None
    not_null: bool
    not_null_as: NotNull = PLAIN
    default: str | None = None
    collation: str | None = None
    """Quoted and qualified, where it is not the type's own."""
    identity: Identity | None = None
    generated: str | None = None
    """The expression of a generated column."""
    virtual: bool = False
    fdw_options: Options = ()
    serial: bool = field(default=False, compare=False)
    """Whether the type, the default and the sequence behind it are just what `serial` stands for."""

    def is_of(self, type_: Key) -> bool:
        """Whether that is the user's own type that it holds values of; a multirange goes with its range."""
        return (self.type_schema, self.type_name) == type_.path or type_.kind == "range type"


def spelled(column: Column) -> str:
    """The type as people write it: `varchar(255)`, `timestamp`, `"mood"[]`."""
    return typename.spelled(column.type, column.type_schema, column.type_name)


def default_of(column: Column) -> str | None:
    """The default without a cast that only repeats the column's type: `'pending'::text` of a text is `'pending'`."""
    constant = re.fullmatch(r"('(?:[^']|'')*')::(.+)", column.default or "", re.DOTALL)
    return constant[1] if constant and constant[2] == conversion.base(column.type) else column.default


_SERIAL = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}


def clause(column: Column) -> str:
    """The column as CREATE TABLE writes it."""
    if column.serial:
        return f"{quote(column.name)} {_SERIAL[column.type]} NOT NULL"
    return _written_out(column)


def _written_out(column: Column) -> str:
    return " ".join((quote(column.name), spelled(column), *_clauses(column)))


def _derived(column: Column) -> str:
    return f"{column.table}_{column.name}_seq"


def _clauses(column: Column) -> Iterator[str]:
    yield from foreign_options.clause(column.fdw_options)
    if column.collation is not None:
        yield f"COLLATE {column.collation}"
    if column.generated is not None:
        yield f"GENERATED ALWAYS AS ({settled(column.generated)}) {'VIRTUAL' if column.virtual else 'STORED'}"
    elif column.default is not None:
        yield f"DEFAULT {default_of(column)}"
    if column.identity is not None:
        yield identities.clause(column.identity, column.schema, _derived(column))
    if column.not_null and column.not_null_as.validated:
        yield not_null.clause(column.not_null_as)


def create(column: Column, goal: Catalog) -> Iterable[str]:
    if column.local:
        yield add(column)
    yield from finish(inheritance.added(column, goal), column, Sides(head=goal, goal=goal))


def add(column: Column) -> str:
    return f"ALTER TABLE {column.table_name} ADD COLUMN {_written_out(column)}"


def stop_filling(column: Column) -> str:
    """What takes a default away that was only there for the rows that were."""
    return f"ALTER TABLE {column.table_name} ALTER COLUMN {quote(column.name)} DROP DEFAULT"


def finish(made: Column, column: Column, sides: Sides) -> Iterator[str]:
    """What it takes beyond what the column is made as."""
    for action in _actions(made, column, sides):
        yield f"ALTER TABLE {column.table_name} ALTER COLUMN {quote(column.name)} {action}"
    yield from _bound(made, column)
    if column.identity is not None:
        yield from identities.said(made.identity, column.identity, column.schema)


def drop(column: Column) -> Iterable[str]:
    yield f"ALTER TABLE {column.table_name} DROP COLUMN {quote(column.name)}"


def halfway(old: Column, new: Column) -> Column | None:
    """Without default and identity where one takes the place of the other: their sequences may have the same name."""
    if (old.identity is None) == (new.identity is None) or (old.default or new.default) is None:
        return None
    return replace(old, default=None, identity=None)


def alter(old: Column, new: Column, sides: Sides) -> Iterable[str] | None:
    if new.generated is not None and _generation(old) != _generation(new):
        return None  # SET EXPRESSION came with 17; a generated column holds no data of its own
    if old.virtual and new.generated is None:
        return None  # DROP EXPRESSION is for stored ones
    if _retyped(old, new) and partition.cut_by(new.name, sides.head.objects[old.parent]):
        raise errors.WouldLoseData(object=str(new.parent), because=str(new.key))
    inheritance.must_be_reachable(old, new, sides)
    return _alter(old, new, sides)


def _generation(column: Column) -> tuple[object, ...]:
    return column.generated, column.virtual, column.type, column.collation


def _alter(old: Column, new: Column, sides: Sides) -> Iterator[str]:
    yield from finish(old, new, sides)
    if old.identity is not None and new.identity is not None:
        yield from identities.alter_sequence(old.identity, new.identity, new.schema)
    if new.type in _SERIAL and new.relation == "table":
        for name, numbers in _new_sequences(old, new, sides):
            yield from count_on(name, numbers, new.table_name, new.name)


def _actions(old: Column, new: Column, sides: Sides) -> Iterator[str]:
    if old.generated is not None and new.generated is None:
        yield "DROP EXPRESSION"
    if old.identity is not None and new.identity is None:
        yield "DROP IDENTITY"
    if old.default is not None and (new.default is None or _retyped(old, new)):
        yield "DROP DEFAULT"
    if _retyped(old, new):
        yield _set_type(old, new, sides)
    if new.default is not None and (old.default != new.default or _retyped(old, new)):
        yield f"SET DEFAULT {default_of(new)}"
    if new.not_null and not old.not_null and new.not_null_as == PLAIN:
        yield "SET NOT NULL"  # before it becomes an identity
    if old.not_null and not new.not_null:
        yield "DROP NOT NULL"
    if new.identity is not None and old.identity is None:
        yield f"ADD {identities.clause(new.identity, new.schema, _derived(new))}"
    elif new.identity is not None and old.identity is not None and old.identity.always != new.identity.always:
        yield f"SET GENERATED {new.identity.words}"
    yield from foreign_options.changes(old.fdw_options, new.fdw_options)
    yield from column_settings.actions(old, new, retyped=_retyped(old, new))


def _bound(old: Column, new: Column) -> Iterator[str]:
    """NOT NULL, as far as it is a constraint with a name."""
    if not new.not_null:
        return
    before, after = old.not_null_as, new.not_null_as
    if old.not_null:
        yield from not_null.alter(before, after, new.table, new.table_name, new.name)
    elif after != PLAIN:
        yield from not_null.add(after, new.table, new.table_name, new.name)
    if (before.comment if old.not_null else None) != after.comment:
        yield not_null.comment(after, new.table, new.table_name, new.name)


def _retyped(old: Column, new: Column) -> bool:
    return (old.type, old.collation) != (new.type, new.collation)


def _set_type(old: Column, new: Column, sides: Sides) -> str:
    type_ = spelled(new)
    collation = f" COLLATE {new.collation}" if new.collation else ""
    if old.type == new.type or new.relation == "foreign table":
        return f"SET DATA TYPE {type_}{collation}"
    using = moved.using(str(new.key), quote(new.name), moved.typed(old), moved.typed(new), sides)
    return f"SET DATA TYPE {type_}{collation}{'' if using is None else f' USING {using}'}"


def _new_sequences(old: Column, new: Column, sides: Sides) -> Iterator[tuple[str, Numbers]]:
    """The sequences, by name, that the column gets its numbers from and that knew nothing of it before."""
    if new.identity is not None and old.identity is None:
        yield qualified(new.schema, new.identity.sequence), new.identity.numbers
    before = list(_sequences(old, sides.head))
    for item in _sequences(new, sides.goal) if new.default is not None else ():
        if item.key not in sides.head.objects and not any(sequence.rename(other, item) for other in before):
            yield item.sql_name, item.numbers


def _sequences(column: Column, catalog: Catalog) -> Iterator[sequence.Sequence]:
    """Those that the default of a column reads."""
    needed = (catalog.objects.get(need.on) for need in catalog.needs_of(column.key))
    return (item for item in needed if isinstance(item, sequence.Sequence))


def rebuilds(old: Column, new: Column) -> frozenset[str]:
    """Postgres refuses to change the type of a column that a generated column or a view reads, and that of one side of
    a foreign key where it can no longer compare the two."""
    if not _retyped(old, new):
        return frozenset()
    return READERS if conversion.comparable(old.type, new.type) else READERS | {"foreign key"}


def released(column: Column, on: Key) -> Column | None:
    """Without its default, unless it is its type or its generation that hangs on `on`."""
    if column.default is None or column.is_of(on) or column.generated is not None:
        return None
    return replace(column, default=None, serial=False)


KIND = Kind(
    type=Column,
    # a default reads no column: with 0 for its table, 17 and later need not open that, which for a thousand takes 40 ms
    query=f"""
        select 'pg_class'::regclass, r.oid, a.attnum,
            r.schema as schema,
            r.name as table,
            case r.kind when 'f' then 'foreign table' else 'table' end as relation,
            a.attname as name,
            a.attnum as position,
            {typename.fields("a.atttypid", "a.atttypmod")},
            {not_null.FIELDS.strip()},
            case when a.attgenerated = '' and a.attidentity = '' then pg_get_expr(d.adbin, 0) end as default,
            (
                select format('%I.%I', cn.nspname, c.collname)
                from pg_collation c join pg_namespace cn on cn.oid = c.collnamespace
                where c.oid = a.attcollation and a.attcollation <> t.typcollation) as collation,
            {identities.FIELD.strip()},
            case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end as generated,
            a.attgenerated = 'v' as virtual,
            {foreign_options.field("a.attfdwoptions")} as fdw_options,
            {column_settings.FIELDS},
            exists (select from serials z where z.relation = r.oid and z.number = a.attnum) as serial,
            a.attislocal as local,
            {inheritance.PARENTS} as inherited_from,
            o.description as comment
        from relations r
        join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
        join pg_type t on t.oid = a.atttypid
        {not_null.JOIN.strip()}
        left join pg_description o
            on o.classoid = 'pg_class'::regclass and o.objoid = r.oid and o.objsubid = a.attnum
        left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
        {typename.join("a.atttypid")}
        where r.kind in ('r', 'p', 'f')""",
    parts="""
        select 'pg_attrdef'::regclass, d.oid, 'pg_class'::regclass, d.adrelid, d.adnum::int from pg_attrdef d
        union all
        select 'pg_class'::regclass, i.objid, 'pg_class'::regclass, i.refobjid, i.refobjsubid
        from pg_depend i join pg_sequence s on s.seqrelid = i.objid
        where i.classid = 'pg_class'::regclass and i.deptype = 'i' and i.refclassid = 'pg_class'::regclass""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda column: f"COLUMN {column.table_name}.{quote(column.name)}",
    rebuilds=rebuilds,
    halfway=halfway,
    released=released,
    followed=inheritance.followed,
    needs=inheritance.needs,
    dropped=inheritance.dropped,
    made_with=lambda column: column.parent,
    holds_data=True,
)
