"""A migration file → what its statements do to those who use the database, where the file does not say it.

A line `-- hazard CODE` before a statement, as generated files have it, says that it is known and meant. Codes stand
before the first colon; after it, there is room for a reason.
"""

import re
from collections.abc import Iterator

from ccm_engine import errors, hazards, sql
from ccm_engine.folder import Migration
from ccm_engine.hazards import Hazard
from ccm_engine.language import translated as _

_SAID = re.compile(r"^[^\S\n]*--[^\S\n]*hazard[^\S\n]+([^:\n]*)", re.MULTILINE)
_WORDS = re.compile(r"[\w-]+")
_LONGEST = 100  # characters of a statement


def find(migration: Migration) -> Iterator[errors.HazardNotSaid]:
    """One for each hazard that no comment before its statement names."""
    statements = sql.statements(migration.sql)
    source = migration.sql.encode()
    ends = [0, *(statement.offset + len(statement.sql.encode()) for statement in statements)]
    for statement, end, found in zip(statements, ends[:-1], hazards.find(item.sql for item in statements), strict=True):
        said = _said(source[end : statement.offset].decode())
        yield from (_finding(migration, statement, hazard) for hazard in found if hazard.code not in said)


def _said(before: str) -> frozenset[str]:
    """The codes that stand between the end of one statement and the beginning of the next."""
    return frozenset(word for codes in _SAID.findall(before) for word in _WORDS.findall(codes))


def _finding(migration: Migration, statement: sql.Statement, hazard: Hazard) -> errors.HazardNotSaid:
    return errors.HazardNotSaid(
        path=str(migration.path),
        line=statement.line,
        column=statement.column,
        code=hazard.code,
        message=hazard.message,
        statement=f"    {first_line(statement.sql)}",
        fix=_(hazard.fix),
    )


def first_line(statement: str) -> str:
    """As much of it as tells which one it is."""
    first, *more = statement.strip().splitlines()
    return f"{first[:_LONGEST]}{' …' if more or len(first) > _LONGEST else ''}"
