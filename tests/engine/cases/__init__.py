"""Pairs of schemas that a plan has to lead between, one file per kind of object."""

from . import (
    aggregates,
    checks,
    columns,
    default_privileges,
    domains,
    enums,
    event_triggers,
    exclusions,
    extensions,
    foreign,
    foreign_keys,
    functions,
    grants,
    identities,
    indexes,
    keys,
    names,
    procedures,
    publications,
    schemas,
    sequences,
    statistics,
    tables,
    triggers,
)
from .case import Case

_MODULES = (
    schemas,
    extensions,
    enums,
    event_triggers,
    domains,
    sequences,
    identities,
    tables,
    triggers,
    columns,
    keys,
    aggregates,
    checks,
    exclusions,
    foreign_keys,
    functions,
    indexes,
    grants,
    default_privileges,
    statistics,
    publications,
    foreign,
    names,
    procedures,
)

CASES = {f"{module.__name__.rpartition('.')[2]}: {case.name}": case for module in _MODULES for case in module.CASES}

__all__ = ["CASES", "Case"]
