"""`GRANT SELECT, INSERT ON TABLE "user" TO "app"`: where somebody may do more, or less, than Postgres lets them anyway.

Columns have grants of their own. Whoever owns an object is called CURRENT_USER: the migration that makes it is run by
its owner. What other roles than the owner have granted counts as the owner's; it is reported.
"""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.kinds.owner import Owner
from ccm_engine.kinds.privileges import (
    DIFFERS,
    EVERYTHING,
    GRANTED,
    GRANTEE,
    OWNER,
    Privileges,
    holdings,
    named,
    on_role,
    quoted,
)
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class Grant(Object):
    KIND: ClassVar[str] = "grant"

    of_kind: str = ""
    """Of the object."""
    object: tuple[str, ...] = ()
    """Its path."""
    on: str
    """What GRANT calls it: `TABLE "user"`, `FUNCTION "f"(integer)`."""
    column: str | None = None
    grantee: str
    """`"app"`, PUBLIC, or OWNER."""
    owner: str | None = field(default=None, compare=False)
    """Who the owner is, where it is not whoever reads this."""
    held: Privileges
    initially: Privileges = field(default=Privileges(), compare=False)
    """What Postgres grants by itself."""
    lacking: tuple[str, ...] = field(default=(), compare=False)
    """What is left of ALL."""
    position: int = field(default=0, compare=False)
    """Among the grants of the object."""
    part_of: tuple[str, ...] | None = None
    """The path of the column whose identity the sequence is."""

    @property
    def path(self) -> tuple[str, ...]:
        column = () if self.column is None or self.of_kind == "column" else (self.column,)
        return (self.of_kind, *self.object, *column, self.grantee)

    @property
    def parent(self) -> Key | None:
        if self.part_of is not None:
            return Key("column", self.part_of)
        return None if (self.of_kind, self.object) == ("schema", ("public",)) else Key(self.of_kind, self.object)


def _between(grant: Grant, old: Privileges, new: Privileges, owner: str | None) -> Iterable[str]:
    grantee = grant.grantee
    if grantee == OWNER:
        grantee = "CURRENT_USER" if owner is None else quote(owner)
    column = "" if grant.column is None else quote(grant.column)
    lacking = grant.lacking if new == grant.held else ()
    return old.to(new, f"ON {grant.on}", grantee, column=column, lacking=lacking)


def _owner(grant: Grant, goal: Catalog) -> str | None:
    """Who the owner is to be, where owners are of interest."""
    owners = (goal.objects.get(key) for key in ownerships(grant))
    return next((owner.role for owner in owners if isinstance(owner, Owner)), None)


def ownerships(grant: Grant) -> Iterator[Key]:
    """What says who the owner is, if anything does: whom OWNER stands for. A column belongs to whom its table does."""
    for kind in _kinds(grant):
        yield Key("owner", (kind, *(grant.object[:2] if grant.of_kind == "column" else grant.object)))


def _kinds(grant: Grant) -> tuple[str, ...]:
    return ("table", "foreign table") if grant.of_kind == "column" else (grant.of_kind,)


def create(grant: Grant, goal: Catalog) -> Iterable[str]:
    return _between(grant, grant.initially, grant.held, _owner(grant, goal))


def alter(old: Grant, new: Grant, sides: Sides) -> Iterable[str]:
    return _between(new, old.held, new.held, _owner(new, sides.goal) or old.owner)


def drop(grant: Grant) -> Iterable[str]:
    return _between(grant, grant.held, grant.initially, grant.owner)


def rename(old: Grant, new: Grant) -> Iterable[str] | None:
    """The object was renamed: its grants stay with it."""
    renamed = replace(old, object=new.object, on=new.on, column=new.column, part_of=new.part_of)
    moved = old.of_kind == new.of_kind and old.object == new.object  # between columns, and the object keeps its name
    return () if renamed == new and not moved else None


def needs(grant: Grant) -> Iterable[Need]:
    yield from on_role(grant.key, grant.grantee)
    yield from _on_the_table(grant)


def _on_the_table(grant: Grant) -> Iterable[Need]:
    """To revoke what somebody may do with a table revokes it of the columns as well."""
    if grant.column is not None:
        for kind in _kinds(grant):
            yield Need(grant.key, Key("grant", (kind, *grant.object[:2], grant.grantee)), Bond.USES)


def rebuilds(old: Grant, new: Grant) -> frozenset[str]:
    revokes = any(statement.startswith("REVOKE") for statement in _between(new, old.held, new.held, None))
    return frozenset({"grant"}) if revokes and old.column is None else frozenset()


