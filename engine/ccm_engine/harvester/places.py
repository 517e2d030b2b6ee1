"""Where in the user's files something went wrong, with the line and a caret under the column."""

import ast
import linecache
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, TracebackType
from typing import cast

from ccm_engine.harvester.imports import Project

_LIBRARY = re.compile("/(?:site|dist)-packages/(?!sqlalchemy/|ccm_engine/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`path` is relative to the root where it lies below it; `line` and `column` (in characters) count from 1.

    `excerpt` is the line with a caret below it; `function` is the name of the code that the line belongs to.
    """

    path: str
    line: int
    column: int
    excerpt: str
    function: str


def in_file(project: Project, file: str, *, line: int = 1, column: int = 1, function: str = "<module>") -> Place:
    excerpt = _excerpt(linecache.getline(file, line).rstrip(), column)
    return Place(path=project.relative(Path(file)), line=line, column=column, excerpt=excerpt, function=function)


def somewhere_in(project: Project, module: ModuleType) -> Place:
    """Where SQLAlchemy does not say what it speaks of."""
    place = in_file(project, str(module.__file__))
    return replace(place, excerpt="    (in this module, or in one that it imports)")


def of_traceback(project: Project, trace: TracebackType | None) -> Place | None:
    """The innermost line of the project in a traceback; where it has none, that of a library other than SQLAlchemy."""
    frames = traceback.extract_tb(trace)
    project_frames = [frame for frame in frames if project.owns(frame.filename)]
    library_frames = [frame for frame in frames if _LIBRARY.search(frame.filename)]
    innermost = (project_frames or library_frames)[-1:]
    return next((_of_frame(project, frame) for frame in innermost), None)


def of_failed_mapper(project: Project, modules: Iterable[ModuleType]) -> Place | None:
    """Where the class is defined whose mapper could not be configured; SQLAlchemy leaves a note on the mapper."""
    for class_ in _classes(modules):
        mapper: object = vars(class_).get("__mapper__")
        if mapper is not None and vars(mapper).get("_configure_failed"):
            return _of_class(project, class_)
    return None


def of_table(project: Project, modules: Iterable[ModuleType], table: object) -> Place | None:
    """Where a table is defined: the class that is mapped to it, or the name that a module has for it."""
    modules = tuple(modules)
    for class_ in _classes(modules):
        if vars(class_).get("__table__") is table:
            return _of_class(project, class_)
    names = ((module, name) for module in modules for name, value in vars(module).items() if value is table)
    return next((_of_name(project, module, name) for module, name in names), None)


def _classes(modules: Iterable[ModuleType]) -> Iterator[type]:
    """Decided by the type of each value: `isinstance` may wake a proxy."""
    values = (value for module in modules for value in vars(module).values())
    return (cast("type", value) for value in values if issubclass(type(value), type))


def _of_class(project: Project, class_: type) -> Place | None:
    module = sys.modules.get(class_.__module__)
    return _of_name(project, module, class_.__name__) if module else None


def _of_name(project: Project, module: ModuleType, name: str) -> Place | None:
    file = module.__file__
    if file is None:
        return None
    for node in ast.walk(ast.parse(Path(file).read_bytes())):
        match node:
            case (
                ast.ClassDef(name=defined)
                | ast.Assign(targets=[ast.Name(id=defined)])
                | ast.AnnAssign(target=ast.Name(id=defined))
            ) if defined == name:
                return in_file(project, file, line=node.lineno, column=node.col_offset + 1)
            case _:
                pass
    return None


def _of_frame(project: Project, frame: traceback.FrameSummary) -> Place:
    line = frame.lineno or 1
    before = linecache.getline(frame.filename, line).encode()[: frame.colno or 0]
    column = len(before.decode(errors="replace")) + 1
    return in_file(project, frame.filename, line=line, column=column, function=frame.name)


def _excerpt(text: str, column: int) -> str:
    code = text.lstrip()
    before = code[: max(column - 1 - (len(text) - len(code)), 0)]
    indent = "".join("\t" if character == "\t" else " " for character in before)
    return f"    {code}\n    {indent}^" if code else ""
