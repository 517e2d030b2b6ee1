"""Statements that Postgres refuses for good → the one to mend first, and what Postgres says of it."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import asyncpg

from ccm_engine import errors, sql
from ccm_engine.language import translated as _
from ccm_engine.value import value

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

_MISSING = {"42P01", "42703", "42704", "42883", "3F000"}  # a relation, column, type, function, schema is not there


@value
class Failure:
    """`number` counts the statements from 0."""

    number: int
    statement: str
    error: asyncpg.PostgresError


def message(error: asyncpg.PostgresError) -> str:
    """What happened, without the DETAIL and HINT that `str` appends."""
    return str(error.args[0]) if error.args else str(error)


def detail(error: asyncpg.PostgresError) -> str:
    """What Postgres adds, each on a line of its own; nothing where it adds nothing."""
    said = (("detail", error.detail), ("context", error.context), ("Postgres' hint", error.hint))
    return "".join(f"\n{word}: {text}" for word, text in said if text)


def lacks(error: asyncpg.PostgresError) -> bool:
    """Whether the server refuses something because an extension is not installed on its machine, or it has no ICU."""
    return is_lack(error.sqlstate or "", message(error))


def is_lack(sqlstate: str, said: str) -> bool:
    """The same, of what has been told of an error."""
    match sqlstate:
        case "0A000" | "58P01":
            return "extension" in said or said.startswith("ICU is not supported")
        case "42704":
            return said.startswith("collation ") and '-x-icu"' in said
        case _:
            return False


def refused(failures: Sequence[Failure]) -> errors.DdlRefused:
    """Not one that only waits for another that fails as well, unless they wait in a circle."""
    failure = next((each for each in failures if not _waits(each, failures)), failures[0])
    error, others = failure.error, len(failures) - 1
    more = "\n" + _("{number} more statement(s) fail, which may need this one")
    return errors.DdlRefused(
        message=message(error),
        sqlstate=error.sqlstate or "",
        detail=detail(error) + (more.format(number=others) if others else ""),
        statement=failure.statement.strip(),
        number=failure.number,
        position=int(error.position) if error.position else 1,
        hint=_("the shadow server lacks it: name one that has it with CCM_SHADOW_URL=postgresql://…")
        if lacks(error)
        else _("change the model or the .sql file that this statement comes from"),
    )


def would_undo(first: Failure) -> bool:
    """Whether it drops what was not there when all that stands before it had worked.

    Tried again, it would drop what the schema makes further down: `pg_dump --clean` writes such files.
    """
    if first.error.sqlstate not in _MISSING or "drop" not in first.statement.lower():
        return False
    return any(map(_drops, sql.parse(first.statement)))


def _drops(node: "pb.Node") -> bool:
    from postgast import pg_query_pb2 as pb

    commands = (command.alter_table_cmd.subtype for command in node.alter_table_stmt.cmds)
    return node.HasField("drop_stmt") or any(item in {pb.AT_DropColumn, pb.AT_DropConstraint} for item in commands)


def _waits(failure: Failure, failures: Sequence[Failure]) -> bool:
    """Whether what it lacks would be made by another one."""
    named = re.search(r'"([^"]+)"|(?:function|procedure|column) ([\w.]+)', message(failure.error))
    if failure.error.sqlstate not in _MISSING or named is None:
        return False
    name = re.escape((named[1] or named[2]).rpartition(".")[2])
    makes = re.compile(rf'\b(?:CREATE|ADD)\b[^;]*?["\s.]{name}\b', re.IGNORECASE)
    return any(makes.search(other.statement) for other in failures if other is not failure)
