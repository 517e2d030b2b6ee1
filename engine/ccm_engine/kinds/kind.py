"""What a kind of object has to say for itself: how it is read, created, altered, dropped."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from ccm_engine.catalog import Catalog, Key, Need, Object
from ccm_engine.sql import literal, qualified, type_name
from ccm_engine.value import value

T = TypeVar("T", bound=Object)

READERS = frozenset(
    {"column", "view", "materialized view", "rule", "policy", "trigger", "function", "procedure", "publication table"}
)
"""What Postgres does not let read a column (for columns: as generated ones) whose type changes (ALTER TABLE)."""


@value
class Sides:
    """The catalog that something is altered in, and the one that it is to be."""

    head: Catalog
    goal: Catalog


@value
class InSchema(Object):
    """An object that its schema and its name tell apart."""

    schema: str
    name: str

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.name)

    @property
    def sql_name(self) -> str:
        return qualified(self.schema, self.name)


@value
class InTypes(InSchema):
    """A type, which Postgres may have one of the same name of."""

    @property
    def sql_name(self) -> str:
        return type_name(self.schema, self.name)


@value
class InTable(Object):
    """A part of a table, or of another kind of relation, which its name tells apart there."""

    schema: str
    table: str
    relation: str = "table"
    """The kind that `table` names: an index may be one of a materialized view, a trigger one of a view."""
    name: str

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.table, self.name)

    @property
    def parent(self) -> Key:
        return Key(self.relation, (self.schema, self.table))

    @property
    def table_name(self) -> str:
        return qualified(self.schema, self.table)


def never_renamed(_old: Object, _new: Object) -> Iterable[str] | None:
    return None


def never_rebuilds(_old: Object, _new: Object) -> frozenset[str]:
    return frozenset()


def never_halfway(_old: Object, _new: Object) -> None:
    return None


def not_followed(item: T, _sides: Sides) -> T:
    return item


def made_at_once(_item: Object, _goal: Catalog) -> None:
    return None


def never_released(_old: Object, _on: Key) -> None:
    return None


def outgoing(name: str, suffix: str) -> str:
    """A name for what is put aside, no longer than the 63 bytes at which Postgres cuts."""
    return name.encode()[: 63 - len(suffix)].decode(errors="ignore") + suffix


def no_stub(_object: Object) -> None:
    return None


def names_nothing(_object: Object) -> frozenset[str]:
    return frozenset()


def never_committed_first(_old: Object, _new: Object) -> bool:
    return False


def made_alone(_object: Object) -> Key | None:
    return None


def nothing_more(_object: Object) -> Iterable[Need]:
    return ()


@value
class Online:
    """How something is made in a table that is in use, without stopping those who use it."""

    first: tuple[str, ...] = ()
    """Statements that take their locks for a moment only."""
    afterwards: tuple[str, ...] = ()
    """Long ones, once the locks of the first are released: after a commit."""
    alone: tuple[str, ...] = ()
    """Long ones that Postgres refuses inside a transaction."""


@value
class Kind(Generic[T]):
    """One kind of Postgres object. The functions are pure: objects in, SQL statements out.

    `query` yields rows of (classid, objid, objsubid), an address in the system catalogs, and a column for each field of
    `type`, called like it. It may use the common table expressions of `ccm_engine.read`: `namespaces` and `relations`,
    which hold only what belongs to the user.

    `parts` yields rows (classid, objid, of_classid, of_objid, of_objsubid): rows of the system catalogs that the
    kind covers beside its own, so that `pg_depend` can be read through them and none is reported as unmodelled.
    """

    type: type[T]
    query: str
    create: Callable[[T, Catalog], Iterable[str]]
    """The object, and the catalog it is to be part of → the statements that make it, its comment left out."""
    drop: Callable[[T], Iterable[str]]
    alter: Callable[[T, T, Sides], Iterable[str] | None]
    """Old, new, and what they are part of → the statements; None where Postgres can only drop it and make it anew."""
    named: Callable[[T], str]
    """How COMMENT ON calls it: `COLUMN "user"."bio"`."""
    dropped: Callable[[T, Sides], Iterable[str]] | None = None
    """How it is dropped, where that depends on what stays."""
    rename: Callable[[T, T], Iterable[str] | None] = never_renamed
    """Old, new → the statements where the two differ in name alone, else None."""
    rebuilds: Callable[[T, T], frozenset[str]] = never_rebuilds
    """Old, new → the kinds of dependents that Postgres refuses to keep while this is altered."""
    halfway: Callable[[T, T], T | None] = never_halfway
    """Old, new → what it is in between, where what it lets go of must be gone before it gets what it is to have."""
    begun: Callable[[T, Catalog], T | None] = made_at_once
    """What it is made as, where it becomes what it is to be only when its parts are there."""
    followed: Callable[[T, Sides], T] = not_followed
    """What becomes of it by what other changes do to it: to a child's column by those of its parent's."""
    released: Callable[[T, Key], T | None] = never_released
    """What it is while something it hangs on is dropped and made anew: a column without its default; None where it
    has to be dropped meanwhile as well."""
    stub: Callable[[T], T | None] = no_stub
    """What can be made in its place before what it hangs on is there, and become it in place: it breaks circles."""
    words: Callable[[T], frozenset[str]] = names_nothing
    """The names in a text of it that `pg_depend` does not know, and that Postgres may yet look up when it is made."""
    committed_first: Callable[[T, T], bool] = never_committed_first
    """Old, new → whether Postgres lets nobody use what is altered until that is committed."""
    needs: Callable[[T], Iterable[Need]] = nothing_more
    """What it hangs on beyond what `pg_depend` says."""
    about: Callable[[T, Key | None], T | None] | None = None
    """Where the rows of `query` have the address of another object: what was read, and the key of that, if any kind
    models it → the object; None is reported."""
    present: str = "true"
    """SQL for whether a database can hold any: what it surely does not hold is not asked for, for it takes Postgres
    longer to plan a query than to find nothing."""
    opt_in: bool = False
    """Whether it is read only where it is asked for."""
    parts: str | None = None
    namespaces: frozenset[str] = frozenset()
    """Where its name must be its own beside those of other kinds of its schema: `relation`, `type`, `routine`."""
    put_aside: Callable[[T, T, str], T] | None = None
    """For what rows of tables are made of: where it must be made anew, it is called otherwise meanwhile (`rename`), and
    the columns move over to the new one. Old, new, what its names end with → the old one as it is then."""
    holds_data: bool = False
    """Whether to drop it loses what nobody can make again."""
    pervasive: bool = False
    """Whether it bears on whatever is made beside it, so that no proof can leave it out."""
    online: Callable[[T], Online] | None = None
    """How it is made in a table that is in use, where that differs from `create`."""
    made_with: Callable[[T], Key | None] = made_alone
    """The table in whose CREATE TABLE it is made, where that is made as well; None for what is made on its own."""

    @property
    def name(self) -> str:
        return self.type.KIND

    def comment(self, item: T) -> str:
        text = "NULL" if item.comment is None else literal(item.comment)
        return f"COMMENT ON {self.named(item)} IS {text}"
