"""What a source setting means: the Python files, and the name under which each is imported.

A setting is a file, a folder, a glob or a dotted module, relative to the root. A file inside a package has one real
name, given by the folders above it that hold an `__init__.py`. A file outside any package may be called by its
siblings (`import base`) or from the root (`import models.base`); it gets the name from the root, with which its
relative imports work as well.
"""

import ast
import glob
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ccm_engine import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A file and the name it is imported under, which is relative to `base`, a folder of the import path."""

    file: Path
    name: str
    base: Path

    @property
    def packaged(self) -> bool:
        return (self.file.parent / "__init__.py").exists()

    @property
    def territory(self) -> Path:
        """The folder of the outermost package that the file is in, or the file itself."""
        return self.base / self.name.partition(".")[0] if self.packaged else self.file


def resolve(root: Path, source: str) -> tuple[Module, ...]:
    """The modules of a source setting, in the order of their import; at least one.

    Raises `SchemaSourceMissing`.
    """
    if glob.has_magic(source):
        matches, looked = _glob(root, source), [Path(source)]
    else:
        looked = list(dict.fromkeys([_normal(root / source), *_as_module(source, _roots(root))]))
        candidates = [*looked, *_as_module(source, map(Path, sys.path))]
        matches = [path for path in candidates if path.is_dir() or path.is_file()][:1]
    files = tuple(dict.fromkeys(file for match in matches for file in _files(match)))
    if not files:
        lines = "\n".join(f"    {os.path.relpath(root / path, root)}" for path in looked)
        raise errors.SchemaSourceMissing(source=source, root=str(root), looked=lines)
    return tuple(_named(root, files))


def search_path(root: Path, modules: Sequence[Module]) -> list[str]:
    """`sys.path` for the import of these modules.

    The root comes first, as when Python is started there. A folder that is on the path only so that its files can call
    each other by their bare names comes after the standard library: its `types.py` is not everyone's `types`.
    """
    first = dict.fromkeys([*(str(module.base) for module in modules), *map(str, _roots(root))])
    bare = dict.fromkeys(str(module.file.parent) for module in modules if not module.packaged)
    installed = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    library = [entry for entry in sys.path if entry not in installed]
    return list(dict.fromkeys([*first, *library, *bare, *installed]))


def _roots(root: Path) -> tuple[Path, ...]:
    return (root / "src", root) if (root / "src").is_dir() else (root,)


def _normal(path: Path) -> Path:
    """Without `..`, but through symbolic links as they are written."""
    return Path(os.path.normpath(path))


def _glob(folder: Path, pattern: str) -> list[Path]:
    """Sorted; neither hidden files nor hidden folders unless the pattern names them."""
    matches = glob.glob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207  Path.glob shows hidden ones
    return sorted(_normal(folder / match) for match in matches)


def _as_module(source: str, bases: Iterable[Path]) -> Iterator[Path]:
    """Where a dotted name may be, in the order in which `import` looks."""
    *parents, last = source.split(".")
    if all(map(str.isidentifier, (*parents, last))):
        for folder in (base.joinpath(*parents) for base in bases):
            yield folder / last
            yield folder / f"{last}.py"


def _files(path: Path) -> list[Path]:
    """A file, the `__init__.py` of a package that exports something, or all there is in a folder."""
    if path.is_dir():
        package = path / "__init__.py"
        return [package] if _has_code(package) else _glob(path, "**/*.py")
    return [path] if path.suffix == ".py" else []


def _has_code(package: Path) -> bool:
    try:
        body = ast.parse(package.read_bytes()).body
    except FileNotFoundError:
        return False
    except (SyntaxError, ValueError):
        return True  # the import will say what is wrong with it
    return any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in body)


def _named(root: Path, files: Sequence[Path]) -> Iterator[Module]:
    bases: dict[str, Path] = {}
    for file in files:
        module = _real_name(root, file)
        top = module.name.partition(".")[0]
        if bases.setdefault(top, module.base) == module.base:
            yield module
        else:  # a second package of that name, elsewhere in the root: its folders tell them apart
            yield _name_below(root, file)


def _real_name(root: Path, file: Path) -> Module:
    module = _target(file)
    base = module.parent
    while (base / "__init__.py").exists():
        base = base.parent
    if base != module.parent or file.name == "__init__.py":
        return _name_below(base, file)
    above = next((folder for folder in _roots(root) if file.is_relative_to(folder)), base)
    dotted = "." in str(module.relative_to(above))  # such a folder is in no module's name
    return _name_below(base if dotted else above, file)


def _name_below(base: Path, file: Path) -> Module:
    return Module(file=file, name=".".join(_target(file).relative_to(base).parts), base=base)


def _target(file: Path) -> Path:
    return file.parent if file.name == "__init__.py" else file.with_suffix("")
