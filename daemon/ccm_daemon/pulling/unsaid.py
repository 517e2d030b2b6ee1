"""What models cannot say of a schema → plain statements, in few files that are called by what is in them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from ccm_engine import sql
from ccm_engine.catalog import EMPTY, Catalog, Key, Object
from ccm_engine.diff import Change, Create, Drop
from ccm_engine.kinds import kind_of
from ccm_engine.plan import Statement, plan

_FILES: Mapping[str, tuple[str, ...]] = {
    "schema.sql": (),
    "roles.sql": ("role",),
    "schemas.sql": ("schema",),
    "extensions.sql": ("extension",),
    "types.sql": ("collation", "enum", "domain", "composite type", "range type"),
    "foreign.sql": ("foreign-data wrapper", "server", "user mapping", "foreign table"),
    "sequences.sql": ("sequence", "sequence ownership"),
    "tables.sql": ("table", "column", "statistics object"),
    "constraints.sql": (
        "primary key", "unique constraint", "check constraint", "exclusion constraint", "foreign key",
    ),
    "indexes.sql": ("index",),
    "functions.sql": ("function", "procedure", "aggregate"),
    "views.sql": ("view", "materialized view", "rule"),
    "triggers.sql": ("trigger", "event trigger"),
    "policies.sql": ("policy",),
    "publications.sql": ("publication", "publication table", "publication schema"),
    "grants.sql": ("owner", "grant", "default privileges"),
}  # fmt: skip
"""Of which kinds the objects are that stand in a file; the first is for all of them, where their order matters."""
_OF_KIND = {kind: file for file, kinds in _FILES.items() for kind in kinds}

Scripts = Mapping[str, tuple[str, ...]]
"""Statements by the name of their file."""


def whole(goal: Catalog, said: frozenset[Key], *, in_order: bool) -> Scripts:
    """What makes the objects of a schema that models do not say."""
    planned = plan(EMPTY, goal)
    keys = {str(change): _key(change) for change in planned.changes}
    wanted = [(keys.get(item.change), item.sql) for item in planned.statements if keys.get(item.change) not in said]
    wanted += [(item.key, text) for item in _along(goal, said) for text in _created(item, goal)]
    return _filed(wanted, in_order=in_order)


def _along(goal: Catalog, said: frozenset[Key]) -> Iterator[Object]:
    """What would be made along with its table, where models make that without it."""
    for item in goal.objects.values():
        table = kind_of(item).made_with(item)
        if table in said and item.key not in said:
            yield item


def lacking(made: Catalog, goal: Catalog, *, in_order: bool) -> Scripts:
    """What leads from what models and scripts make to the goal."""
    planned = plan(made, goal)
    changes = {str(change): change for change in planned.changes}
    found: list[tuple[Key | None, str]] = []
    for name, run in groupby(planned.statements, key=lambda item: item.change):
        change = changes.get(name)
        key = None if change is None else _key(change)
        found += ((key, text) for text in _statements(change, run, goal))
    return _filed(found, in_order=in_order)


def together(one: Scripts, other: Scripts) -> Scripts:
    return {file: (*one.get(file, ()), *other.get(file, ())) for file in _FILES if one.get(file) or other.get(file)}


def rendered(statements: Iterable[str]) -> str:
    """A file of statements, an empty line after one of many lines."""
    return "".join(f"{text};\n" + "\n" * ("\n" in text) for text in statements).rstrip("\n") + "\n"


def _statements(change: Change | None, planned: Iterable[Statement], goal: Catalog) -> Iterator[str]:
    """What is new is made in one statement: nobody uses the table meanwhile."""
    if isinstance(change, Create) and kind_of(change.new).online is not None:
        yield from _created(change.new, goal)
    else:
        yield from (sql.inside_a_transaction(statement.sql) for statement in planned)


def _created(item: Object, goal: Catalog) -> Iterator[str]:
    yield from kind_of(item).create(item, goal)
    if item.comment is not None:
        yield kind_of(item).comment(item)


def _key(change: Change) -> Key:
    return change.old.key if isinstance(change, Drop) else change.new.key


def _filed(statements: Iterable[tuple[Key | None, str]], *, in_order: bool) -> Scripts:
    if in_order:
        texts = tuple(text for _, text in statements)
        return {"schema.sql": texts} if texts else {}
    found: dict[str, list[str]] = {}
    for key, text in statements:
        found.setdefault(_OF_KIND["grant"] if key is None else _OF_KIND[key.kind], []).append(text)
    return {file: tuple(found[file]) for file in _FILES if file in found}
