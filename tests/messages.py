"""Every text that people read, as it stands in the source: the keys of the translations.

python tests/messages.py      brings engine/ccm_engine/locale up to date, and compiles it
"""

import ast
import inspect
from collections.abc import Iterable, Iterator
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine/ccm_engine", "deploy/ccm_deploy", "daemon/ccm_daemon")
LOCALE = ROOT / "engine" / "ccm_engine" / "locale"
_MARKS = frozenset({"_", "translated"})
_LEVELS = frozenset({"info", "warning", "error"})


def messages() -> dict[str, str]:
    """Each text with the file that it stands in first."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for text in _of_module(path):
                found.setdefault(text, path.relative_to(ROOT).as_posix())
    return found


def _of_module(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    if path.name == "errors.py":
        yield from _docstrings(tree)
    constants = {
        target.id: value
        for node in tree.body
        if isinstance(node, ast.Assign) and (value := _text(node.value)) is not None
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, constants)


def _docstrings(tree: ast.Module) -> Iterator[str]:
    """The messages of the errors; that of `CcmError` and of the families is never shown."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in classes:
        above = {base.id for base in node.bases if isinstance(base, ast.Name)}
        if above and above != {"Exception"} and (text := ast.get_docstring(node)):
            yield inspect.cleandoc(text)


def _of_call(node: ast.Call, constants: dict[str, str]) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=constant)]) if name in _MARKS and constant in constants:
            yield constants[constant]
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _MARKS:
            yield from _texts([first])
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level), args=[first, *_]) if level in _LEVELS:
            yield level
            yield from _texts([first])
        case ast.Call(func=ast.Attribute(attr="end"), args=[first]):
            yield from _texts([first])
        case ast.Call(func=ast.Name(id="Hazard"), keywords=keywords):
            yield from _texts(word.value for word in keywords if word.arg in {"message", "fix"})
        case ast.Call(func=ast.Attribute(value=ast.Name(id="errors")), keywords=keywords):
            for value in (word.value for word in keywords):
                yield from (text for text in _texts([value]) if " " in text or isinstance(value, ast.IfExp))
        case ast.Call(func=ast.Name(id="_url"), args=[purpose, *_]):
            yield from _texts([purpose])
        case _:
            pass


def _texts(nodes: Iterable[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.IfExp):
            yield from _texts((node.body, node.orelse))
        elif (text := _text(node)) is not None:
            yield text


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_translated(text: str, language: str) -> bool:
    """Whether the compiled catalogue has it, in other words or the same."""
    return text in _compiled(language)


@cache
def _compiled(language: str) -> frozenset[str]:
    with (LOCALE / language / "LC_MESSAGES" / "ccm.mo").open("rb") as file:
        return frozenset(str(key) for key in vars(GNUTranslations(file))["_catalog"])


def main() -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po

    for folder in sorted(LOCALE.iterdir()):
        path = folder / "LC_MESSAGES" / "ccm.po"
        known = read_po(path.open("rb"), locale=folder.name) if path.exists() else Catalog(locale=folder.name)
        catalog = Catalog(locale=folder.name, project="ccm-daemon", fuzzy=False)
        for text, file in messages().items():
            before = known.get(text)
            catalog.add(text, before.string if before and not before.fuzzy else "", locations=[(file, 0)])
        with path.open("wb") as po, path.with_suffix(".mo").open("wb") as mo:
            write_po(po, catalog, width=100, sort_output=False, omit_header=False, include_lineno=False)
            write_mo(mo, catalog)
        print(f"{path.relative_to(ROOT)}: {sum(not message.string for message in catalog if message.id)} to translate")


if __name__ == "__main__":
    main()
