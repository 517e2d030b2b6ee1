"""The import statements that an export module lacks, written as those are that it has."""

import ast
import itertools
import os
import re
import shutil
import tokenize
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from ccm_daemon.exports import Found, Missing, Style, dotted_name, reached_from, read
from ccm_daemon.pysource import (
    Importing,
    bound,
    end_of,
    inserted,
    is_said,
    lines_of,
    origin,
    place_of,
    span,
    tables,
    tree,
    with_listed,
)

_WIDTH = 88  # what formatters leave on one line unless they are told otherwise
# a file is no package: without this nothing can be imported from the folder of its name
_SEARCHED = '__path__ = [__file__.removesuffix(".py")]  # the folder that has the name of this file'


def add(exports: Missing, files: Sequence[Path]) -> None:
    """Write the imports of these files into the export module.

    Raises `SyntaxError`, and `UnicodeDecodeError` where it is no text; it is then left as it was.
    """
    module = exports.module.resolve()
    content = module.read_bytes()
    encoding = tokenize.detect_encoding(BytesIO(content).readline)[0]  # takes off a byte order mark, and puts it back
    unfinished = module.with_name(f".{module.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(with_imports(content.decode(encoding), exports, files).encode(encoding))
        shutil.copymode(module, unfinished)
        unfinished.replace(module)
    finally:
        unfinished.unlink(missing_ok=True)


def with_imports(text: str, exports: Missing, files: Iterable[Path]) -> str:
    """The text of the export module with imports of these files, in the way of those that are there.

    Raises `SyntaxError`.
    """
    styles = [style for _, style, _ in reversed(_group(exports, text))]
    style = max(styles, key=styles.count, default=("star", exports.prefix))
    if exports.module.name != "__init__.py" and "__path__" not in text:
        text = inserted(text, _top(text), f"\n{_SEARCHED}\n")
    for file in files:
        text = _with_import(text, exports, style, file)
    tree(text)  # whatever oddity we have not foreseen must not be written
    return text


def _with_import(text: str, exports: Missing, style: Style, file: Path) -> str:
    group, dotted = _group(exports, text), style[1] + dotted_name(exports, file)
    names = tables(file) if style[0] == "names" else []
    if exports.module in reached_from(exports, file):  # it needs what must have been bound there by then
        row = max(_top(text), *(end_of(node) for node in tree(text).body if "__all__" not in bound(node)), 0)
    elif holder := _extensible(group, dotted) if style[0] == "module" else None:
        return with_listed(text, holder, dotted.rpartition(".")[2])
    else:
        row = _row(exports, group, file) if group else _top(text)
    statement = _statement(style[0], dotted, names, _comment(text, group, style))
    beside = {row for node, _, _ in group for row in (node.lineno - 1, end_of(node))}
    text = inserted(text, row, statement if row in beside else f"\n{statement}\n")
    for name in names:
        text = _exported(text, name)
    return text


def _group(exports: Missing, text: str) -> list[Found]:
    """The imports of schema files on the top level, one for each statement."""
    nodes = [node for node in tree(text).body if isinstance(node, Importing)]
    found = [[item for item in read(exports, exports.module, node) if item[2] != exports.module] for node in nodes]
    return [items[0] for items in found if items]


def _row(exports: Missing, group: Sequence[Found], file: Path) -> int:
    """After which line the import of a file belongs: by its name, if that is how the others are sorted."""
    place = place_of([dotted_name(exports, other) for _, _, other in group], dotted_name(exports, file))
    before = group[:place]
    return end_of(before[-1][0]) if before else group[0][0].lineno - 1


def _top(text: str) -> int:
    """After which line the first import belongs: after the docstring, and what is of use only at the top."""
    body = tree(text).body
    comments = list(itertools.takewhile(lambda line: line.startswith("#"), lines_of(text)))
    first = [node for node in body if "__path__" in bound(node) or getattr(node, "module", None) == "__future__"]
    return max(len(comments), *map(end_of, [*filter(is_said, body[:1]), *first]), 0)


def _extensible(group: Sequence[Found], dotted: str) -> ast.ImportFrom | None:
    """The statement that imports other modules from the same place, where it is the only one, sorted and short."""
    prefix, name = dotted.removesuffix(dotted.rpartition(".")[2]), dotted.rpartition(".")[2]
    alike = [node for node, _, _ in group if isinstance(node, ast.ImportFrom) and origin(node) == prefix]
    unsorted = any(place_of([alias.name for alias in node.names], name) is None for node in alike)
    long = any((node.end_col_offset or 0) + len(name) + 2 > _WIDTH for node in alike)
    return None if len(alike) != 1 or unsorted or long else alike[0]


def _statement(kind: str, dotted: str, names: Sequence[str], comment: str) -> str:
    name = dotted.rpartition(".")[2]
    prefix = dotted.removesuffix(name)
    if kind == "import":
        return f"import {dotted}{comment}"
    if kind == "module":
        return f"from {prefix.rstrip('.') or prefix} import {name}{comment}"
    line = f"from {dotted} import {', '.join(names) or '*'}"
    if len(line) <= _WIDTH or not names:
        return line + comment
    return "\n    ".join((f"from {dotted} import ({comment}", *(f"{name}," for name in names))) + "\n)"


def _comment(text: str, group: Sequence[Found], style: Style) -> str:
    """The `# noqa` at the end of the statements that are like the new one, if all have the same."""
    stars = [node for node in tree(text).body if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]
    alike = [node for node, own, _ in group if own == style] or stars
    found = {"".join(re.findall(r"\A[ \t]*# *noqa[^\r\n]*", text[span(text, node)[1] :])) for node in alike}
    return found.pop() if len(found) == 1 else ""


def _exported(text: str, name: str) -> str:
    """With the name in `__all__`, where that is a list of strings that lacks it."""
    listed = [getattr(node, "value", None) for node in tree(text).body if "__all__" in bound(node)]
    for holder in listed[:1]:
        if isinstance(holder, ast.List | ast.Tuple) and all(isinstance(item, ast.Constant) for item in holder.elts):
            return text if name in map(ast.literal_eval, holder.elts) else with_listed(text, holder, name)
    return text
