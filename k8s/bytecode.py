# ruff: noqa: INP001 - a script, in no package
"""Whatever ccm-daemon's modules import, inside functions too, is imported once, so that there is bytecode of all of it.

Base images bring the standard library as source alone, and where the root is read-only each start would compile it
anew. Run in the image, by a user who may write there.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from sysconfig import get_path

PACKAGES = ("ccm_engine", "ccm_deploy", "ccm_daemon")
# What the standard library itself imports at its first use: a name looked up, a file read, a version asked for.
LATER = ("concurrent.futures.thread", "encodings.idna", "encodings.utf_8_sig", "importlib.metadata._adapters")


def main() -> None:
    installed = Path(get_path("purelib"))
    sources = [path for package in PACKAGES for path in (installed / package).rglob("*.py")]
    for name in sorted({name for path in sources for name in imported(path)}):
        root = name.partition(".")[0]
        if root not in PACKAGES and find_spec(root):  # what only developers install is not there
            import_module(name)
    for name in LATER:
        import_module(name)


def imported(path: Path) -> Iterator[str]:
    """The modules that the file's import statements name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


if __name__ == "__main__":
    main()
