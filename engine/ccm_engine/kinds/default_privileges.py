"""`ALTER DEFAULT PRIVILEGES IN SCHEMA "app" GRANT SELECT ON TABLES TO "reader"`.

FOR ROLE is left out where the role is whoever runs the migrations: the current user, or, where that one has no default
privileges, the owner of the database. What is made while default privileges are in force has their grants from the
start: `given`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.grant import Grant
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.kinds.privileges import (
    ALL,
    DIFFERS,
    EVERYTHING,
    GRANTED,
    GRANTEE,
    OWNER,
    PUBLIC,
    Privileges,
    holdings,
    on_role,
)
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class DefaultPrivileges(Object):
    KIND: ClassVar[str] = "default privileges"

    role: str | None = None
    """Whose objects get them; None: those of whoever runs the migrations."""
    schema: str | None = None
    """Where; None: everywhere."""
    on: str
    """TABLES, SEQUENCES, FUNCTIONS, TYPES, SCHEMAS, LARGE OBJECTS."""
    grantee: str
    """`"app"`, PUBLIC, or OWNER."""
    held: Privileges
    initially: Privileges = field(default=Privileges(), compare=False)
    """What Postgres grants by itself; nothing in a schema, whose default privileges come on top."""
    lacking: tuple[str, ...] = field(default=(), compare=False)
    """What is left of ALL."""

    @property
    def path(self) -> tuple[str, ...]:
        return (self.role or "", self.schema or "", self.on, self.grantee)

    @property
    def parent(self) -> Key | None:
        return None if self.schema in {None, "public"} else Key("schema", (str(self.schema),))


def _between(item: DefaultPrivileges, old: Privileges, new: Privileges) -> Iterator[str]:
    words = ["ALTER DEFAULT PRIVILEGES"]
    if item.role is not None:
        words.append(f"FOR ROLE {quote(item.role)}")
    if item.schema is not None:
        words.append(f"IN SCHEMA {quote(item.schema)}")
    grantee = item.grantee
    if grantee == OWNER:
        grantee = "CURRENT_USER" if item.role is None else quote(item.role)
    lacking = item.lacking if new == item.held else ()
    for statement in old.to(new, f"ON {item.on}", grantee, lacking=lacking):
        yield f"{' '.join(words)} {statement}"


def create(item: DefaultPrivileges, _goal: Catalog) -> Iterable[str]:
    return _between(item, item.initially, item.held)


def alter(old: DefaultPrivileges, new: DefaultPrivileges, _sides: Sides) -> Iterable[str]:
    return _between(new, old.held, new.held)


def drop(item: DefaultPrivileges) -> Iterable[str]:
    return _between(item, item.held, item.initially)


def needs(item: DefaultPrivileges) -> Iterator[Need]:
    yield from on_role(item.key, item.grantee)
    if item.role is not None:
        yield Need(item.key, Key("role", (item.role,)), Bond.USES)


TABLES = frozenset({"table", "view", "materialized view", "foreign table"})
ROUTINES = frozenset({"function", "procedure", "aggregate"})
TYPES = frozenset({"enum", "domain", "composite type", "range type"})
REACHED = TABLES | ROUTINES | TYPES | {"schema", "sequence", "column"}
"""What default privileges reach when it is made; a column's identity has a sequence."""


@value
class Made:
    """Something that default privileges reach when it is made."""

    on: str
    grant: Grant
    """One of it, to nobody."""

    @property
    def schema(self) -> str | None:
        return None if self.on == "SCHEMAS" else self.grant.object[0]


