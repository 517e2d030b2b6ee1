"""A connection → `Observed`, with a diagnostic for every object of a kind that is not modelled.

Six queries, whatever the size of the schema: which kinds there are, their objects, the catalog rows that are parts of
them, `pg_depend`, what no kind can model, and everything else that a user can have made; and the names of that, if any.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, TypeAlias

from ccm_engine.catalog import Catalog, Unmodelled
from ccm_engine.kinds import KINDS, columns, foreign_grants, since
from ccm_engine.observed import Address, Observed, Row, Rows, catalog

if TYPE_CHECKING:
    import asyncpg

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]

TRACKING = ("__drizzle_migrations", "__ccm_runs")
"""The runner's own tables, in `public`: no part of anybody's schema."""


_USERS_OWN = f"""
with members as (
    select classid, objid from pg_depend where refclassid = 'pg_extension'::regclass and deptype = 'e'),
namespaces as (
    select n.oid, n.nspname as name from pg_namespace n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and not exists (select from members m where m.classid = 'pg_namespace'::regclass and m.objid = n.oid)),
everything as (
    select c.oid, n.name as schema, c.relname as name, c.relkind as kind, c.relpersistence as persistence,
        c.relispartition as partition
    from pg_class c join namespaces n on n.oid = c.relnamespace
    where not exists (select from members m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
    and not (n.name = 'public' and c.relname in {TRACKING})
    and not exists (
        select from pg_depend d join pg_class t on t.oid = d.refobjid and t.relname in {TRACKING}
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass)),
relations as (select * from everything where not (partition and kind = 'f')),
serials as (
    select s.seqrelid as sequence, r.oid as relation, a.attnum as number
    from pg_sequence s
    join relations q on q.oid = s.seqrelid
    join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = q.oid and d.deptype = 'a'
        and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
    join relations r on r.oid = d.refobjid and r.schema = q.schema and r.persistence = q.persistence
    join pg_attribute a on a.attrelid = r.oid and a.attnum = d.refobjsubid and a.attnotnull
    join pg_attrdef f on f.adrelid = r.oid and f.adnum = a.attnum
    where q.name = r.name || '_' || a.attname || '_seq' and s.seqtypid = a.atttypid
    and s.seqstart = 1 and s.seqincrement = 1 and s.seqmin = 1 and s.seqcache = 1 and not s.seqcycle
    and s.seqmax = case s.seqtypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647
        else 9223372036854775807 end
    and pg_get_expr(f.adbin, f.adrelid) = format('nextval(%L::regclass)', q.oid::regclass)
    and obj_description(q.oid, 'pg_class') is null),
types as (
    select t.*, n.name as schema from pg_type t join namespaces n on n.oid = t.typnamespace
    where not exists (select from members m where m.classid = 'pg_type'::regclass and m.objid = t.oid))
"""


_ABOUT_OTHERS = {number for number, kind in enumerate(KINDS) if kind.about is not None}


_PRESENT = f"select array[{', '.join(kind.present for kind in KINDS)}]"


@cache
def _objects(numbers: tuple[int, ...]) -> str:
    """The objects of the kinds with these numbers in `KINDS`."""
    return _USERS_OWN + " union all ".join(
        f"""
        select {number}, q.classid::oid, q.objid::oid, q.objsubid::int,
            json_build_array({", ".join(f'q."{column}"' for column in columns(KINDS[number]))})
        from {since.OLDER}, lateral ({KINDS[number].query}) q (classid, objid, objsubid)"""
        for number in numbers
    )


# What comes by the ten thousand comes as arrays: rows of their own would cost several times as much.


@cache
def _parts(numbers: tuple[int, ...]) -> str:
    """What the objects of the kinds with these numbers consist of."""
    parts = " union all ".join(
        "select classid::oid, objid::oid, of_classid::oid, of_objid::oid, of_objsubid::int"
        f" from ({KINDS[number].parts}) q (classid, objid, of_classid, of_objid, of_objsubid)"
        for number in numbers
        if KINDS[number].parts
    )
    return f"""
        select classid, of_classid, array_agg(objid), array_agg(of_objid), array_agg(of_objsubid)
        from ({parts}) every group by classid, of_classid"""


_DEPENDS = """
select classid, refclassid, deptype = 'a',
    array_agg(objid), array_agg(objsubid), array_agg(refobjid), array_agg(refobjsubid)
from pg_depend
where deptype in ('n', 'a') and refobjid >= 16384
group by classid, refclassid, deptype"""

# (catalog, the column that names its schema): what a user can have made inside a schema
_IN_SCHEMAS = (
    ("pg_proc", "pronamespace"),
    ("pg_operator", "oprnamespace"),
    ("pg_opclass", "opcnamespace"),
    ("pg_opfamily", "opfnamespace"),
    ("pg_collation", "collnamespace"),
    ("pg_conversion", "connamespace"),
    ("pg_statistic_ext", "stxnamespace"),
    ("pg_ts_config", "cfgnamespace"),
    ("pg_ts_dict", "dictnamespace"),
    ("pg_ts_parser", "prsnamespace"),
    ("pg_ts_template", "tmplnamespace"),
)
_IN_DATABASE = (
    "pg_event_trigger",
    "pg_foreign_data_wrapper",
    "pg_foreign_server",
    "pg_publication",
    "pg_cast",
    "pg_language",
    "pg_am",
    "pg_transform",
)

_OTHERS = (
    _USERS_OWN
    + ", others (classid, objid) as ("
    + " union all ".join(
        (
            """select 'pg_class'::regclass::oid, oid from everything where kind not in ('i', 'I', 't', 'c')""",
            """select 'pg_type'::regclass, t.oid from types t left join pg_class c on c.oid = t.typrelid
            where t.typcategory <> 'A' and (t.typrelid = 0 or c.relkind = 'c')""",
            """select 'pg_constraint'::regclass, c.oid from pg_constraint c join relations r on r.oid = c.conrelid
            where c.conislocal and c.conparentid = 0""",
            """select 'pg_trigger'::regclass, t.oid from pg_trigger t join relations r on r.oid = t.tgrelid
            where not t.tgisinternal""",
            """select 'pg_rewrite'::regclass, w.oid from pg_rewrite w join relations r on r.oid = w.ev_class
            where w.rulename <> '_RETURN'""",
            """select 'pg_policy'::regclass, p.oid from pg_policy p join relations r on r.oid = p.polrelid""",
            *(
                f"select '{catalog}'::regclass, c.oid from {catalog} c join namespaces n on n.oid = c.{column}"
                for catalog, column in _IN_SCHEMAS
            ),
            *(f"select '{catalog}'::regclass, oid from {catalog} where oid >= 16384" for catalog in _IN_DATABASE),
            "select 'pg_user_mapping'::regclass, umid from pg_user_mappings",
        )
    )
    + """)
    select o.classid, array_agg(o.objid) from others o
    where not exists (select from members m where m.classid = o.classid and m.objid = o.objid)
    and not exists (
        select from pg_depend d where d.classid = o.classid and d.objid = o.objid and d.deptype in ('i', 'P', 'S'))
    group by o.classid"""
)

_NAMES = """
select i.type, i.identity
    || case o.classid when 'pg_user_mapping'::regclass then ' (its options may hold a password)' else '' end
