"""Python source that is read and edited without being run: its imports, its names, and lines and list items more.

Edits leave everything else as it is, byte for byte.
"""

import ast
import itertools
import re
import warnings
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import TypeAlias

Importing: TypeAlias = ast.Import | ast.ImportFrom


def tree(source: str | bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the import will tell them
        return ast.parse(source)


def body_of(file: Path) -> list[ast.stmt] | None:
    try:
        return tree(file.read_bytes()).body
    except (FileNotFoundError, SyntaxError, ValueError):
        return None  # the import will tell what is wrong with it


def imports(nodes: Iterable[ast.AST]) -> Iterator[Importing]:
    """The imports among and inside them, but for those that only type checkers see."""
    for node in nodes:
        if isinstance(node, Importing):
            yield node
        elif isinstance(node, ast.If) and re.fullmatch(r"(\w+\.)?TYPE_CHECKING", ast.unparse(node.test)):
            yield from imports(node.orelse)
        elif isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            yield from imports(ast.iter_child_nodes(node))


def origin(node: ast.ImportFrom) -> str:
    """What precedes the name of a module that it imports."""
    return "." * node.level + (f"{node.module}." if node.module else "")


def bound(node: ast.stmt) -> set[str]:
    """The names that a definition or an assignment binds."""
    targets: Iterable[object] = getattr(node, "targets", (getattr(node, "target", node),))
    names = (getattr(each, "id", None) or getattr(each, "name", None) for each in targets)
    return {name for name in names if isinstance(name, str)}


def public(node: ast.stmt) -> set[str]:
    return {name for name in bound(node) if not name.startswith("_")}


def is_said(node: ast.stmt) -> bool:
    """Whether it is a docstring, or as idle as one."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def tables(file: Path) -> list[str]:
    """The names of the tables that a schema file defines, as far as they can be told without running it."""
    return sorted({name for node in body_of(file) or [] if _is_table(node) for name in public(node)})


def _is_table(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        sqlmodel = any(ast.unparse(keyword) == "table=True" for keyword in node.keywords)
        return sqlmodel or any(bound(item) & {"__tablename__", "__table__"} for item in node.body)
    called = getattr(node, "value", None)
    return isinstance(called, ast.Call) and ast.unparse(called.func).rpartition(".")[2] == "Table"


def with_listed(text: str, holder: ast.ImportFrom | ast.List | ast.Tuple, name: str) -> str:
    """With a name more in a list of names, in the layout and the order that it has."""
    nodes: Sequence[ast.alias | ast.expr] = holder.names if isinstance(holder, ast.ImportFrom) else holder.elts
    names = [node.name if isinstance(node, ast.alias) else str(ast.literal_eval(node)) for node in nodes]
    quote = "" if isinstance(holder, ast.ImportFrom) else "'" if "'" in text[slice(*span(text, holder))] else '"'
    place = place_of(names, name)
    if place is None or place == len(nodes):
        return _appended(text, holder, nodes[-1:], f"{quote}{name}{quote}")
    start, _ = span(text, nodes[place])
    line = text[text.rfind("\n", 0, start) + 1 : start]
    gap = " " if line.strip() else _newline(text) + line
    return f"{text[:start]}{quote}{name}{quote},{gap}{text[start:]}"


def _appended(text: str, holder: ast.stmt | ast.expr, last: Sequence[ast.alias | ast.expr], item: str) -> str:
    """With an item after the last one: on a line of its own where what closes the list has one, too."""
    if not last:
        end = span(text, holder)[1] - 1
        return f"{text[:end]}{item},{text[end:]}"
    end = span(text, last[0])[1]
    if holder.end_lineno == last[0].end_lineno:
        return f"{text[:end]}, {item}{text[end:]}"
    following = text.index("\n", end) + 1
    indent = "".join(re.findall(r"\A[ \t]*", text[text.rfind("\n", 0, end) + 1 :]))
    rest = re.sub(r"\A[ \t]*,", "", text[end:following])
    return f"{text[:end]},{rest}{indent}{item},{_newline(text)}{text[following:]}"


def inserted(text: str, row: int, block: str) -> str:
    """With lines more after a line, or else after the statement that goes on there."""
    lines = lines_of(text)
    inside = {row for node in tree(text).body for row in range(node.lineno, end_of(node))}
    while row in inside or "".join(lines[row - 1 : row]).rstrip().endswith("\\"):
        row += 1
    before, after = "".join(lines[:row]), "".join(lines[row:])
    before += "" if not before or before.endswith(("\n", "\r")) else _newline(text)
    block = block if before else block.lstrip("\n")
    block = block if after and after[0] not in "\r\n" else block.rstrip("\n")
    return before + f"{block}\n".replace("\n", _newline(text)) + after


def place_of(names: Sequence[str], name: str) -> int | None:
    """Where it belongs among sorted ones, in capitals before small letters or regardless of them; else None."""
    keys: tuple[Callable[[str], str], ...] = (str, str.lower)
    orders = (key for key in keys if list(names) == sorted(names, key=key))
    return next((bisect(names, key(name), key=key) for key in orders), None)


def end_of(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def span(text: str, node: ast.stmt | ast.expr | ast.alias) -> tuple[int, int]:
    """Where it begins and ends: `ast` counts lines, and in them the bytes of UTF-8."""
    lines = [line.encode() for line in lines_of(text)]
    starts = [0, *itertools.accumulate(map(len, lines))]
    ends = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    start, end = (len(b"".join(lines)[: starts[line - 1] + column].decode()) for line, column in ends)
    return start, end


def lines_of(text: str) -> list[str]:
    """As Python counts them: `str.splitlines` takes a form feed for the end of one."""
    return list(StringIO(text, newline=""))


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
