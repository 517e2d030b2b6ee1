"""`Catalog` ⇄ the JSON on disk.

A snapshot is Drizzle Kit's, version 7, with one more top-level key, `ccm`, that Drizzle ignores: the whole
catalog in canonical form, one object a line so that a reviewer can read the difference, and the major version of
the Postgres that spelled it. Drizzle's own sections are a projection for Drizzle's sake; they are read where `ccm` is
missing, because Drizzle Kit alone wrote the file.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from ccm_engine import errors
from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.drizzle import spelling
from ccm_engine.drizzle.spelling import Spelling
from ccm_engine.kinds import declared_needs, restore
from ccm_engine.language import translated as _
from ccm_engine.value import value

if TYPE_CHECKING:
    from ccm_engine.drizzle.form import Projection

ROOT_ID = "00000000-0000-0000-0000-000000000000"
"""What the first snapshot names as its predecessor."""

FORMAT = 1
"""Of the section `ccm`."""

_CCM = re.compile(rb'"ccm"\s*:\s*\{')
_OWN = {"id", "prevId", "version", "dialect", "ccm"}


@value
class Snapshot:
    """The schema after a migration, and its place in the chain of snapshots."""

    id: str
    previous: str
    catalog: Catalog
    spelling: Spelling | None = field(default=None, compare=False, repr=False)
    """Drizzle's sections, in a spelling that may be Drizzle's own."""
    doubt: str | None = field(default=None, compare=False)
    """Why the migrations could not tell what they lead to, so that another snapshot had to be believed."""

    def sharing(self, goal: Catalog) -> "Snapshot":
        """The same, made of the other one's objects where these are the same: to compare them is quick then."""
        catalog = self.catalog.sharing(goal)
        spelled = self.spelling and replace(self.spelling, catalog=self.spelling.catalog.sharing(goal))
        return replace(self, catalog=catalog, spelling=spelled)


@value
class DrizzleSnapshot:
    """One that only Drizzle Kit has written."""

    id: str
    previous: str
    sections: "Projection"


def following(previous: Snapshot | None, catalog: Catalog) -> Snapshot:
    """A new snapshot after another one, or the first."""
    spelled = spelling.following(previous.spelling if previous else None, catalog)
    return Snapshot(id=str(uuid4()), previous=previous.id if previous else ROOT_ID, catalog=catalog, spelling=spelled)


def dump(snapshot: Snapshot) -> str:
    """The text of the file. What was written before, and is the same object still, is not put into words again."""
    catalog, spelled = snapshot.catalog, snapshot.spelling or spelling.following(None, snapshot.catalog)
    sections = {name: item for name, item in spelled.sections.items() if name != "tables"}
    head = {"id": snapshot.id, "prevId": snapshot.previous, "version": "7", "dialect": "postgresql"}
    lines = ",\n".join(_line(item, catalog.needs_of(key)) for key, item in catalog.objects.items())
    return (
        f"{{\n{_inside(head)},\n"
        f'  "tables": {_tables(spelled.sections["tables"])},\n'
        f"{_inside(sections)},\n"
        f'  "ccm": {{\n    "format": {FORMAT},\n    "postgres": {catalog.major},\n'
        f'    "objects": [\n{lines}\n    ]\n  }}\n}}\n'
    )


def _inside(content: Mapping[str, object]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)[2:-2]


def _tables(tables: object) -> str:
    inside = ",\n".join(_table(name, table) for name, table in cast("Mapping[str, object]", tables).items())
    return f"{{\n{inside}\n  }}" if inside else "{}"


_table_texts: dict[int, tuple[object, str]] = {}
_line_texts: dict[int, tuple[Object, tuple[Need, ...], str]] = {}
_REMEMBERED = 2**17  # objects


def _table(name: str, table: object) -> str:
    known = _table_texts.get(id(table))
    if known is not None and known[0] is table:
        return known[1]
    text = json.dumps({name: table}, indent=2, ensure_ascii=False)
    text = "\n".join(f"  {line}" for line in text.splitlines()[1:-1])
    if len(_table_texts) >= _REMEMBERED:
        _table_texts.clear()
    _table_texts[id(table)] = (table, text)
    return text


