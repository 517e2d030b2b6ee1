"""`CREATE ROLE "app" LOGIN`: opt-in, because roles belong to the whole server; never a password.

Neither the role that the server was made with nor those of Postgres itself (`pg_…`) are read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import literal, quote
from ccm_engine.value import value

MARK = "ccm_shadow_role_"
"""What the comment of a role begins with that was made for a shadow; the time follows."""


@value
class Membership:
    """`GRANT role TO … WITH ADMIN TRUE, INHERIT FALSE`; the last two are None before 16."""

    role: str
    admin: bool = False
    inherit: bool | None = None
    set: bool | None = None


@value
class Setting:
    """`SET name = value`, in one database or, where it is None, in all."""

    database: str | None
    name: str
    value: str


@value
class Role(Object):
    KIND: ClassVar[str] = "role"

    name: str
    attributes: tuple[str, ...] = ()
    """As CREATE ROLE spells them, where they are not its default: `LOGIN`, `NOINHERIT`."""
    connection_limit: int = -1
    valid_until: str | None = None
    memberships: tuple[Membership, ...] = ()
    settings: tuple[Setting, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


_DEFAULTS = ("NOSUPERUSER", "NOCREATEDB", "NOCREATEROLE", "INHERIT", "NOLOGIN", "NOREPLICATION", "NOBYPASSRLS")


def _opposite(attribute: str) -> str:
    return attribute.removeprefix("NO") if attribute.startswith("NO") else f"NO{attribute}"


def create(role: Role, _goal: Catalog) -> Iterable[str]:
    bare = Role(name=role.name)
    yield " ".join((f"CREATE ROLE {quote(role.name)}", *_options(bare, role)))
    yield from _belongings(bare, role)


def alter(old: Role, new: Role, _sides: Sides) -> Iterator[str]:
    options = tuple(_options(old, new))
    if options:
        yield f"ALTER ROLE {quote(new.name)} {' '.join(options)}"
    yield from _belongings(old, new)


def _options(old: Role, new: Role) -> Iterator[str]:
    for default in _DEFAULTS:
        before, after = (_opposite(default) in role.attributes for role in (old, new))
        if before != after:
            yield _opposite(default) if after else default
    if old.connection_limit != new.connection_limit:
        yield f"CONNECTION LIMIT {new.connection_limit}"
    if old.valid_until != new.valid_until:
        yield f"VALID UNTIL {literal(new.valid_until or 'infinity')}"


def _belongings(old: Role, new: Role) -> Iterator[str]:
    gone = [item for item in old.memberships if item.role not in {other.role for other in new.memberships}]
    yield from (f"REVOKE {quote(item.role)} FROM {quote(new.name)}" for item in gone)
    before = {item.role: item for item in old.memberships}
    for item in new.memberships:
        if before.get(item.role) != item:
            yield from _joins(new.name, item, before.get(item.role))
    kept = {(item.database, item.name) for item in new.settings}
    yield from (
        f"{_where(new, item)} RESET {item.name}" for item in old.settings if (item.database, item.name) not in kept
    )
    yield from (
        f"{_where(new, item)} SET {item.name} TO {item.value}" for item in new.settings if item not in old.settings
    )


def _joins(name: str, item: Membership, before: Membership | None) -> Iterator[str]:
    grant = f"GRANT {quote(item.role)} TO {quote(name)}"
    if item.inherit is None:  # before 16
        if before is not None and before.admin:
            yield f"REVOKE ADMIN OPTION FOR {quote(item.role)} FROM {quote(name)}"
        else:
            yield f"{grant} WITH ADMIN OPTION" if item.admin else grant
        return
    options = (("ADMIN", item.admin), ("INHERIT", item.inherit), ("SET", item.set))
    yield f"{grant} WITH {', '.join(f'{word} {str(value).upper()}' for word, value in options)}"


def _where(role: Role, setting: Setting) -> str:
    database = "" if setting.database is None else f" IN DATABASE {quote(setting.database)}"
    return f"ALTER ROLE {quote(role.name)}{database}"


def drop(role: Role) -> Iterable[str]:
    yield f"DROP ROLE {quote(role.name)}"


def needs(role: Role) -> Iterable[Need]:
    for item in role.memberships:
        yield Need(role.key, Key("role", (item.role,)), Bond.USES)


def released(role: Role, on: Key) -> Role:
    """A role that is dropped takes its memberships along."""
    return replace(role, memberships=tuple(item for item in role.memberships if item.role != on.path[-1]))


_ATTRIBUTES = """array_remove(array[
                case when r.rolsuper then 'SUPERUSER' end, case when r.rolcreatedb then 'CREATEDB' end,
                case when r.rolcreaterole then 'CREATEROLE' end, case when not r.rolinherit then 'NOINHERIT' end,
                case when r.rolcanlogin then 'LOGIN' end, case when r.rolreplication then 'REPLICATION' end,
                case when r.rolbypassrls then 'BYPASSRLS' end], null)"""

# a list's items are quoted apart from each other, as pg_dump does
_VALUE = """case when lower(split_part(s.setting, '=', 1)) in ('search_path', 'local_preload_libraries',
                    'session_preload_libraries', 'temp_tablespaces', 'unix_socket_directories')
                    then substr(s.setting, strpos(s.setting, '=') + 1)
                    else quote_literal(substr(s.setting, strpos(s.setting, '=') + 1)) end"""

KIND = Kind(
    type=Role,
    opt_in=True,
    query=f"""
        select 'pg_authid'::regclass, r.oid, 0,
            r.rolname as name,
            {_ATTRIBUTES} as attributes,
            r.rolconnlimit as connection_limit,
            nullif(r.rolvaliduntil, 'infinity') as valid_until,
            (
                select coalesce(json_agg(json_build_object('role', m.rolname, 'admin', m.admin,
                    'inherit', m.inherit, 'set', m.set) order by m.rolname), '[]')
                from (
                    select g.rolname, bool_or(x.admin_option) as admin,
                        bool_or((to_jsonb(x) ->> 'inherit_option')::bool) as inherit,
                        bool_or((to_jsonb(x) ->> 'set_option')::bool) as set
                    from pg_auth_members x join pg_roles g on g.oid = x.roleid
                    where x.member = r.oid group by g.rolname) m) as memberships,
            (
                select coalesce(json_agg(json_build_object('database', d.datname,
                    'name', split_part(s.setting, '=', 1), 'value', {_VALUE}) order by d.datname, s.setting), '[]')
                from pg_db_role_setting c left join pg_database d on d.oid = c.setdatabase,
                    unnest(c.setconfig) s (setting)
                where c.setrole = r.oid) as settings,
            shobj_description(r.oid, 'pg_authid') as comment
        from pg_roles r
        where r.oid <> 10 and r.rolname !~ '^pg_'
        and not coalesce(starts_with(shobj_description(r.oid, 'pg_authid'), '{MARK}'), false)""",
    create=create,
    alter=alter,
    drop=drop,
    released=released,
    needs=needs,
    named=lambda role: f"ROLE {quote(role.name)}",
)