from unnest($1::oid[], $2::oid[]) o (classid, objid), pg_identify_object(o.classid, o.objid, 0) i"""

_NEVER_MODELLED = (
    _USERS_OWN
    + foreign_grants.QUERY
    + """
    union all
    select 'subscription', quote_ident(s.subname)
    from pg_subscription s join pg_database d on d.oid = s.subdbid and d.datname = current_database()
    union all
    select 'security label', format('%s of %s %s', quote_ident(l.provider), i.type, i.identity)
    from pg_seclabel l, pg_identify_object(l.classoid, l.objoid, l.objsubid) i"""
)

_SPELLING = """
set local search_path = public;
set local timezone = 'UTC';
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local bytea_output = 'hex';
set local extra_float_digits = 1;
set local quote_all_identifiers = off;
set local jit = off;
set local max_parallel_workers_per_gather = 0"""


async def read(connection: "Connection", include: frozenset[str] = frozenset()) -> Catalog:
    """The schema of the connected database, as it is in the current transaction.

    `include` names the opt-in kinds that are of interest.
    """
    return catalog(await observe(connection, include))


async def read_modelled(connection: "Connection", include: frozenset[str]) -> Catalog:
    """As `read`, but what is not modelled is not asked for."""
    return catalog(await _hung_together(connection, await rows(connection, include)))


async def observe(connection: "Connection", include: frozenset[str] = frozenset()) -> Observed:
    """What the connected database says of its schema, as it is in the current transaction.

    `include` names the opt-in kinds that are of interest.
    """
    return await complete(connection, await rows(connection, include))


async def rows(connection: "Connection", include: frozenset[str]) -> Rows:
    """The larger part of what `observe` says.

    What a session may set that changes how Postgres spells things is set for the rest of the transaction; and it
    neither compiles queries that are run once nor starts processes for them.
    """
    await connection.execute(_SPELLING)
    present: list[bool] = await connection.fetchval(_PRESENT)
    wanted = tuple(
        number for number, kind in enumerate(KINDS) if present[number] and (not kind.opt_in or kind.name in include)
    )
    own: dict[Address, Row] = {}
    found: list[tuple[Address, Row]] = []
    for number, classid, objid, objsubid, text in await connection.fetch(_objects(wanted)):
        if number in _ABOUT_OTHERS:
            found.append(((classid, objid, objsubid), (number, text)))
        else:
            own[classid, objid, objsubid] = (number, text)
    return Rows(own=own, found=tuple(found), kinds=wanted)


async def complete(connection: "Connection", rows: Rows) -> Observed:
    """The rest of what `observe` says, in the same transaction."""
    modelled = await _hung_together(connection, rows)
    others = [
        (classid, objid)
        for classid, objids in await connection.fetch(_OTHERS)
        for objid in objids
        if (classid, objid, 0) not in modelled.wholes
    ]
    unmodelled = await connection.fetch(_NEVER_MODELLED)
    if others:
        unmodelled += await connection.fetch(_NAMES, [classid for classid, _ in others], [objid for _, objid in others])
    return replace(modelled, unmodelled=tuple(Unmodelled(kind, name) for kind, name in unmodelled))


async def _hung_together(connection: "Connection", rows: Rows) -> Observed:
    return Observed(
        own=rows.own,
        found=rows.found,
        kinds=rows.kinds,
        wholes=_wholes(rows.own, await connection.fetch(_parts(rows.kinds))),
        depends=tuple(chain.from_iterable(map(_bonds, await connection.fetch(_DEPENDS)))),
        unmodelled=(),
        major=connection.get_server_version().major,
    )


def _bonds(record: "asyncpg.Record") -> Iterable[tuple[Address, Address, bool]]:
    classid, refclassid, automatically, objids, objsubids, refobjids, refobjsubids = record
    dependents = zip(repeat(classid), objids, objsubids, strict=False)
    on = zip(repeat(refclassid), refobjids, refobjsubids, strict=False)
    return zip(dependents, on, repeat(automatically), strict=False)


def _wholes(own: Iterable[Address], parts: "list[asyncpg.Record]") -> Mapping[Address, Address]:
    wholes = {address: address for address in own}
    pairs: list[tuple[Address, Address]] = [
        ((classid, objid, 0), (of_classid, *of))
        for classid, of_classid, objids, *of_whom in parts
        for objid, *of in zip(objids, *of_whom, strict=True)
    ]
    for _ in range(2):  # twice: the array type of a row type is a part of a part
        for part, of in pairs:
            whole = wholes.get(of)
            if whole is not None:
                wholes.setdefault(part, whole)
    return wholes
