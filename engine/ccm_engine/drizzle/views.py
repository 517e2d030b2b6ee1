"""A view of ours → what a Drizzle Kit version 7 snapshot says of it.

The text is what `drizzle-kit pull` writes of a view, as far as a parser gets there: that asks Postgres for a query with
no more parentheses than it needs, and makes one line of it. So a TypeScript schema that was pulled, or was written
as Postgres would write it, is the same.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ccm_engine.drizzle import form as drizzle
from ccm_engine.drizzle.columns import NUMBER, number, project_result
from ccm_engine.kinds.defined import ResultColumn
from ccm_engine.kinds.materialized_view import MaterializedView
from ccm_engine.kinds.view import View

_WORDS = {"checkOption": ("local", "cascaded"), "vacuumIndexCleanup": ("auto", "off", "on")}
_SWITCHES = {"securityBarrier", "securityInvoker", "autovacuumEnabled", "vacuumTruncate", "userCatalogTable"}
_NUMBERS = {
    *("fillfactor", "toastTupleTarget", "parallelWorkers", "logAutovacuumMinDuration"),
    *("autovacuumVacuumThreshold", "autovacuumVacuumScaleFactor"),
    *("autovacuumVacuumCostDelay", "autovacuumVacuumCostLimit"),
    *("autovacuumFreezeMinAge", "autovacuumFreezeMaxAge", "autovacuumFreezeTableAge"),
    *("autovacuumMultixactFreezeMinAge", "autovacuumMultixactFreezeMaxAge", "autovacuumMultixactFreezeTableAge"),
}


def project_view(view: View | MaterializedView) -> drizzle.View:
    """A view with its columns and options. What Drizzle's validator knows no option for is left out."""
    said: drizzle.View = {
        "columns": _columns(view.columns),
        "definition": one_line(view.definition),
        "name": view.name,
        "schema": view.schema,
        "isExisting": False,
        "materialized": isinstance(view, MaterializedView),
    }
    options = dict(_options(view.options_as_given))
    if options:
        said["with"] = options
    if isinstance(view, MaterializedView):
        _add_storage(said, view)
    return said


def _columns(columns: Iterable[ResultColumn]) -> dict[str, drizzle.Column]:
    return {column.name: project_result(column.name, column.type) for column in columns}


def _add_storage(said: drizzle.View, view: MaterializedView) -> None:
    if not view.populated:
        said["withNoData"] = True
    if view.tablespace is not None:
        said["tablespace"] = view.tablespace
    if view.access_method is not None:
        said["using"] = view.access_method


def _options(options: Iterable[str]) -> Iterator[tuple[str, drizzle.Value]]:
    for option in options:
        name, _, value = option.partition("=")
        name = re.sub(r"_(\w)", lambda found: found[1].upper(), name)
        said = _option(name, value)
        if said is not None:
            yield name, said


_TRUE = {"true", "on", "yes", "1"}


def _option(name: str, value: str) -> drizzle.Value | None:
    if name in _SWITCHES:
        return value in _TRUE
    if name in _NUMBERS:
        return number(value) if NUMBER.fullmatch(value) else None
    if name == "vacuumIndexCleanup" and value != "auto":
        return "on" if value in _TRUE else "off"
    return value if value in _WORDS.get(name, ()) else None


_STRING = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""
_SPACES = re.compile(rf"({_STRING})|\s+")
_ANY = re.compile(rf"({_STRING})|\b(ANY|ALL)\(")


@lru_cache(maxsize=2**12)
def one_line(query: str) -> str:
    """A query without needless parentheses and blanks; one that the parser is too old for, only without the latter."""
    from postgast import PgQueryError, deparse, parse

    try:
        bare = deparse(parse(query))
    except PgQueryError:
        bare = query
    bare = _SPACES.sub(lambda found: found[1] or " ", bare).strip()
    return _ANY.sub(lambda found: found[1] or f"{found[2]} (", bare)
