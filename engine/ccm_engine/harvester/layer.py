"""What of a project is ready before a save: the modules that the save cannot touch, imported and compiled."""

import importlib
import importlib.util
import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import Mapper

from ccm_engine.harvester import ddl, metadata, modules
from ccm_engine.harvester.graph import Imported
from ccm_engine.harvester.imports import OncePerFile, Project
from ccm_engine.harvester.ready import Ready, ready
from ccm_engine.harvester.wire import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Modules that are imported, and what was found in them."""

    finder: OncePerFile
    path: tuple[str, ...]
    """`sys.path` as it was before."""
    below: frozenset[str]
    """The names of its modules."""
    found: tuple[MetaData, ...] = ()
    ready: Ready = field(default_factory=Ready)
    mappers: tuple[tuple[str, "Mapper[object]"], ...] = ()
    """Each with the module in which it stands."""

    def fresh(self) -> tuple[Imported, ...]:
        """What was imported on top of it."""
        return tuple(one for name, one in self.finder.imported.items() if name not in self.below)

    def all_found(self) -> tuple[MetaData, ...]:
        """Every `MetaData`, those of the fresh modules included."""
        fresh = [module for module in self.finder.modules() if module.__name__ not in self.below]
        return tuple({id(each): each for each in (*self.found, *metadata.find(fresh))}.values())

    def still_ready(self, found: Iterable[MetaData]) -> Ready:
        """What need not be compiled again; nothing where a fresh module may change how others are compiled."""
        holds = not any(one.hooks for one in self.fresh()) and self.ready.holds(found)
        return self.ready if holds else Ready()

    def rehearse(self) -> None:
        """Look at all that a harvest looks at: a forked process gets memory of its own only as it touches it."""
        metadata.find(sys.modules[name] for name in self.below)
        ddl.statements(self.still_ready(self.found).recorded)
        deque(self._strangers(frozenset()), maxlen=0)

    def spare(self) -> None:
        """Leave those mappers alone that were configured in an earlier import of the very same modules.

        Those are not spared whose module speaks of a class that is fresh, nor any where somebody listens.
        """
        if _are_listened_to():
            return
        fresh = [sys.modules[one.name] for one in self.fresh() if one.name in sys.modules]
        classes = {class_.__name__ for module in fresh for class_ in _own_classes(module)}
        for mapper in self._strangers(classes):
            mapper.configured = True

    def _strangers(self, classes: Iterable[str]) -> Iterator["Mapper[object]"]:
        """The mappers whose modules speak of none of the classes."""
        names = frozenset(classes)
        return (mapper for module, mapper in self.mappers if names.isdisjoint(self.finder.imported[module].words))


def nothing(request: Request) -> Layer:
    """To import everything on."""
    finder = OncePerFile(Project(root=request.root))
    return Layer(finder=finder, path=tuple(sys.path), below=frozenset())


def build(request: Request, all_: Sequence[Imported], touched: frozenset[str]) -> Layer | None:
    """All but the touched ones, imported in this process; None where that cannot stand for importing everything.

    `all_` is what an import of everything has imported, in that order.
    """
    os.chdir(request.root)
    wanted = modules.resolve(request.root, request.source)
    finder = OncePerFile(Project(root=request.root, named=tuple(module.territory for module in wanted)))
    path = tuple(sys.path)
    sys.path[:] = modules.search_path(request.root, wanted)
    sys.meta_path.insert(0, finder)
    importlib.invalidate_caches()
    names = [one.name for one in all_ if one.name not in touched]
    _prepare_packages(finder, names, touched)
    for name in names:
        importlib.import_module(name)
    for package in finder.prepared:
        sys.modules.pop(package, None)
    same = {one.name: one.stamp for one in all_ if one.name not in touched}
    if {one.name: one.stamp for one in finder.imported.values()} != same or finder.aliased:
        return None
    if threading.active_count() > 1:  # a fork would not take them along
        return None
    here = [sys.modules[name] for name in names]
    found = metadata.find(here)
    return Layer(
        finder=finder,
        path=path,
        below=frozenset(names),
        found=found,
        ready=ready(found, request.major),
        mappers=tuple(_mappers(here)),
    )


def _prepare_packages(finder: OncePerFile, names: Iterable[str], touched: frozenset[str]) -> None:
    """For a package that is imported later: something to hang the modules on that are imported before it."""
    above = {parent for name in names for parent in _above(name)} & touched
    for package in sorted(above):
        spec = importlib.util.find_spec(package)
        if spec is None:
            continue
        finder.prepared[package] = sys.modules[package] = importlib.util.module_from_spec(spec)


def _above(name: str) -> Iterator[str]:
    while name := name.rpartition(".")[0]:
        yield name


def _mappers(here: Iterable[ModuleType]) -> Iterator[tuple[str, "Mapper[object]"]]:
    for module in here:
        for class_ in _own_classes(module):
            mapper: object = vars(class_).get("__mapper__")
            if isinstance(mapper, Mapper):
                yield module.__name__, mapper


def _own_classes(module: ModuleType) -> Iterator[type[object]]:
    """Those that it defines, by a name of its own."""
    for value in vars(module).values():
        if issubclass(type(value), type) and value.__module__ == module.__name__:
            yield value


def _are_listened_to() -> bool:
    mapper: Any = Mapper
    dispatch = mapper.dispatch._for_class(mapper)  # noqa: SLF001 - there is no other way to ask who listens
    names = ("before_configured", "after_configured", "mapper_configured", "before_mapper_configured")
    return any(next(iter(getattr(dispatch, name)), None) is not None for name in names)
