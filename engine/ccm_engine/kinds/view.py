"""`CREATE VIEW "adult" AS SELECT …`.

CREATE OR REPLACE VIEW takes another query as long as the columns that are there keep their places, types and
collations; ALTER VIEW renames them. Any other view is dropped and made anew, with what hangs on it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds import defined, storage
from ccm_engine.kinds.defined import ResultColumn
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class ViewColumn(ResultColumn):
    default: str | None = None
    """What INSERT INTO the view takes where it is given nothing."""


@value
class View(InSchema):
    KIND: ClassVar[str] = "view"

    columns: tuple[ViewColumn, ...]
    definition: str
    """The query as `pg_get_viewdef` spells it."""
    options: tuple[str, ...] = ()
    options_as_given: tuple[str, ...] = field(default=(), compare=False)
    """`security_barrier=true`, `security_invoker=true`, `check_option=local`."""


def create(view: View, _goal: Catalog) -> Iterable[str]:
    yield _create(view, "CREATE")
    yield from _columns(None, view)


def _create(view: View, verb: str) -> str:
    names, query = defined.query(view.columns, view.definition)
    head = (f"{verb} VIEW {view.sql_name}{names}", *storage.clause(view.options_as_given))
    return f"{' '.join(head)} AS\n{query}"


def _columns(old: View | None, new: View) -> Iterator[str]:
    """The defaults and comments of the columns, as they differ from those in the same places."""
    for before, column in defined.common(old.columns if old else (), new.columns):
        if column.default != (before.default if before else None):
            action = "DROP DEFAULT" if column.default is None else f"SET DEFAULT {column.default}"
            yield f"ALTER VIEW {new.sql_name} ALTER COLUMN {quote(column.name)} {action}"
        if column.comment != (before.comment if before else None):
            yield defined.comment(new, column)


def alter(old: View, new: View, sides: Sides) -> Iterable[str] | None:
    return _alter(old, new) if _replaceable(old, new) and not _called_anew(old, new, sides) else None


def _called_anew(old: View, new: View, sides: Sides) -> bool:
    """Whether it calls a function that goes, and then one of the same name: only one of both may be there then."""
    going = {key: item for key, item in _called(old, sides.head) if key not in sides.goal.objects}
    return bool(going) and not {item.word for item in going.values()}.isdisjoint(
        item.word for _, item in _called(new, sides.goal)
    )


def _called(view: View, catalog: Catalog) -> Iterator[tuple[Key, Object]]:
    keys = (need.on for need in catalog.needs_of(view.key) if need.on.kind in {"function", "aggregate"})
    return ((key, catalog.objects[key]) for key in keys if key in catalog.objects)


def _replaceable(old: View, new: View) -> bool:
    pairs = list(zip(old.columns, new.columns, strict=False))
    same_types = all((before.type, before.collation) == (after.type, after.collation) for before, after in pairs)
    return len(pairs) == len(old.columns) and same_types and not _names_move(old, new)


def _names_move(old: View, new: View) -> bool:
    """Whether a name stays and yet means another column: what reads the old one would go on with that."""
    places = {column.name: place for place, column in enumerate(new.columns)}
    return any(places.get(column.name, place) != place for place, column in enumerate(old.columns))


def _alter(old: View, new: View) -> Iterator[str]:
    for before, column in zip(old.columns, new.columns, strict=False):
        if before.name != column.name:
            yield f"ALTER VIEW {new.sql_name} RENAME COLUMN {quote(before.name)} TO {quote(column.name)}"
    if old.definition != new.definition:
        yield _create(new, "CREATE OR REPLACE")
    else:
        yield from (f"ALTER VIEW {new.sql_name} {action}" for action in storage.actions(old.options, new.options))
    yield from _columns(old, new)


def drop(view: View) -> Iterable[str]:
    yield f"DROP VIEW {view.sql_name}"


def stub(view: View) -> View:
    """One row of nulls, of the same types."""
    columns = tuple(replace(column, default=None) for column in view.columns)
    return replace(view, columns=columns, definition=_nulls(columns), options=(), options_as_given=())


def _nulls(columns: Iterable[ViewColumn]) -> str:
    collated = ((column, f" COLLATE {column.collation}" if column.collation else "") for column in columns)
    return "SELECT " + ", ".join(
        f"NULL::{column.type}{collation} AS {quote(column.name)}" for column, collation in collated
    )


KIND = Kind(
    type=View,
    present="exists (select from pg_class where relkind = 'v' and oid >= 16384)",
    query=f"""
        select 'pg_class'::regclass, r.oid, 0,
            r.schema as schema,
            r.name as name,
            (
                select json_agg(json_build_object({defined.COLUMN},
                    'default', pg_get_expr(d.adbin, 0)) order by a.attnum){defined.FROM_COLUMNS}) as columns,
            {defined.DEFINITION} as definition,
            {storage.fields("c.reloptions")},
            obj_description(r.oid, 'pg_class') as comment
        from relations r join pg_class c on c.oid = r.oid
        where r.kind = 'v'""",
    parts=defined.parts("v"),
    create=create,
    alter=alter,
    drop=drop,
    stub=stub,
    named=lambda view: f"VIEW {view.sql_name}",
    namespaces=frozenset({"relation", "type"}),
)
