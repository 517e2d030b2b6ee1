"""The kinds of Postgres objects that are modelled, one file each.

How to add one, with `statistics.py` beside you:

1. `kinds/statistics.py`, from top to bottom:
   - its docstring is the SQL it stands for;
   - `Statistics`, a `@value`, has the fields that can differ, as Postgres itself spells them. It derives from
     `kind.InSchema` (a schema and a name), `kind.InTable` (a part of a table or of another relation), or
     `catalog.Object` (then it says its `path`). What must not count as a difference is `field(compare=False)`;
     `comment` is there already;
   - `create`, `alter`, `drop` and `rename` are pure: objects in, SQL out. `alter` is None where Postgres can only make
     it anew; then what hangs on it is made anew as well, and what `holds_data` is refused;
   - `KIND` puts them together with `query`: rows of classid, objid, objsubid and a column for each field, called like
     it, from PostgreSQL 13 to 18: what a version lacks is named without its table, and has a line in `since.py`.
     Whatever belongs to an extension (`members`) is left out;
   - `named` is what COMMENT ON calls it.
2. Its `KIND` in the tuple below. The position says what comes first among objects that do not depend on each
   other, so that a migration reads well; whatever Postgres demands follows from `pg_depend`.
3. Cases in `tests/engine/cases/statistics.py`, the SQL before and the SQL after, and that file in its `__init__.py`.
   Each is run there and back on every server. `tests/engine/test_unmodelled.py` no longer lists the kind.
4. Its row in `ARCHITECTURE.md`: the test that misses it prints it.

That is all where `pg_depend` knows the rest, and names are free. Otherwise `kind.Kind` has a field for it:

- rows of the system catalogs that belong to it (the row type of a table): `parts`; what it hangs on besides: `needs`,
  or `words`, where only a text names it; an address that is another object's (a grant): `about`;
- what must make way while it is altered: `rebuilds`; what it is meanwhile: `halfway`, `released`, `put_aside`;
- what can stand in for it while a circle is made: `stub`;
- names that it shares with other kinds: `namespaces`;
- the table in whose CREATE TABLE it is made: `made_with`; how it is made while others use that table: `online`;
  what has to be committed before it is used: `committed_first`;
- what is read only where it is asked for: `opt_in`; what every proof needs: `pervasive`.

`present` spares databases without any the query.

Nothing else changes: reading, comparing, ordering, planning, proving, and the snapshot work from this tuple.
What no kind models is reported by name (`beside.py`), so leaving a kind out is never silent.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ccm_engine.catalog import Bond, Key, Need, Object
from ccm_engine.kinds import (
    aggregate,
    check,
    collation,
    column,
    composite,
    default_privileges,
    domain,
    enum,
    event_trigger,
    exclusion,
    extension,
    foreign_data_wrapper,
    foreign_key,
    foreign_table,
    function,
    grant,
    index,
    materialized_view,
    owner,
    ownership,
    policy,
    primary_key,
    procedure,
    publication,
    publication_schema,
    publication_table,
    range_type,
    role,
    rule,
    schema,
    sequence,
    server,
    statistics,
    structure,
    table,
    trigger,
    unique,
    user_mapping,
    view,
)
from ccm_engine.kinds.expression import all_flattened
from ccm_engine.kinds.kind import InSchema, InTable, Kind

if TYPE_CHECKING:
    from pydantic import TypeAdapter

KINDS: tuple[Kind[Any], ...] = (
    role.KIND,
    schema.KIND,
    extension.KIND,
    collation.KIND,
    enum.KIND,
    domain.KIND,
    composite.KIND,
    range_type.KIND,
    foreign_data_wrapper.KIND,
    server.KIND,
    user_mapping.KIND,
    sequence.KIND,
    table.KIND,
    foreign_table.KIND,
    column.KIND,
    ownership.KIND,
    primary_key.KIND,
    unique.KIND,
    check.KIND,
    exclusion.KIND,
    foreign_key.KIND,
    index.KIND,
    statistics.KIND,
    function.KIND,
    procedure.KIND,
    aggregate.KIND,
    view.KIND,
    materialized_view.KIND,
    rule.KIND,
    trigger.KIND,
    policy.KIND,
    publication.KIND,
    publication_table.KIND,
    publication_schema.KIND,
    event_trigger.KIND,
    owner.KIND,
    grant.KIND,
    default_privileges.KIND,
)

T = TypeVar("T", bound=Object)

_BY_NAME = {kind.name: kind for kind in KINDS}
RANK = {kind.name: rank for rank, kind in enumerate(KINDS)}
OPT_IN = frozenset(kind.name for kind in KINDS if kind.opt_in)


def kind_of(item: T) -> Kind[T]:
    """The kind that an object is of."""
    return cast("Kind[T]", _BY_NAME[item.KIND])


@cache
def columns(kind: Kind[Any]) -> tuple[str, ...]:
    """What the columns of its query are called, after the address: like the fields."""
    return tuple(item.name for item in fields(kind.type))


@lru_cache(maxsize=2**17)  # the two sides of a difference, and what was there before a save, are mostly the same
def decode(name: str, row: str) -> Object:
    """The object of the kind of that name whose `columns` hold these values, as a JSON array."""
    kind = _BY_NAME[name]
    values = dict(zip(columns(kind), json.loads(row), strict=True))
    if " AND " in row or " OR " in row:
        values = all_flattened(values)
    new: Object = structure.build(kind.type, values)
    return new


def restore(name: str, values: Mapping[str, object]) -> Object:
    """The object of the kind of that name with these fields, from a file; what is left out has its default.

    Raises `KeyError` where no kind has that name, `pydantic.ValidationError` where the fields are not its.
    """
    item: Object = _adapter(name).validate_python(values)
    return item


def declared_needs(objects: Iterable[Object]) -> Iterator[Need]:
    """What objects hang on by what they are, whatever `pg_depend` says besides."""
    for item in objects:
        if item.parent is not None:
            yield Need(item.key, item.parent, Bond.PART)
        yield from kind_of(item).needs(item)
        if isinstance(item, InSchema | InTable) and item.schema != "public":
            yield Need(item.key, Key("schema", (item.schema,)), Bond.USES)


@cache
def _adapter(name: str) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter  # which takes about as long to import as all kinds, and may not be needed

    return TypeAdapter(_BY_NAME[name].type)


__all__ = ["KINDS", "OPT_IN", "RANK", "Kind", "columns", "declared_needs", "decode", "kind_of", "restore"]
