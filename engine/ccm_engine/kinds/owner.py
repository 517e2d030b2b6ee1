"""`ALTER TABLE "user" OWNER TO "app"`: opt-in, because what belongs to whom is often a matter of the server.

What belongs to whoever reads it has none: it is made by its owner.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.kinds.privileges import named, quoted
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class Owner(Object):
    KIND: ClassVar[str] = "owner"

    of_kind: str = ""
    object: tuple[str, ...] = ()
    """The path of the object."""
    on: str
    """What ALTER calls it: `TABLE "user"`, `ROUTINE "f"(integer)`."""
    role: str

    @property
    def path(self) -> tuple[str, ...]:
        return (self.of_kind, *self.object)

    @property
    def parent(self) -> Key | None:
        return None if (self.of_kind, self.object) == ("schema", ("public",)) else Key(self.of_kind, self.object)


def create(owner: Owner, _goal: Catalog) -> Iterable[str]:
    yield f"ALTER {owner.on} OWNER TO {quote(owner.role)}"


def alter(_old: Owner, new: Owner, sides: Sides) -> Iterable[str]:
    return create(new, sides.goal)


def rename(old: Owner, new: Owner) -> Iterable[str] | None:
    """The object was renamed: it belongs to whom it did."""
    return () if replace(old, object=new.object, on=new.on) == new else None


def drop(owner: Owner) -> Iterable[str]:
    yield f"ALTER {owner.on} OWNER TO CURRENT_USER"


def needs(owner: Owner) -> Iterable[Need]:
    yield Need(owner.key, Key("role", (owner.role,)), Bond.USES)


def about(owner: Owner, key: Key | None) -> Owner | None:
    if key is None:
        return owner if owner.of_kind else None
    return replace(owner, of_kind=key.kind, object=key.path)


def _in_schemas(catalog: str, prefix: str, word: str, where: str = "true") -> str:
    on = f"'{word} ' || {named('n.name', f'o.{prefix}name')}"
    return _owned(catalog, prefix, on, f"join namespaces n on n.oid = o.{prefix}namespace", where)


def _owned(catalog: str, prefix: str, on: str, join: str = "", where: str = "true") -> str:
    return f"""select '{catalog}'::regclass, o.oid, o.{prefix}owner, {on}, null from {catalog} o {join} where {where}
        and not exists (select from members m where m.classid = '{catalog}'::regclass and m.objid = o.oid)"""


# rows (classid, objid, owner, on_, object): what can belong to somebody; sequences of a column belong to its table's
_OWNABLE = " union all ".join(
    (
        f"""select 'pg_class'::regclass, c.oid, c.relowner, case c.relkind when 'S' then 'SEQUENCE '
        when 'v' then 'VIEW ' when 'm' then 'MATERIALIZED VIEW ' when 'f' then 'FOREIGN TABLE ' else 'TABLE ' end
        || {named("r.schema", "r.name")}, null::text[]
        from everything r join pg_class c on c.oid = r.oid
        where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and (c.relkind <> 'S' or not exists (
            select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
            and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')))""",
        f"""select 'pg_namespace'::regclass, n.oid, p.nspowner, 'SCHEMA ' || {quoted("n.name")},
        case n.name when 'public' then array['public'] end
        from namespaces n join pg_namespace p on p.oid = n.oid
        where n.name <> 'public' or p.nspowner not in (10, coalesce(to_regrole('pg_database_owner'), 10))""",
        f"""select 'pg_proc'::regclass, o.oid, o.proowner,
        'ROUTINE ' || {named("n.name", "o.proname")} || '(' || oidvectortypes(o.proargtypes) || ')', null
        from pg_proc o join namespaces n on n.oid = o.pronamespace
        where not exists (select from members m where m.classid = 'pg_proc'::regclass and m.objid = o.oid)
        and not exists (  -- the constructors of a range type, which belong to whoever made the server
            select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = o.oid and d.deptype = 'i')""",
        f"""select 'pg_type'::regclass, t.oid, t.typowner, 'TYPE ' || {named("t.schema", "t.typname")}, null
        from types t left join pg_class c on c.oid = t.typrelid
        where t.typtype <> 'm' and t.typcategory <> 'A' and (t.typrelid = 0 or c.relkind = 'c')""",
        _in_schemas("pg_collation", "coll", "COLLATION"),
        _in_schemas("pg_statistic_ext", "stx", "STATISTICS"),
        _owned("pg_publication", "pub", f"'PUBLICATION ' || {quoted('o.pubname')}"),
        _owned("pg_foreign_data_wrapper", "fdw", f"'FOREIGN DATA WRAPPER ' || {quoted('o.fdwname')}"),
        _owned("pg_foreign_server", "srv", f"'SERVER ' || {quoted('o.srvname')}"),
        _owned("pg_event_trigger", "evt", f"'EVENT TRIGGER ' || {quoted('o.evtname')}"),
    )
)

KIND = Kind(
    type=Owner,
    opt_in=True,
    query=f"""
        select o.classid, o.objid, 0,
            case when o.object is null then '' else 'schema' end as of_kind,
            coalesce(o.object, '{{}}') as object,
            o.on_ as on,
            r.rolname as role,
            null as comment
        from ({_OWNABLE}) o (classid, objid, owner, on_, object)
        join pg_roles r on r.oid = o.owner and r.rolname <> current_user""",
    about=about,
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    needs=needs,
    named=lambda owner: f"{owner.on} OWNER TO {owner.role}",
)
