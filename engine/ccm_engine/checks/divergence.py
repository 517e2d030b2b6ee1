"""Where two accounts of one schema differ, object by object, in words."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from ccm_engine.catalog import Catalog, Key
from ccm_engine.drizzle import projection
from ccm_engine.kinds import OPT_IN
from ccm_engine.kinds.role import Role
from ccm_engine.language import translated as _
from ccm_engine.versions import alike

Account: TypeAlias = Mapping[Key, object]
"""What is said of each object."""

_PARTS = {
    "columns": "column",
    "indexes": "index",
    "foreignKeys": "foreign_key",
    "compositePrimaryKeys": "primary_key",
    "uniqueConstraints": "unique",
    "checkConstraints": "check",
    "policies": "policy",
}
"""The sections of a table, and what they hold."""

_TABLE = 2  # names: that of its schema, and its own
_KINDS = {"enums": "enum", "schemas": "schema", "sequences": "sequence", "views": "view"}


def divergence(made: Catalog, said: Catalog) -> tuple[str, ...]:
    """Of what the files have made, and what a snapshot says; kinds that are opt-in only where the snapshot has them.

    Roles belong to the server, and those that a replay makes are not read back.
    """
    made, said = alike(made, said)
    left_out = {Role.KIND, *(OPT_IN - {key.kind for key in said.objects})}
    one, other = (
        {key: item for key, item in side.objects.items() if key.kind not in left_out} for side in (made, said)
    )
    parents = {key: item.parent for key, item in (*one.items(), *other.items())}
    return tuple(_told(one, other, parents))


def divergence_for_drizzle(made: Catalog, said: Catalog) -> tuple[str, ...]:
    """The same, of what Drizzle has words for."""
    one, other = dict(_account(made)), dict(_account(said))
    parents = {key: Key("table", key.path[:_TABLE]) if len(key.path) > _TABLE else None for key in (*one, *other)}
    return tuple(_told(one, other, parents))


def _account(catalog: Catalog) -> Iterator[tuple[Key, object]]:
    """The sections of a snapshot, with each part of a table by itself."""
    sections = cast("Mapping[str, Mapping[str, object]]", projection.project(catalog))
    for section, kind in _KINDS.items():
        for name, item in sections[section].items():
            yield Key(kind, tuple(name.split(".", 1))), item
    for name, table in cast("Mapping[str, Mapping[str, object]]", sections["tables"]).items():
        path = tuple(name.split(".", 1))
        yield Key("table", path), {field: item for field, item in table.items() if field not in _PARTS}
        for section, kind in _PARTS.items():
            for part, item in cast("Mapping[str, object]", table[section]).items():
                yield Key(kind, (*path, part)), item


def _told(made: Account, said: Account, parents: Mapping[Key, Key | None]) -> Iterator[str]:
    """What comes or goes as a whole is told of once."""
    wholes = made.keys() ^ said.keys()
    for key in sorted(made.keys() | said.keys()):
        if parents[key] in wholes:
            continue
        if key not in said:
            yield _("{object}: only the migrations make it").format(object=key)
        elif key not in made:
            yield _("{object}: only the snapshot has it").format(object=key)
        elif made[key] != said[key]:
            yield _("{object}: not as the snapshot says").format(object=key)
