"""What passes between the daemon and the process that runs a project's Alembic: one JSON line each way.

An outcome is a `History` or an error of the family `AlembicRefused`; the error travels as its type's name and fields,
and is the same value on the other side.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict, cast, final

from ccm_engine import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose history to write out as SQL: that of `alembic.ini`, of `[tool.alembic]` in `pyproject.toml`, or of both.

    All paths are absolute.
    """

    root: Path
    """The folder of what the user has written."""
    folder: Path
    """Where `alembic` would be called."""
    ini: Path | None
    toml: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision, after all that it needs; `statements` are what its `upgrade()` executes, in that order."""

    id: str
    down: tuple[str, ...]
    """What must have been applied before: what it revises, then what else it depends on."""
    path: str
    """Of its file, as an error shows it."""
    message: str
    created: str
    """What stands behind `Create Date:` in its docstring."""
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The revisions from the base to the heads, in the order in which `alembic upgrade heads` applies them."""

    revisions: tuple[Revision, ...]
    table: str
    """Where Alembic writes down what is applied."""
    schema: str | None
    before: tuple[str, ...] = ()
    """What `env.py` itself executes before the first of them."""
    after: tuple[str, ...] = ()


Outcome = History | errors.AlembicRefused

REFUSALS: tuple[Callable[..., errors.AlembicRefused], ...] = (
    errors.AlembicMissing,
    errors.AlembicConfigRefused,
    errors.AlembicEnvRefused,
    errors.AlembicRevisionRefused,
)


class _Asked(TypedDict):
    root: str
    folder: str
    ini: str | None
    toml: str | None


class _Revision(TypedDict):
    id: str
    down: list[str]
    path: str
    message: str
    created: str
    statements: list[str]


@final
class _History(TypedDict):
    revisions: list[_Revision]
    table: str
    schema: str | None
    before: list[str]
    after: list[str]


@final
class _Refusal(TypedDict):
    refused: str
    values: dict[str, str | int]


def encode_asked(asked: Asked) -> bytes:
    return _line({name: path and str(path) for name, path in asdict(asked).items()})


def decode_asked(line: bytes) -> Asked:
    raw = cast("_Asked", json.loads(line))
    ini, toml = (Path(path) if path else None for path in (raw["ini"], raw["toml"]))
    return Asked(root=Path(raw["root"]), folder=Path(raw["folder"]), ini=ini, toml=toml)


def encode(outcome: Outcome) -> bytes:
    """One line, ended by a newline; there is no other newline in it."""
    match outcome:
        case History():
            return _line(asdict(outcome))
        case errors.AlembicRefused():
            return _line({"refused": type(outcome).__name__, "values": vars(outcome)})


def decode(line: bytes) -> Outcome:
    reply = cast("_History | _Refusal", json.loads(line))
    if "refused" in reply:
        refusal = next(refusal for refusal in REFUSALS if refusal.__name__ == reply["refused"])
        return refusal(**reply["values"])
    return History(
        revisions=tuple(map(_revision, reply["revisions"])),
        table=reply["table"],
        schema=reply["schema"],
        before=tuple(reply["before"]),
        after=tuple(reply["after"]),
    )


def _revision(raw: _Revision) -> Revision:
    return Revision(
        id=raw["id"],
        down=tuple(raw["down"]),
        path=raw["path"],
        message=raw["message"],
        created=raw["created"],
        statements=tuple(raw["statements"]),
    )


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"
