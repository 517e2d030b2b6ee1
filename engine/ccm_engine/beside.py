"""What a server is asked beside what the kinds ask: what hangs on what, and everything that a user can have made.

It knows no kind, so that a server can be asked before these are imported.
"""

from collections.abc import Iterable
from itertools import chain, repeat
from typing import TYPE_CHECKING, TypeAlias

from ccm_engine.value import value

if TYPE_CHECKING:
    import asyncpg

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]

Address: TypeAlias = tuple[int, int, int]
"""(classid, objid, objsubid), as in pg_depend."""

TRACKING = ("__drizzle_migrations", "__ccm_runs")
"""The runner's own tables, in `public`, and that of drizzle-orm's migrator, in `drizzle`: no part of any schema."""

# Looked up once, and known to the queries that follow by a setting: they would take longer to plan with it in them.
_TRACKED = rf"""
with tables as (
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'drizzle') and c.relname in {TRACKING}
    -- Alembic's, by its name and its only column, wherever `version_table_schema` has put it
    or c.relname = 'alembic_version' and c.relkind = 'r' and (
        select array_agg(a.attname::text) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) = array['version_num']),
theirs as (
    select oid from tables
    union
    select d.objid from pg_depend d join tables t on t.oid = d.refobjid
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass)
select set_config('ccm.tracked', coalesce(array_agg(oid)::text, '{{}}'), true) from theirs;
-- the schema that drizzle-orm's migrator has made for its table, if it holds nothing else
select set_config('ccm.tracking', coalesce((
    select n.oid::text from pg_namespace n
    where n.nspname = 'drizzle'
    and exists (select from pg_class c where c.relnamespace = n.oid and c.relname = '__drizzle_migrations')
    and not exists (
        select from pg_class c where c.relnamespace = n.oid and c.relname not like '\_\_drizzle\_migrations%')
    and not exists (select from pg_proc p where p.pronamespace = n.oid)
    and not exists (select from pg_type t where t.typnamespace = n.oid and t.typtype in ('d', 'e', 'r'))
), '0'), true)"""


USERS_OWN = """
with members as (
    select classid, objid from pg_depend where refclassid = 'pg_extension'::regclass and deptype = 'e'),
namespaces as (
    select n.oid, n.nspname as name from pg_namespace n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.oid <> (select current_setting('ccm.tracking')::oid)
    and not exists (select from members m where m.classid = 'pg_namespace'::regclass and m.objid = n.oid)),
everything as (
    select c.oid, n.name as schema, c.relname as name, c.relkind as kind, c.relpersistence as persistence,
        c.relispartition as partition
    from pg_class c join namespaces n on n.oid = c.relnamespace
    where not exists (select from members m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
    and c.oid <> all ((select current_setting('ccm.tracked'))::oid[])),
relations as (select * from everything where not (partition and kind = 'f')),
serials as (
    select s.seqrelid as sequence, r.oid as relation, a.attnum as number
    from pg_sequence s
    join pg_class q on q.oid = s.seqrelid
    join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = q.oid and d.deptype = 'a'
        and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
    join pg_class r on r.oid = d.refobjid
    join pg_attribute a on a.attrelid = r.oid and a.attnum = d.refobjsubid and a.attnotnull
    join pg_attrdef f on f.adrelid = r.oid and f.adnum = a.attnum
    where q.relname = r.relname || '_' || a.attname || '_seq' and s.seqtypid = a.atttypid
    -- not with =, by which all relations of a schema could be paired with one another
    and q.relnamespace is not distinct from r.relnamespace and q.relpersistence is not distinct from r.relpersistence
    and s.seqstart = 1 and s.seqincrement = 1 and s.seqmin = 1 and s.seqcache = 1 and not s.seqcycle
    and s.seqmax = case s.seqtypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647
        else 9223372036854775807 end
    and case when a.attgenerated = '' then pg_get_expr(f.adbin, 0) end
        = format('nextval(%L::regclass)', q.oid::regclass)
    and obj_description(q.oid, 'pg_class') is null),
types as (
    select t.*, n.name as schema from pg_type t join namespaces n on n.oid = t.typnamespace
    where not exists (select from members m where m.classid = 'pg_type'::regclass and m.objid = t.oid))
"""

# Of a column with its own default, or with its own NOT NULL, there are more than of all others together.
_DEPENDS = """
select classid, refclassid, deptype = 'a',
    array_agg(objid), array_agg(objsubid), array_agg(refobjid), array_agg(refobjsubid)
from pg_depend d
where deptype in ('n', 'a') and refobjid >= 16384
and not (classid = 'pg_attrdef'::regclass and deptype = 'a' and exists (
    select from pg_attrdef f where f.oid = d.objid and f.adrelid = d.refobjid and f.adnum = d.refobjsubid))
and not (classid = 'pg_constraint'::regclass and deptype = 'a' and exists (
    select from pg_constraint c where c.oid = d.objid and c.contype = 'n' and c.conrelid = d.refobjid))
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
    USERS_OWN
    + ", others (classid, objid) as ("
    + " union all ".join(
        (
            """select 'pg_class'::regclass::oid, oid from everything where kind not in ('i', 'I', 't', 'c')""",
            """select 'pg_type'::regclass, t.oid from types t left join pg_class c on c.oid = t.typrelid
            where t.typcategory <> 'A' and (t.typrelid = 0 or c.relkind = 'c')""",
            """select 'pg_constraint'::regclass, c.oid from pg_constraint c join relations r on r.oid = c.conrelid
            where c.conislocal and c.conparentid = 0 and c.contype <> 'n'""",
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


@value
class Beside:
    depends: tuple[tuple[Address, Address, bool], ...]
    """(dependent, on, whether automatically)."""
    made: tuple[tuple[int, int], ...]
    """(classid, objid) of everything that a user can have made, but for what is a part of it."""


async def ask(connection: "Connection", *, everything: bool = True) -> Beside:
    """In a transaction, first of all; of what hangs on what only, unless `everything`.

    What a session may set that changes how Postgres spells things is set for the rest of the transaction; and it
    neither compiles queries that are run once nor starts processes for them.
    """
    await connection.execute(f"{_SPELLING};{_TRACKED}")
    depends = tuple(chain.from_iterable(map(_bonds, await connection.fetch(_DEPENDS))))
    others = await connection.fetch(_OTHERS) if everything else ()
    return Beside(depends=depends, made=tuple((classid, objid) for classid, objids in others for objid in objids))


def _bonds(record: "asyncpg.Record") -> Iterable[tuple[Address, Address, bool]]:
    classid, refclassid, automatically, objids, objsubids, refobjids, refobjsubids = record
    dependents = zip(repeat(classid), objids, objsubids, strict=False)
    on = zip(repeat(refclassid), refobjids, refobjsubids, strict=False)
    return zip(dependents, on, repeat(automatically), strict=False)
