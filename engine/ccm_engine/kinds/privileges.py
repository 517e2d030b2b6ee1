"""What somebody may do: `SELECT, INSERT`, some of it `WITH GRANT OPTION`, and the GRANT and REVOKE between two such."""

from collections.abc import Iterator

from ccm_engine.catalog import Bond, Key, Need
from ccm_engine.value import value

ALL = ("ALL",)
"""Everything that a kind of object knows, which differs between versions of Postgres: MAINTAIN came with 17."""

OWNER = "OWNER"
"""Who owns an object, whatever the name: two databases with different owners are the same schema."""

PUBLIC = "PUBLIC"

_ORDER = (
    *("ALL", "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"),
    *("USAGE", "CREATE", "EXECUTE"),
)


@value
class Privileges:
    """`grantable` are those of `held` that may be passed on."""

    held: tuple[str, ...] = ()
    grantable: tuple[str, ...] = ()

    def to(
        self, new: "Privileges", on: str, grantee: str, *, column: str = "", lacking: tuple[str, ...] = ()
    ) -> Iterator[str]:
        """The statements after which somebody who holds these holds the new ones; `on` is `ON TABLE "t"`.

        `lacking` are those of ALL that the new ones are without.
        """
        gone, come = _between(self.held, new.held)
        if gone == ALL and lacking and not self.grantable and "MAINTAIN" not in lacking:  # which 16 does not know
            gone, come = lacking, ()
        still = () if gone == ALL else tuple(item for item in self.grantable if item not in gone)
        not_passed_on, passed_on = _between(still, new.grantable)
        if gone:
            yield f"REVOKE {_listed(gone, column)} {on} FROM {grantee}"
        if not_passed_on:
            yield f"REVOKE GRANT OPTION FOR {_listed(not_passed_on, column)} {on} FROM {grantee}"
        plain = tuple(item for item in come if item not in passed_on)
        if plain:
            yield f"GRANT {_listed(plain, column)} {on} TO {grantee}"
        if passed_on:
            yield f"GRANT {_listed(passed_on, column)} {on} TO {grantee} WITH GRANT OPTION"

    def plus(self, other: "Privileges") -> "Privileges":
        """Both together."""
        return Privileges(held=_joined(self.held, other.held), grantable=_joined(self.grantable, other.grantable))


def _between(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What goes and what comes."""
    if old == new:
        return (), ()
    if "ALL" in old or "ALL" in new:
        return (ALL if old == ALL else ()), new
    return tuple(item for item in old if item not in new), tuple(item for item in new if item not in old)


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return ALL if "ALL" in one or "ALL" in other else tuple(sorted({*one, *other}))


def _listed(privileges: tuple[str, ...], column: str) -> str:
    """`SELECT ("a"), INSERT ("a")`."""
    return ", ".join(f"{item} ({column})" if column else item for item in sorted(privileges, key=_ORDER.index))


def collected(everything: str, chosen: str) -> str:
    """SQL: the privileges of the rows that are `chosen`, as JSON; ALL where they are `everything`, and several."""
    found = f"coalesce(array_agg(distinct g.privilege order by g.privilege) filter (where {chosen}), '{{}}')"
    return f"""case when cardinality({everything}) > 1 and {found} @> {everything}
        then json_build_array('ALL') else to_json({found}) end"""


# rows (privilege): all that the owner of an object of the type `letter` has of it (acldefault, in the Postgres sources)
EVERYTHING = """case when {letter} = 'c' then array['INSERT', 'REFERENCES', 'SELECT', 'UPDATE'] else array(
            select x.privilege_type from aclexplode(acldefault({letter}, {owner})) x where x.grantee = {owner}) end"""

# who the oid in a list of access privileges is
GRANTEE = """case {grantee} when 0 then 'PUBLIC' when {owner} then 'OWNER' else (
            select '"' || replace(r.rolname, '"', '""') || '"' from pg_roles r where r.oid = {grantee}) end"""

# rows (actual, grantee, privilege, grantable): what is granted, and what Postgres grants by itself
GRANTED = """lateral (
            select true as actual, x.number, x.grantee, x.privilege_type as privilege, x.is_grantable as grantable
            from aclexplode({acl}) with ordinality x (grantor, grantee, privilege_type, is_grantable, number)
            union all
            select false, 0, x.grantee, x.privilege_type, x.is_grantable from aclexplode({initial}) x) g"""


def holdings(everything: str) -> str:
    """SQL: `held`, `initially` and `lacking`."""
    return (
        ", ".join(
            f"json_build_object('held', {collected(everything, chosen)},"
            f" 'grantable', {collected(everything, f'{chosen} and g.grantable')}) as {name}"
            for name, chosen in (("held", "g.actual"), ("initially", "not g.actual"))
        )
        + f""", array(
            select unnest({everything}) except
            select unnest(array_agg(g.privilege) filter (where g.actual)) order by 1) as lacking"""
    )


DIFFERS = """array_agg(distinct (g.privilege, g.grantable)) filter (where g.actual)
            is distinct from array_agg(distinct (g.privilege, g.grantable)) filter (where not g.actual)"""


def quoted(name: str) -> str:
    """SQL: a name, always quoted."""
    return f"""'"' || replace({name}, '"', '""') || '"'"""


def named(schema: str, name: str) -> str:
    """SQL: a name, with that of its schema unless this is `public`."""
    return f"case when {schema} = 'public' then '' else {quoted(schema)} || '.' end || {quoted(name)}"


def on_role(dependent: Key, grantee: str) -> Iterator[Need]:
    """What is granted to a role hangs on it, where roles are of interest."""
    if grantee.startswith('"'):
        yield Need(dependent, Key("role", (grantee[1:-1].replace('""', '"'),)), Bond.USES)
