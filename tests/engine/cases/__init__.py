"""Pairs of schemas that a plan has to lead between, one file per kind of object."""

from . import (
    checks,
    columns,
    domains,
    enums,
    exclusions,
    extensions,
    foreign_keys,
    identities,
    indexes,
    keys,
    names,
    schemas,
    sequences,
    tables,
)
from .case import Case

_MODULES = (
    schemas,
    extensions,
    enums,
    domains,
    sequences,
    identities,
    tables,
    columns,
    keys,
    checks,
    exclusions,
    foreign_keys,
    indexes,
    names,
)

CASES = {f"{module.__name__.rpartition('.')[2]}: {case.name}": case for module in _MODULES for case in module.CASES}

__all__ = ["CASES", "Case"]
