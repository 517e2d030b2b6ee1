"""A `.sql` file, as people or pg_dump write it → the statements in it that describe a schema, each with its place.

What a file sets for its session (`SET search_path = …`) holds for the statements after it in that file, and for no
others: each of them is run between that setting and its end, since statements of many files are run in any order.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ccm_engine import errors, psql, sql
from ccm_engine.caret import excerpt
from ccm_engine.language import translated as _
from ccm_engine.value import value

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

MEANINGFUL = {
    "search_path",
    "default_tablespace",
    "default_table_access_method",
    "default_toast_compression",
    "standard_conforming_strings",
    "backslash_quote",
    "xmloption",
    "datestyle",
    "intervalstyle",
    "timezone",
    "lc_monetary",
    "array_nulls",
    "transform_null_equals",
}
"""The settings that change what a statement makes; those of an extension or of one's own have a dot in their name."""


@value
class Script:
    """A file and its text, without what only psql understands."""

    path: Path
    text: str


@value
class Piece:
    """A statement of a file."""

    text: str
    """What is run: the statement between the settings that the file has made by then, and their end."""
    lead: int
    """How many characters of `text` stand before the statement."""
    statement: sql.Statement
    script: Script


def read(path: Path) -> Script:
    """Raises `errors.SqlNotText` and `errors.PsqlCommand`."""
    content = path.read_bytes()
    if content.startswith(b"PGDMP"):
        raise errors.DumpNotPlain(path=str(path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.SqlNotText(path=str(path), line=content.count(b"\n", 0, error.start) + 1) from error
    return Script(path=path, text=psql.blanked(str(path), text))


def pieces(script: Script) -> Iterator[Piece]:
    """Its statements, without those that end or begin a transaction, set something, or are of the database itself."""
    settings: dict[str, str] = {}
    for statement in sql.statements(script.text):
        changed = _setting(statement.sql)
        if changed is not None:
            settings = _with(settings, changed)
        elif statement.control is None and not _of_the_database(statement.sql):
            yield _piece(script, statement, settings)


def refused(piece: Piece, error: errors.DdlRefused) -> errors.SqlRefused:
    """What Postgres says of a statement, said of the file."""
    removed = len(piece.statement.sql) - len(sql.inside_a_transaction(piece.statement.sql))
    position = error.position - piece.lead + removed * (error.position > 1)
    source = piece.script.text.encode()
    before = piece.statement.sql[: max(position - 1, 0)]
    line, column = sql.position(source, piece.statement.offset + len(before.encode()))
    return errors.SqlRefused(
        path=str(piece.script.path),
        line=line,
        column=column,
        excerpt=excerpt(piece.script.text, line, column),
        message=error.message,
        sqlstate=error.sqlstate,
        detail=error.detail,
        hint=error.hint.replace(_("the model or the .sql file that this statement comes from"), _("the file")),
    )


def _piece(script: Script, statement: sql.Statement, settings: Mapping[str, str]) -> Piece:
    before = "".join(f"{text};\n" for text in settings.values())
    after = "".join(f";\nRESET {name}" for name in settings)
    text = sql.inside_a_transaction(statement.sql)
    return Piece(text=f"{before}{text}{after}", lead=len(before), statement=statement, script=script)


@value
class _Setting:
    """`name` is None where all are reset; `text` is None where the setting ends."""

    name: str | None
    text: str | None


def _with(settings: Mapping[str, str], changed: _Setting) -> dict[str, str]:
    if changed.name is None:
        return {}
    others = {name: text for name, text in settings.items() if name != changed.name}
    meaningful = changed.name in MEANINGFUL or "." in changed.name
    return {**others, changed.name: changed.text} if meaningful and changed.text is not None else others


_SETS = re.compile(r"(?:SET|RESET)\b|SELECT\s+(?:pg_catalog\s*\.\s*)?set_config\b", re.IGNORECASE)
_DATABASE = re.compile(r"(?:CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE)\b.*\bDATABASE\b", re.IGNORECASE | re.DOTALL)


def _setting(statement: str) -> _Setting | None:
    from postgast import pg_query_pb2 as pb

    node = next(iter(sql.parse(statement)), None) if _SETS.match(statement) else None
    match node.WhichOneof("node") if node else None:
        case "variable_set_stmt" if node is not None:
            stmt = node.variable_set_stmt
            if stmt.kind == pb.VAR_RESET_ALL:
                return _Setting(name=None, text=None)
            text = re.sub(r"^SET\s+LOCAL\b", "SET", statement, flags=re.IGNORECASE)
            return _Setting(name=stmt.name.lower(), text=text if stmt.kind == pb.VAR_SET_VALUE else None)
        case "select_stmt" if node is not None:
            return _configured(node, statement)
        case _:
            return None


def _configured(node: "pb.Node", statement: str) -> _Setting | None:
    """`SELECT set_config('search_path', '', false)`."""
    call = node.select_stmt.target_list[0].res_target.val.func_call
    name = call.args[0].a_const.sval.sval if len(call.args) > 1 else ""
    return _Setting(name=name.lower(), text=statement) if name else None


def _of_the_database(statement: str) -> bool:
    """CREATE DATABASE and the like, which `pg_dump --create` writes: a schema is what is in one."""
    from postgast import pg_query_pb2 as pb

    node = next(iter(sql.parse(statement)), None) if _DATABASE.match(statement) else None
    match node.WhichOneof("node") if node else None:
        case "createdb_stmt" | "dropdb_stmt" | "alter_database_stmt" | "alter_database_set_stmt":
            return True
        case "comment_stmt" if node is not None:
            type_ = node.comment_stmt.objtype
        case "grant_stmt" if node is not None:
            type_ = node.grant_stmt.objtype
        case "alter_owner_stmt" if node is not None:
            type_ = node.alter_owner_stmt.object_type
        case _:
            return False
    return bool(type_ == pb.OBJECT_DATABASE)
