"""`CREATE COLLATION "german" (PROVIDER = icu, LOCALE = 'de-DE')`.

Nothing but its name and its comment can be changed; its version is that of the operating system's library.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds.kind import InSchema, Kind, Sides, outgoing
from ccm_engine.sql import literal, quote
from ccm_engine.value import value


@value
class Collation(InSchema):
    KIND: ClassVar[str] = "collation"

    provider: str
    """`libc`, `icu`, or, from 17 on, `builtin`."""
    locale: str | None = None
    """None for one of libc, which has the two below."""
    lc_collate: str | None = None
    lc_ctype: str | None = None
    deterministic: bool = True
    rules: str | None = None


def create(collation: Collation, _goal: Catalog) -> Iterable[str]:
    yield f"CREATE COLLATION {collation.sql_name} ({', '.join(_options(collation))})"


def _options(collation: Collation) -> Iterator[str]:
    yield f"PROVIDER = {collation.provider}"
    if collation.locale is not None or collation.lc_collate == collation.lc_ctype:
        yield f"LOCALE = {literal(collation.locale or collation.lc_collate or '')}"
    else:
        yield f"LC_COLLATE = {literal(collation.lc_collate or '')}"
        yield f"LC_CTYPE = {literal(collation.lc_ctype or '')}"
    if not collation.deterministic:
        yield "DETERMINISTIC = false"
    if collation.rules is not None:
        yield f"RULES = {literal(collation.rules)}"


def alter(old: Collation, new: Collation, _sides: Sides) -> Iterable[str] | None:
    return () if replace(old, comment=new.comment) == new else None


def rename(old: Collation, new: Collation) -> Iterable[str] | None:
    if replace(old, name=new.name, comment=new.comment) != new:
        return None
    return (f"ALTER COLLATION {old.sql_name} RENAME TO {quote(new.name)}",)


def put_aside(old: Collation, _new: Collation, suffix: str) -> Collation:
    return replace(old, name=outgoing(old.name, suffix))


def drop(collation: Collation) -> Iterable[str]:
    yield f"DROP COLLATION {collation.sql_name}"


# Up to 14 a locale of icu stands where those of libc do; 15 and 16 call it colliculocale, from 17 on it is colllocale.
KIND = Kind(
    type=Collation,
    present="exists (select from pg_collation where oid >= 16384)",
    query="""
        select 'pg_collation'::regclass, c.oid, 0,
            n.name as schema,
            c.collname as name,
            case c.collprovider when 'c' then 'libc' when 'i' then 'icu' else 'builtin' end as provider,
            case when c.collprovider <> 'c' then coalesce(
                to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', c.collcollate) end as locale,
            case when c.collprovider = 'c' then c.collcollate end as lc_collate,
            case when c.collprovider = 'c' then c.collctype end as lc_ctype,
            c.collisdeterministic as deterministic,
            to_jsonb(c) ->> 'collicurules' as rules,
            obj_description(c.oid, 'pg_collation') as comment
        from pg_collation c join namespaces n on n.oid = c.collnamespace
        where not exists (select from members m where m.classid = 'pg_collation'::regclass and m.objid = c.oid)""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    named=lambda collation: f"COLLATION {collation.sql_name}",
    put_aside=put_aside,
)