def made(item: Object, named: str) -> Made | None:
    """What they reach when an object is made that COMMENT ON calls `named`: a column's identity has a sequence."""
    kind, path, part_of = item.KIND, item.path, None
    call, _, name = named.partition(f"{kind.upper()} ")
    if kind in TABLES:
        on, call = "TABLES", f"TABLE {name}"
    elif kind in ROUTINES:
        on, call = "FUNCTIONS", f"{'PROCEDURE' if kind == 'procedure' else 'FUNCTION'} {_inputs(name)}"
    elif kind in TYPES:
        on, call = "TYPES", f"TYPE {qualified(*path[:2])}"
    elif kind == "sequence":
        on, call = "SEQUENCES", named
    elif kind == "schema":
        on, call = "SCHEMAS", named
    elif isinstance(item, Column) and item.identity is not None:
        kind, path, part_of = "sequence", (item.schema, item.identity.sequence), item.path
        on, call = "SEQUENCES", f"SEQUENCE {qualified(*path)}"
    else:
        return None
    return Made(on=on, grant=Grant(of_kind=kind, object=path, part_of=part_of, on=call, grantee="", held=Privileges()))


def _inputs(name: str) -> str:
    """An aggregate without arguments, or with ordered ones, as GRANT calls it."""
    return name.replace("(*)", "()").replace("( ORDER BY ", "(").replace(" ORDER BY ", ", ")


def given(thing: Made, in_force: Iterable[DefaultPrivileges]) -> Iterator[Grant]:
    """The grants that something has when it has just been made, as far as they are not what Postgres grants anyway."""
    found = [item for item in in_force if item.on == thing.on and item.schema in {None, thing.schema}]
    for grantee in dict.fromkeys(item.grantee for item in found):
        initially = built_in(thing.on, grantee)
        mine = [item for item in found if item.grantee == grantee]
        held = next((item.held for item in mine if item.schema is None), initially)
        for item in mine:
            if item.schema is not None:
                held = held.plus(item.held)
        if held != initially:
            yield replace(thing.grant, grantee=grantee, held=held, initially=initially)


def built_in(on: str, grantee: str) -> Privileges:
    """What Postgres grants by itself (acldefault, in its sources)."""
    single = {"FUNCTIONS": ("EXECUTE",), "TYPES": ("USAGE",)}
    if grantee == OWNER:
        return Privileges(held=single.get(on, ALL))
    return Privileges(held=single.get(on, ()) if grantee == PUBLIC else ())


_INITIAL = "case when d.schema is null then acldefault(d.letter, d.role) end"

KIND = Kind(
    type=DefaultPrivileges,
    present="exists (select from pg_default_acl)",
    query=f"""
        select 'pg_default_acl'::regclass, 0, 0,
            (select r.rolname from pg_roles r where r.oid = d.role and r.oid <> w.runner) as role,
            d.schema as schema,
            case d.letter when 'r' then 'TABLES' when 's' then 'SEQUENCES' when 'f' then 'FUNCTIONS'
                when 'T' then 'TYPES' when 'n' then 'SCHEMAS' else 'LARGE OBJECTS' end as on,
            {GRANTEE.format(grantee="g.grantee", owner="d.role")} as grantee,
            {holdings("e.everything")},
            null as comment
        from (
            select a.oid, a.defaclrole, n.nspname, a.defaclacl,
                case a.defaclobjtype when 'S' then 's' else a.defaclobjtype end
            from pg_default_acl a left join pg_namespace n on n.oid = a.defaclnamespace
        ) d (oid, role, schema, acl, letter),
        lateral (select {EVERYTHING.format(letter="d.letter", owner="d.role")}) e (everything),
        (select coalesce(
            (select r.oid from pg_roles r where r.rolname = current_user
                and exists (select from pg_default_acl a where a.defaclrole = r.oid)),
            (select b.datdba from pg_database b where b.datname = current_database()))) w (runner),
        {GRANTED.format(acl="d.acl", initial=_INITIAL)}
        group by d.oid, d.role, d.schema, d.letter, e.everything, w.runner, g.grantee
        having {DIFFERS}""",
    about=lambda item, _: item,
    create=create,
    alter=alter,
    drop=drop,
    needs=needs,
    named=lambda item: " ".join(filter(None, item.path)),
    pervasive=True,
)
