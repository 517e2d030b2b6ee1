"""What passes between the daemon and the harvester: one JSON line each way.

An outcome is a `Harvest` or an error of the family `SchemaRefused`; the error travels as its type's name and fields,
and is the same value on the other side.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TypedDict, cast, final

from ccm_engine import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which schema to harvest: `source` is a file, a folder, a glob or a dotted module, relative to `root`.

    `major` is the version of the server that the statements are meant for.
    """

    root: Path
    source: str
    major: int
    again: bool = False
    """Whether more of the same are to come, which is worth getting ready for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """What `info={"renamed_from": old}` says of a table, or of a column of `table`; `table` is its present name."""

    kind: Literal["table", "column"]
    schema: str
    table: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """A schema as SQLAlchemy would create it.

    `statements` are what `create_all()` sends to an empty database, in that order; `files` the Python files of the
    project that were imported for it, absolute.
    """

    statements: tuple[str, ...]
    renames: tuple[Rename, ...]
    files: tuple[Path, ...]


Outcome = Harvest | errors.SchemaRefused

REFUSALS: tuple[Callable[..., errors.SchemaRefused], ...] = (
    errors.SchemaSourceMissing,
    errors.SchemaSourceEmpty,
    errors.SchemaNotParsed,
    errors.SchemaNotImported,
    errors.SchemaNeedsModule,
    errors.ModuleNameTaken,
    errors.MappersNotConfigured,
    errors.SchemaNotCompiled,
    errors.ListenerFailed,
    errors.SqlAlchemyMissing,
    errors.HarvesterEnded,
)


class _Request(TypedDict):
    root: str
    source: str
    major: int
    again: bool


@final
class _Harvest(TypedDict):
    statements: list[str]
    renames: list[dict[str, str]]
    files: list[str]


@final
class _Refusal(TypedDict):
    refused: str
    values: dict[str, str | int]


def encode_request(request: Request) -> bytes:
    return _line({**asdict(request), "root": str(request.root)})


def decode_request(line: bytes) -> Request:
    raw = cast("_Request", json.loads(line))
    return Request(root=Path(raw["root"]), source=raw["source"], major=raw["major"], again=raw["again"])


def encode(outcome: Outcome) -> bytes:
    """One line, ended by a newline; there is no other newline in it."""
    match outcome:
        case Harvest():
            return _line({**asdict(outcome), "files": [str(file) for file in outcome.files]})
        case errors.SchemaRefused():
            values = dict(vars(outcome))
            return _line({"refused": type(outcome).__name__, "values": values})


def decode(line: bytes) -> Outcome:
    reply = cast("_Harvest | _Refusal", json.loads(line))
    if "refused" in reply:
        refusal = next(refusal for refusal in REFUSALS if refusal.__name__ == reply["refused"])
        return refusal(**reply["values"])
    return Harvest(
        statements=tuple(reply["statements"]),
        renames=tuple(_rename(raw) for raw in reply["renames"]),
        files=tuple(map(Path, reply["files"])),
    )


def _rename(raw: dict[str, str]) -> Rename:
    kind: Literal["table", "column"] = "table" if raw["kind"] == "table" else "column"
    return Rename(kind=kind, schema=raw["schema"], table=raw["table"], old=raw["old"], new=raw["new"])


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"
