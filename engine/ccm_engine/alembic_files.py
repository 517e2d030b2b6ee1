"""The revisions of an Alembic history → the text of one migration file for each, and what the journal says of it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from ccm_engine import sql
from ccm_engine.alembic_wire import History, Revision
from ccm_engine.sql import BREAKPOINT, COMMIT
from ccm_engine.value import value

_LONGEST_NAME = 60  # characters
_VERSION_TABLE = ("alembic_version", None)
_TRANSACTIONS = {"BEGIN", "START TRANSACTION", "COMMIT", "END"}


@value
class File:
    """A migration that is still to be given its number."""

    revision: Revision
    name: str
    text: str
    created: datetime | None
    others: dict[str, object]
    """What its entry in the journal holds for whoever adopts Alembic's table: `ccm_deploy.alembic`."""


def files(history: History) -> tuple[File, ...]:
    """In the order of the history. What `env.py` executes before all of it is part of the first."""
    where: dict[str, object] = {}
    if (history.table, history.schema) != _VERSION_TABLE:
        where = {"table": history.table, "schema": history.schema or "public"}
    return tuple(
        File(
            revision=revision,
            name=_name(revision),
            text=text(revision, history.before if number == 0 else ()),
            created=_created(revision.created),
            others={"alembic": {"revision": revision.id, "down": list(revision.down), **where}},
        )
        for number, revision in enumerate(history.revisions)
    )


def text(revision: Revision, before: Sequence[str] = ()) -> str:
    """The migration file. What Alembic or the revision itself says of transactions is said in our way."""
    pieces = list(_pieces((*before, *revision.statements)))
    commits = (_commit(before, after) for before, after in pairwise((None, *pieces)))
    body = "".join(commit + _rendered(piece.sql) for commit, piece in zip(commits, pieces, strict=True))
    body = body.removesuffix(f"{BREAKPOINT}\n").rstrip()
    return f"{_heading(revision)}\n{body}\n" if body else f"{_heading(revision)}\n"


def outside(history: History) -> tuple[str, ...]:
    """What `env.py` executes after the last revision, which is in no file."""
    return tuple(piece.sql for piece in _pieces(history.after))


@value
class _Piece:
    """A statement; `apart` where what stands before it was committed."""

    sql: str
    transactional: bool
    apart: bool


def _pieces(texts: Iterable[str]) -> Iterator[_Piece]:
    """What was executed, one statement each, without what only says where a transaction begins or ends."""
    apart = False
    for written in texts:
        source, end = written.encode(), 0
        for statement in sql.statements(written):
            start, end = end, statement.offset + len(statement.sql.encode())
            if statement.control in _TRANSACTIONS:
                apart = True
                continue
            whole = source[start:end].decode().lstrip("; \t\r\n")  # with the comments before it
            yield _Piece(sql=whole, transactional=statement.transactional, apart=apart)
            apart = False


def _commit(before: _Piece | None, after: _Piece | None) -> str:
    if before is None or after is None or not after.apart:
        return ""
    return f"{COMMIT}\n" * (before.transactional and after.transactional)


def _rendered(statement: str) -> str:
    """With Drizzle's separator where Drizzle puts it."""
    if _ends_in_comment(statement):
        statement += "\n"
    apart = "\n" if "\n" in statement else ""
    return f"{statement};{apart}{BREAKPOINT}\n"


def _ends_in_comment(statement: str) -> bool:
    """Whether a `;` after it would be part of that."""
    return "--" in statement.rpartition("\n")[2] and len(sql.statements(f"{statement};\nSELECT")) == 1


def _heading(revision: Revision) -> str:
    after = f", after {' and '.join(revision.down)}" if revision.down else ""
    said = " ".join(revision.message.split())
    return f"-- Alembic revision {revision.id}{after}: {said}" if said else f"-- Alembic revision {revision.id}{after}"


def _name(revision: Revision) -> str:
    """`add_users`, of letters and digits that every file system has."""
    plain = unicodedata.normalize("NFKD", revision.message).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain) or re.findall(r"[a-z0-9]+", revision.id.lower())
    return "_".join(words)[:_LONGEST_NAME].rstrip("_") or "revision"


def _created(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
