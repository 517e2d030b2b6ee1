"""What a person has decided about the draft: kept in `.ccm/` for as long as it lives, so that it is asked once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import Literal, TypedDict, cast

from ccm_engine.catalog import Catalog, Key
from ccm_engine.harvester.wire import Rename
from ccm_engine.value import value

EVERYTHING = "*"
"""Stands for whatever is gone."""


@value
class Decisions:
    """What was renamed, what is dropped (by name, see `spelled`), and what goes into new columns of rows that exist."""

    renames: tuple[Rename, ...] = ()
    drops: frozenset[str] = frozenset()
    fills: Mapping[str, str] = field(default_factory=dict[str, str])
    """An SQL expression by the name of a column; an empty one means that the person will see to it."""

    def is_dropped(self, key: Key) -> bool:
        return EVERYTHING in self.drops or spelled(key) in self.drops

    def still_of(self, goal: Catalog) -> "Decisions":
        """Those that the goal has not outlived: what is there again can be renamed or dropped anew."""
        if self == NONE:
            return self
        names = {spelled(key) for key in goal.objects if key.kind in {"table", "column"}}
        return Decisions(
            renames=tuple(rename for rename in self.renames if _new(rename) in goal.objects),
            drops=self.drops - names,
            fills={name: text for name, text in self.fills.items() if name in names},
        )

    def and_renamed(self, old: Key, new: Key) -> "Decisions":
        table = new.path[1]
        kind: Literal["table", "column"] = "table" if old.kind == "table" else "column"
        rename = Rename(kind=kind, schema=new.path[0], table=table, old=old.path[-1], new=new.path[-1])
        return replace(self, renames=(*self.renames, rename))

    def and_dropped(self, key: Key) -> "Decisions":
        return replace(self, drops=self.drops | {spelled(key)})

    def and_filled(self, key: Key, expression: str) -> "Decisions":
        return replace(self, fills={**self.fills, spelled(key): expression})


NONE = Decisions()


def spelled(key: Key) -> str:
    """As it is written on the command line: `users.bio`, with the schema where that is not `public`."""
    return ".".join(key.path[1:] if key.path[0] == "public" else key.path)


def _new(rename: Rename) -> Key:
    within = (rename.schema,) if rename.kind == "table" else (rename.schema, rename.table)
    return Key(rename.kind, (*within, rename.new))


class _Rename(TypedDict):
    kind: str
    schema: str
    table: str
    old: str
    new: str


class _Decisions(TypedDict):
    renames: list[_Rename]
    drops: list[str]
    fills: dict[str, str]


def remember(home: Path, decisions: Decisions) -> None:
    """Write them down; without any, there is no file."""
    if decisions == NONE:
        forget(home)
        return
    content = {
        "renames": list(map(asdict, decisions.renames)),
        "drops": sorted(decisions.drops),
        "fills": dict(decisions.fills),
    }
    (home / "decisions.json").write_text(json.dumps(content, indent=2))


def as_json(renames: Iterable[Rename]) -> str:
    return json.dumps(list(map(asdict, renames)))


def renames_in(path: Path) -> tuple[Rename, ...]:
    """What `as_json` wrote into the file; nothing where there is none."""
    try:
        return tuple(map(_rename, cast("list[_Rename]", json.loads(path.read_text()))))
    except FileNotFoundError:
        return ()


def forget(home: Path) -> None:
    (home / "decisions.json").unlink(missing_ok=True)


def recall(home: Path) -> Decisions:
    try:
        content = cast("_Decisions", json.loads((home / "decisions.json").read_text()))
        renames = tuple(map(_rename, content["renames"]))
        return Decisions(renames=renames, drops=frozenset(content["drops"]), fills=content["fills"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError):
        return NONE  # without it, it is asked again


def _rename(raw: _Rename) -> Rename:
    kind: Literal["table", "column"] = "table" if raw["kind"] == "table" else "column"
    return Rename(kind=kind, schema=raw["schema"], table=raw["table"], old=raw["old"], new=raw["new"])


def given(drops: Iterable[str], fills: Iterable[tuple[str, str]]) -> Decisions:
    """As options of the command line say."""
    return Decisions(drops=frozenset(drops), fills=dict(fills))
