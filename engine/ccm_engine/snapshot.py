"""`Catalog` ⇄ the JSON on disk.

A snapshot is Drizzle Kit's, version 7, with one more top-level key, `ccm`, that Drizzle ignores: the whole
catalog in canonical form, one object a line so that a reviewer can read the difference, and the major version of
the Postgres that spelled it. Drizzle's own sections are a projection for Drizzle's sake, and never read back.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import cast
from uuid import uuid4

from pydantic import ValidationError

from ccm_engine import errors
from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.drizzle import project
from ccm_engine.kinds import declared_needs, restore
from ccm_engine.value import value

ROOT_ID = "00000000-0000-0000-0000-000000000000"
"""What the first snapshot names as its predecessor."""

FORMAT = 1
"""Of the section `ccm`."""


@value
class Snapshot:
    """The schema after a migration, and its place in the chain of snapshots."""

    id: str
    previous: str
    catalog: Catalog


def following(previous: Snapshot | None, catalog: Catalog) -> Snapshot:
    """A new snapshot after another one, or the first."""
    return Snapshot(id=str(uuid4()), previous=previous.id if previous else ROOT_ID, catalog=catalog)


def dump(snapshot: Snapshot) -> str:
    """The text of the file."""
    head = {"id": snapshot.id, "prevId": snapshot.previous, "version": "7", "dialect": "postgresql"}
    drizzle = json.dumps({**head, **project(snapshot.catalog)}, indent=2, ensure_ascii=False)
    lines = ",\n".join(f"      {json.dumps(line, ensure_ascii=False)}" for line in _lines(snapshot.catalog))
    return (
        f"{drizzle.removesuffix('}').rstrip()},\n"
        f'  "ccm": {{\n    "format": {FORMAT},\n    "postgres": {snapshot.catalog.major},\n'
        f'    "objects": [\n{lines}\n    ]\n  }}\n}}\n'
    )


def _lines(catalog: Catalog) -> Iterator[dict[str, object]]:
    declared = set(declared_needs(catalog.objects.values()))
    for key, item in catalog.objects.items():
        needs = [[need.bond, need.on.kind, *need.on.path] for need in catalog.needs_of(key) if need not in declared]
        yield {"kind": item.KIND, **_fields(item), **({"needs": needs} if needs else {})}


def _fields(item: Object) -> dict[str, object]:
    """The fields that do not have their default: what a reviewer wants to see."""
    defaults = {field.name: field.default for field in fields(item) if field.default is not MISSING}
    return {
        name: value
        for name, value in asdict(item).items()
        if name not in defaults or defaults[name] != getattr(item, name)
    }


def load(path: Path) -> Snapshot:
    """Read a snapshot back.

    Raises `errors.SnapshotUnreadable` where it is no snapshot of ours, saying in what way.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        section = content["ccm"]
        if section["format"] != FORMAT:
            raise errors.SnapshotUnreadable(path=str(path), reason=f"its format is {section['format']}, not {FORMAT}")
        rows = cast("list[dict[str, object]]", section["objects"])
        objects = [_object(row) for row in rows]
        depends = (need for row, item in zip(rows, objects, strict=True) for need in _needs(row, item))
        catalog = Catalog.of(objects, needs={*declared_needs(objects), *depends}, major=section["postgres"])
        return Snapshot(id=content["id"], previous=content["prevId"], catalog=catalog)
    except FileNotFoundError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason="there is no such file") from error
    except json.JSONDecodeError as error:
        raise errors.SnapshotUnreadable(
            path=str(path), reason=f"line {error.lineno} is no JSON: {error.msg}"
        ) from error
    except UnicodeDecodeError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason="it is no text in UTF-8") from error
    except TypeError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason="it is JSON of another shape") from error
    except KeyError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason=f"it has no, or an unknown, {error}") from error
    except ValidationError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason=str(error)) from error


def _object(row: Mapping[str, object]) -> Object:
    return restore(str(row["kind"]), {name: value for name, value in row.items() if name not in {"kind", "needs"}})


def _needs(row: Mapping[str, object], item: Object) -> Iterator[Need]:
    for bond, kind, *path in cast("list[list[str]]", row.get("needs", [])):
        yield Need(item.key, Key(kind, tuple(path)), Bond(bond))