def _line(item: Object, needs: tuple[Need, ...]) -> str:
    known = _line_texts.get(id(item))
    if known is not None and known[0] is item and known[1] is needs:
        return known[2]
    declared = frozenset(declared_needs((item,)))
    undeclared = (need for need in needs if need not in declared and not _is_ownership(need))
    others = [[need.bond, need.on.kind, *need.on.path] for need in undeclared]
    content = {"kind": item.KIND, **_fields(item), **({"needs": others} if others else {})}
    text = f"      {json.dumps(content, ensure_ascii=False)}"
    if len(_line_texts) >= _REMEMBERED:
        _line_texts.clear()
    _line_texts[id(item)] = (item, needs, text)
    return text


def _is_ownership(need: Need) -> bool:
    """Whether a sequence belongs to a column: that is declared by the ownership."""
    return need.bond is Bond.OWNED and need.dependent.kind == "sequence"


def _fields(item: Object) -> dict[str, object]:
    """The fields that do not have their default: what a reviewer wants to see."""
    defaults = {field.name: field.default for field in fields(item) if field.default is not MISSING}
    return {
        name: value
        for name, value in asdict(item).items()
        if name not in defaults or defaults[name] != getattr(item, name)
    }


def load(path: Path) -> Snapshot:
    """Read a snapshot of ours back.

    Raises `errors.SnapshotUnreadable` where it is none, saying in what way.
    """
    found = read(path)
    if isinstance(found, DrizzleSnapshot):
        raise errors.SnapshotUnreadable(path=str(path), reason=_("only Drizzle Kit has written it"))
    return found


def read(path: Path) -> Snapshot | DrizzleSnapshot:
    """Read a snapshot back, whoever wrote it.

    Raises `errors.SnapshotUnreadable` where it is none, saying in what way.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if "ccm" not in content:
            from ccm_engine.drizzle import parsing  # with pydantic's adapters, which take long to make

            return DrizzleSnapshot(id=content["id"], previous=content["prevId"], sections=parsing.parse(content))
        return _ours(path, content)
    except FileNotFoundError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason=_("there is no such file")) from error
    except json.JSONDecodeError as error:
        raise errors.SnapshotUnreadable(
            path=str(path), reason=_("line {line} is no JSON: {why}").format(line=error.lineno, why=error.msg)
        ) from error
    except UnicodeDecodeError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason=_("it is no text in UTF-8")) from error
    except TypeError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason=_("it is JSON of another shape")) from error
    except KeyError as error:
        raise errors.SnapshotUnreadable(
            path=str(path), reason=_("it has no, or an unknown, {what}").format(what=error)
        ) from error
    except ValueError as error:
        raise errors.SnapshotUnreadable(path=str(path), reason=str(error)) from error


def is_ours(path: Path) -> bool:
    """Whether it says more than Drizzle Kit would, as far as a glance tells; False where there is none."""
    return path.exists() and _CCM.search(path.read_bytes()) is not None


def _ours(path: Path, content: Mapping[str, object]) -> Snapshot:
    section = cast("Mapping[str, object]", content["ccm"])
    if section["format"] != FORMAT:
        raise errors.SnapshotUnreadable(
            path=str(path), reason=_("its format is {it}, not {ours}").format(it=section["format"], ours=FORMAT)
        )
    rows = cast("list[dict[str, object]]", section["objects"])
    objects = [_object(row) for row in rows]
    depends = (need for row, item in zip(rows, objects, strict=True) for need in _needs(row, item))
    major = cast("int", section["postgres"])
    catalog = Catalog.of(objects, needs={*declared_needs(objects), *depends}, major=major)
    sections = {name: item for name, item in content.items() if name not in _OWN}
    return Snapshot(
        id=str(content["id"]),
        previous=str(content["prevId"]),
        catalog=catalog,
        spelling=Spelling(catalog=catalog, sections=sections),
    )


def _object(row: Mapping[str, object]) -> Object:
    return restore(str(row["kind"]), {name: value for name, value in row.items() if name not in {"kind", "needs"}})


def _needs(row: Mapping[str, object], item: Object) -> Iterator[Need]:
    for bond, kind, *path in cast("list[list[str]]", row.get("needs", [])):
        yield Need(item.key, Key(kind, tuple(path)), Bond(bond))
