"""How the project's files are imported: each once, whatever names it is reached by, and from its source.

*Once*: `models/base.py` may be `base` to one file and `models.base` to another. Imported twice it would define its
tables twice, so the second name is answered with the module that the first one made.

*From its source*: Python trusts a `.pyc` file whose recorded time (in whole seconds) and size are those of the source.
Two saves within a second that leave the size alone would be one to it.
"""

import os
import sys
import sysconfig
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from ccm_engine.harvester import graph
from ccm_engine.stamp import stamp

_STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
_INSTALLED = frozenset({"site-packages", "dist-packages"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The files that are the user's own: under the root, but not installed there, or named by the source setting."""

    root: Path
    named: tuple[Path, ...] = ()

    def relative(self, file: Path) -> str:
        """The path as an error shows it."""
        return str(file.relative_to(self.root) if file.is_relative_to(self.root) else file)

    def owns(self, file: str) -> bool:
        """Whether the user wrote it: not the standard library, nothing installed, no `<generated code>`."""
        return not file.startswith("<") and any(map(self._owns, {Path(file), Path(os.path.realpath(file))}))

    def _owns(self, file: Path) -> bool:
        if any(map(file.is_relative_to, self.named)):
            return True
        if not file.is_relative_to(self.root) or file.is_relative_to(_STANDARD_LIBRARY):
            return False
        folders = file.relative_to(self.root).parts[:-1]
        return not any(folder.startswith(".") or folder in _INSTALLED for folder in folders)


class OncePerFile(MetaPathFinder):
    """Stands before all other finders, and decides how what they find in the project is loaded."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.imported: dict[str, graph.Imported] = {}
        """What was loaded, by name."""
        self.prepared: dict[str, ModuleType] = {}
        """Packages in which something was imported before they themselves were."""
        self.aliased = False
        """Whether a file was reached by a second name."""
        self._names: dict[str, str] = {}
        self._importing: list[str] = []

    def modules(self) -> tuple[ModuleType, ...]:
        """The project's modules that have been imported, in the order in which their import began."""
        return tuple(sys.modules[name] for name in self._names.values() if name in sys.modules)

    def has_loaded(self, file: Path) -> bool:
        return self._names.get(os.path.realpath(file)) in sys.modules

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        others = (finder for finder in sys.meta_path if finder is not self)
        specs = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and isinstance(spec.loader, SourceFileLoader) and self.project.owns(spec.loader.path):
            spec.loader = self._loader(fullname, spec.loader.path)
        return spec

    @contextmanager
    def importing(self, name: str) -> Generator[None]:
        """Whoever is being imported has imported this one, by whatever means."""
        if self._importing and not self._importing[-1].startswith(f"{name}."):
            above = self.imported[self._importing[-1]]
            self.imported[above.name] = replace(above, imports=(*above.imports, (name, "")))
        self._importing.append(name)
        try:
            yield
        finally:
            self._importing.pop()

    def _loader(self, name: str, path: str) -> Loader:
        file = os.path.realpath(path)
        known = self._names.get(file, name)
        if known != name and known in sys.modules:
            self.aliased = True
            return _SameModule(known)
        self._names[file] = name
        return _FromSource(self, name, path)


class _FromSource(SourceFileLoader):
    """Compiles the source at each import."""

    def __init__(self, finder: OncePerFile, name: str, path: str) -> None:
        super().__init__(name, path)
        self._finder = finder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._finder.prepared.get(spec.name)

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        before = stamp(path)
        source = self.get_data(path)
        self._finder.imported[fullname] = graph.imported(fullname, path, before, source)
        return self.source_to_code(source, path)

    def exec_module(self, module: ModuleType) -> None:
        with self._finder.importing(module.__name__):
            super().exec_module(module)


class _SameModule(Loader):
    """Another name of a module that is already there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def exec_module(self, module: ModuleType) -> None:
        # The import system takes what stands in sys.modules afterwards: a module may replace itself.
        sys.modules[module.__name__] = sys.modules[self._name]