def about(grant: Grant, key: Key | None) -> Grant | None:
    """The schema `public` and sequences say themselves what they are: the one has no key, others belong to a column."""
    if key is None:
        return grant if grant.of_kind else None
    if not grant.of_kind:
        return replace(grant, of_kind=key.kind, object=key.path)
    return replace(grant, part_of=key.path) if key.kind == "column" else grant


# rows (classid, objid, objsubid, letter, owner, acl, initial, on_, column_, object): all that is not as it was made
_ACLS = f"""
    select 'pg_class'::regclass, c.oid, 0, case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner,
        c.relacl, null::aclitem[],
        case c.relkind when 'S' then 'SEQUENCE ' else 'TABLE ' end || {named("r.schema", "r.name")}, null::name,
        case c.relkind when 'S' then array['sequence', r.schema, r.name] end
    from everything r join pg_class c on c.oid = r.oid and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'pg_class'::regclass, a.attrelid, a.attnum, 'c', c.relowner,
        a.attacl, null, 'TABLE ' || {named("r.schema", "r.name")}, a.attname, null
    from everything r join pg_class c on c.oid = r.oid
    join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    union all
    select 'pg_namespace'::regclass, n.oid, 0, 'n', p.nspowner,
        case n.name when 'public' then coalesce(p.nspacl, acldefault('n', p.nspowner)) else p.nspacl end,
        case n.name when 'public' then acldefault('n', p.nspowner) || array(
            select makeaclitem(0, p.nspowner, privilege, false) from unnest(array['USAGE', 'CREATE']) privilege
            where privilege = 'USAGE' or current_setting('server_version_num')::int < 150000)
        end, 'SCHEMA ' || {quoted("n.name")}, null, case n.name when 'public' then array['schema', 'public'] end
    from namespaces n join pg_namespace p on p.oid = n.oid
    union all
    select 'pg_proc'::regclass, p.oid, 0, 'f', p.proowner,
        p.proacl, null, case p.prokind when 'p' then 'PROCEDURE ' else 'FUNCTION ' end
        || {named("n.name", "p.proname")} || '(' || oidvectortypes(p.proargtypes) || ')', null, null
    from pg_proc p join namespaces n on n.oid = p.pronamespace
    where not exists (select from members m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
    and not exists (  -- the constructors of a range type, whose grants no dump has either
        select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
    union all
    select 'pg_type'::regclass, t.oid, 0, 'T', t.typowner,
        t.typacl, null, 'TYPE ' || {named("t.schema", "t.typname")}, null, null
    from types t where t.typtype <> 'm' and t.typcategory <> 'A'
    union all
    select 'pg_foreign_data_wrapper'::regclass, w.oid, 0, 'F', w.fdwowner,
        w.fdwacl, null, 'FOREIGN DATA WRAPPER ' || {quoted("w.fdwname")}, null, null
    from pg_foreign_data_wrapper w where not exists (
        select from members m where m.classid = 'pg_foreign_data_wrapper'::regclass and m.objid = w.oid)
    union all
    select 'pg_foreign_server'::regclass, s.oid, 0, 'S', s.srvowner,
        s.srvacl, null, 'FOREIGN SERVER ' || {quoted("s.srvname")}, null, null
    from pg_foreign_server s where not exists (
        select from members m where m.classid = 'pg_foreign_server'::regclass and m.objid = s.oid)"""

ACLS = f"""acls (classid, objid, objsubid, letter, owner, acl, initial, on_, column_, object) as materialized (
    select * from ({_ACLS}) q (classid, objid, objsubid, letter, owner, acl, initial, on_, column_, object)
    where acl is not null)"""

KIND = Kind(
    type=Grant,
    query=f"""
        with {ACLS}
        select classid, objid, objsubid,
            coalesce(a.object[1], '') as of_kind,
            coalesce(a.object[2:], '{{}}') as object,
            a.on_ as on,
            a.column_ as column,
            {GRANTEE.format(grantee="g.grantee", owner="a.owner")} as grantee,
            (select r.rolname from pg_roles r
                where r.oid = a.owner and g.grantee = a.owner and r.rolname <> current_user) as owner,
            coalesce(min(g.number) filter (where g.actual), 0) as position,
            {holdings("e.everything")},
            null as part_of,
            null as comment
        from acls a,
        lateral (select {EVERYTHING.format(letter="a.letter", owner="a.owner")}) e (everything),
        {GRANTED.format(acl="a.acl", initial="coalesce(a.initial, acldefault(a.letter, a.owner))")}
        group by a.classid, a.objid, a.objsubid, a.object, a.on_, a.column_, a.owner, g.grantee, e.everything
        having {DIFFERS}""",
    about=about,
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    rebuilds=rebuilds,
    needs=needs,
    named=lambda grant: f"{grant.on} TO {grant.grantee}",
)
