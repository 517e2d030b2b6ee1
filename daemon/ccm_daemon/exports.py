"""What the export module of a schema does not import yet.

Development reads one module, which imports the schema files, and production all files: one that nobody has imported is
in the one and not in the other. The module is `schemas/__init__.py`, or `schemas.py` beside the folder `schemas/`.
Files are read and never run. Paths that come out are absolute.
"""

import ast
import glob
import itertools
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from keyword import iskeyword
from pathlib import Path
from typing import TypeAlias

from ccm_daemon.pysource import Importing, body_of, imports, is_said, origin, public
from ccm_engine.value import value

Style: TypeAlias = tuple[str, str]
"""`star`, `names`, `module` or `import`, and what precedes the dotted name of a file: `.`, `schemas.`."""
Found: TypeAlias = tuple[Importing, Style, Path]
"""A statement that imports a schema file."""


@value
class Missing:
    """An export module, and the files that it does not import: maybe none."""

    module: Path
    files: tuple[Path, ...]
    folder: Path
    """Below it are the files that the module should import."""
    bases: tuple[Path, ...]
    """Where absolute names begin."""
    prefix: str
    """What precedes the dotted name in the first import of a file: `.`, `.schemas.`, `schemas.`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the files, as people know them: `shop/order.py`."""
        return tuple(file.relative_to(self.folder).as_posix() for file in self.files)


def missing(root: Path, source: str) -> Missing | None:
    """What the export module of a source setting does not import.

    None where the setting names no such module, it cannot be parsed, or only running it would tell what it imports.
    """
    exports = _exports(root, source)
    if exports is None or re.search(rb"\b(import_module|__import__)\b", exports.module.read_bytes()):
        return None
    reached = reached_from(exports, exports.module)
    return replace(exports, files=tuple(file for file in exports.files if file not in reached))


def blank(root: Path, source: str) -> tuple[Path, ...]:
    """The export module and the schema files, as far as nothing stands in them but white space."""
    exports = _exports(root, source)
    files = (exports.module, *exports.files) if exports else ()
    return tuple(file for file in files if not file.read_bytes().strip())


def chosen(answer: str, count: int) -> tuple[int, ...] | None:
    """What `1, 3-4` means, counted from zero; None where it is not understood or goes beyond `count`."""
    items = [re.fullmatch(r"\s*([0-9]{1,9})\s*(?:-\s*([0-9]{1,9})\s*)?", item) for item in answer.split(",")]
    ranges = [(int(item[1]), int(item[2] or item[1])) for item in items if item]
    if not answer.strip():
        return ()
    if not all(items) or not all(1 <= first <= last <= count for first, last in ranges):
        return None
    return tuple(dict.fromkeys(number - 1 for first, last in ranges for number in range(first, last + 1)))


def _exports(root: Path, source: str) -> Missing | None:
    """The export module, as if it imported none of its files."""
    root = Path(os.path.normpath(root.absolute()))
    roots = (root / "src", root) if (root / "src").is_dir() else (root,)
    module = _module(roots, source)
    if module is None or body_of(module) is None:
        return None
    package, folder = module.name == "__init__.py", _stem(module)
    if not folder.is_dir() or (not package and (folder / "__init__.py").exists()):
        return None  # a package of the same name would be imported in the file's stead
    base = next(above for above in module.parents if not (above / "__init__.py").exists())
    loose = base == module.parent and (base in roots or root not in base.parents)
    prefix = "." if package else f"{folder.name}." if loose else f".{folder.name}."
    exports = Missing(module=module, files=(), folder=folder, bases=(*roots, base), prefix=prefix)
    return replace(exports, files=tuple(sorted(file for file in folder.rglob("*.py") if _counts(exports, file))))


def _module(roots: Sequence[Path], source: str) -> Path | None:
    """The file that the harvester imports, where it is one; what is installed is nobody's to edit."""
    parts = source.split(".")
    stems = [root.joinpath(*parts) for root in roots if all(map(str.isidentifier, parts))]
    places = [os.path.normpath(roots[-1] / source), *(f"{stem}{suffix}" for stem in stems for suffix in ("", ".py"))]
    found = next(filter(Path.exists, map(Path, places)), None)
    if found is None or glob.has_magic(source):
        return None
    if found.is_dir():  # a docstring alone makes no export module: the harvester then imports all files
        found = found / "__init__.py"
        return None if all(map(is_said, body_of(found) or [])) else found
    return found if found.suffix == ".py" else None


def _counts(exports: Missing, file: Path) -> bool:
    """Whether it is public, can be named in an import statement, and is more than the `__init__.py` of other files."""
    parts = _stem(file).relative_to(exports.folder).parts
    nameable = all(part.isidentifier() and not iskeyword(part) and not part.startswith("_") for part in parts)
    if not parts or not nameable or _file(exports, _stem(file)) != file:
        return False
    return file.name != "__init__.py" or any(public(node) for node in body_of(file) or [])


def _stem(file: Path) -> Path:
    return file.parent if file.name == "__init__.py" else file.with_suffix("")


def dotted_name(exports: Missing, file: Path) -> str:
    return ".".join(_stem(file).relative_to(exports.folder).parts)


def _file(exports: Missing, stem: Path) -> Path | None:
    """What runs when `stem` is imported; None where that is not of the schema."""
    if stem == exports.folder:
        return exports.module
    files = (stem / "__init__.py", Path(f"{stem}.py")) if exports.folder in stem.parents else ()
    return next(filter(Path.is_file, files), None)


def reached_from(exports: Missing, start: Path) -> set[Path]:
    """What is imported of the schema when `start` is: itself, packages on the way, and so on."""
    reached: set[Path] = set()
    waiting = [start]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            reached.add(file)
            waiting += (found for node in imports(body_of(file) or []) for _, _, found in read(exports, file, node))
            waiting += (above / "__init__.py" for above in file.parents if exports.folder in above.parents)
    return reached


def read(exports: Missing, importer: Path, node: Importing) -> Iterator[Found]:
    """What a statement imports of the schema, name by name: first of all modules, then what is in them."""
    level = 0 if isinstance(node, ast.Import) else node.level
    for base, alias in itertools.product(importer.parents[level - 1 : level] if level else exports.bases, node.names):
        readings = [("import", alias.name)]
        if isinstance(node, ast.ImportFrom):
            whole = "star" if alias.name == "*" else "names"
            readings = [("module", origin(node) + alias.name), (whole, "." * level + (node.module or ""))]
        for kind, written in readings:
            if file := _file(exports, base.joinpath(*written.strip(".").split("."))):
                yield node, (kind, written.removesuffix(dotted_name(exports, file))), file
                break
