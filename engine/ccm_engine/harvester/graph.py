"""Which modules a save can touch: those that are edited, and whoever imports them."""

import ast
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

# Of the source text, not of its syntax tree, which would take longer than all the rest. What it takes for an import and
# is none, in a string say, costs a little time; an import that runs and that it overlooks is seen as it runs.
_IMPORTS = re.compile(
    rb"(?:^|[;:])[ \t]*(?:from[ \t]+(\.*[ \t]*[\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n;]*)|import[ \t]+([^\n;]+))",
    re.MULTILINE,
)
_NAMES = re.compile(r"([\w.]+)(?:\s+as\s+\w+)?")
_COMMENTS = re.compile(rb"#[^\n]*|\\\r?\n")
_HOOKS = re.compile(rb"\b(?:listens?|listens_for|compiles)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A module of the project as it was imported; `stamp` is that of its file, from before it was read."""

    name: str
    file: str
    stamp: str
    imports: tuple[tuple[str, str], ...]
    """Each a module, and a name in it that may be a module too, or empty."""
    bare: bool
    """Whether it does nothing but import, so that what stands in its package may be imported before it."""
    hooks: bool
    """Whether it may change how SQLAlchemy treats the models of other modules."""
    words: frozenset[str]


def imported(name: str, file: str, stamp: str, source: bytes) -> Imported:
    """What there is to know of a module whose file holds `source`."""
    package = name if os.path.basename(file) == "__init__.py" else name.rpartition(".")[0]  # noqa: PTH119
    return Imported(
        name=name,
        file=file,
        stamp=stamp,
        imports=tuple(_imports(package, _COMMENTS.sub(b" ", source))),
        bare=package != name or _only_imports(source),
        hooks=_HOOKS.search(source) is not None,
        words=frozenset(re.findall(r"\w+", source.decode(errors="replace"))),
    )


def _imports(package: str, source: bytes) -> Iterator[tuple[str, str]]:
    for origin, names, modules in _IMPORTS.findall(source):
        if modules:
            for name in _NAMES.findall(modules.decode(errors="replace")):
                yield name, ""
                yield name.partition(".")[0], ""
        else:
            base = _absolute(package, origin.decode(errors="replace").replace(" ", ""))
            yield base, ""
            yield from ((base, name) for name in _NAMES.findall(names.decode(errors="replace")))


def _absolute(package: str, origin: str) -> str:
    dots = len(origin) - len(origin.lstrip("."))
    if not dots:
        return origin
    kept = package.split(".")[: len(package.split(".")) - dots + 1]
    return ".".join([*kept, *filter(None, [origin[dots:]])])


def _only_imports(source: bytes) -> bool:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    return all(map(_is_idle, body))


def _is_idle(node: ast.stmt) -> bool:
    """An import, a text, `__all__`: nothing that a module which is imported later could depend on."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.AugAssign(target=ast.Name(id="__all__")):
            return True
        case _:
            return False


def touched(modules: Mapping[str, Imported], files: Collection[str]) -> frozenset[str]:
    """The modules, by name, that are another once these files are: they, whoever imports them, and so on."""
    found = {module.name for module in modules.values() if module.file in files}
    reached = {module.name: frozenset(_reached(module, modules)) for module in modules.values()}
    more = found
    while more:
        more = {name for name, others in reached.items() if name not in found and not found.isdisjoint(others)}
        more |= set(_below(modules, found)) - found
        found |= more
    return frozenset(found)


def _reached(module: Imported, modules: Mapping[str, Imported]) -> Iterator[str]:
    for base, name in module.imports:
        submodule = f"{base}.{name}"
        if name:
            yield submodule if submodule in modules else base
        elif not module.name.startswith(f"{base}."):  # of its own package, what is named counts, not that it is named
            yield base


def _below(modules: Mapping[str, Imported], found: Iterable[str]) -> Iterator[str]:
    """What stands in a package that does something of its own: it expects that to be done."""
    for package in found:
        if not modules[package].bare:
            yield from (name for name in modules if name.startswith(f"{package}."))
