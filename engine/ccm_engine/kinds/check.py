"""`CHECK ("price" > 0)`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import EMPTY, Bond, Catalog, Key, Need
from ccm_engine.kinds import constraint, handed_down, partition
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import Kind, Online, Sides
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class Check(constraint.Constraint):
    KIND: ClassVar[str] = "check constraint"

    definition: str
    """`CHECK ((price > 0)) NO INHERIT`, as Postgres spells it, without NOT VALID."""
    validated: bool = True


def clause(check: Check) -> str:
    return f"CONSTRAINT {quote(check.name)} {settled(check.definition)}{'' if check.validated else ' NOT VALID'}"


def create(check: Check, _goal: Catalog) -> Iterable[str]:
    return constraint.add(check, clause(check)) if check.local else ()


def needs(check: Check) -> Iterable[Need]:
    for parent in () if check.local else check.inherited_from:
        yield Need(check.key, Key("check constraint", (*parent, check.name)), Bond.PART)


def rename(old: Check, new: Check) -> Iterable[str] | None:
    """What parents hand down is renamed with theirs."""
    renamed = constraint.rename(old, new)
    return () if renamed is not None and old.inherited_from else renamed


def followed(check: Check, sides: Sides) -> Check:
    """What becomes of it by what its parents' go through."""
    for parent in () if partition.moves(check.parent, sides) else check.inherited_from:
        key = Key("check constraint", (*parent, check.name))
        old, new = sides.head.objects.get(key), sides.goal.objects.get(key)
        if isinstance(old, Check) and isinstance(new, Check) and followed(old, sides).validated != new.validated:
            check = replace(check, validated=new.validated)
    return check if partition.moves(check.parent, sides) else handed_down.freed(check, sides)


def dropped(check: Check, sides: Sides) -> Iterable[str]:
    return handed_down.dropped(check, f"DROP CONSTRAINT {quote(check.name)}", sides, dropped)


def alter(old: Check, new: Check, sides: Sides) -> Iterable[str] | None:
    if old.local and not new.local and not (old.inherited_from or partition.moves(new.parent, sides)):
        return None  # that of the parent comes down in its place
    if old.inherited_from and not new.inherited_from and not partition.moves(new.parent, sides):
        return None  # that of a whole table takes those of its partitions along
    handed_down.must_be_reachable(old, new, sides)
    old = replace(old, local=new.local, inherited_from=new.inherited_from)
    if replace(old, comment=new.comment, validated=True) == new:
        return () if old.validated else validate(new)
    return constraint.never_in_place(old, new, sides)


def online(check: Check) -> Online:
    """Added without looking at the rows, which are checked afterwards, under a lock that lets others write."""
    if not check.local:
        return Online()
    if not check.validated or check.definition.endswith("NOT ENFORCED"):
        return Online(first=tuple(create(check, EMPTY)))
    return Online(first=tuple(create(replace(check, validated=False), EMPTY)), afterwards=tuple(validate(check)))


def validate(item: constraint.Constraint) -> Iterable[str]:
    return (f"ALTER TABLE {item.table_name} VALIDATE CONSTRAINT {quote(item.name)}",)


KIND = Kind(
    type=Check,
    present="exists (select from pg_constraint where contype = 'c' and oid >= 16384)",
    query=f"""
        select 'pg_constraint'::regclass, c.oid, 0,
            {constraint.FIELDS},
            null as part,
            regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') as definition,
            c.conislocal as local,
            case when c.coninhcount > 0 then (
                select json_agg(json_build_array(pn.nspname, p.relname) order by h.inhseqno)
                from pg_inherits h
                join pg_class p on p.oid = h.inhparent
                join pg_namespace pn on pn.oid = p.relnamespace
                where h.inhrelid = r.oid and exists (select from pg_constraint pc
                    where pc.conrelid = p.oid and pc.conname = c.conname and pc.contype = 'c'
                    and not pc.connoinherit)) else '[]' end as inherited_from,
            {constraint.VALIDATED} as validated
        {constraint.FROM} and c.contype = 'c'""",
    create=create,
    alter=alter,
    drop=constraint.drop,
    dropped=dropped,
    rename=rename,
    named=constraint.named,
    online=online,
    needs=needs,
    followed=followed,
    # CREATE TABLE would make it valid
    made_with=lambda check: check.parent if check.validated else None,
)
