"""What the export module of a schema lacks is found and written, in the way in which the rest of it is written."""

import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ccm_daemon import exporting, exports
from ccm_engine import harvest

BASE = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def table(name: str, base: str = "from .base import Base") -> str:
    return f'{base}\n\n\nclass {name.title()}(Base):\n    __tablename__ = "{name}"\n'


FILES = {
    "base.py": BASE,
    "audit.py": table("audit"),
    "post.py": table("post"),
    "user.py": table("user"),
    "shop/order.py": table("order", "from ..base import Base"),
}


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def package(root: Path, module: str, files: Mapping[str, str] = FILES) -> Path:
    return write(root, {"schemas/__init__.py": module, **{f"schemas/{name}": text for name, text in files.items()}})


def lacking(root: Path, source: str = "schemas/__init__.py") -> exports.Missing:
    found = exports.missing(root, source)
    assert found is not None
    return found


def extended(root: Path, *names: str, source: str = "schemas/__init__.py") -> str:
    """The export module's new text, once the files of these names are added."""
    found = lacking(root, source)
    exporting.add(found, [found.files[found.names.index(name)] for name in names])
    return found.module.read_bytes().decode(errors="replace")


def imported(root: Path, name: str = "schemas") -> list[str]:
    """The tables that a Python of its own knows when it has imported the export module."""
    base = f"__import__('sys').modules[next(m for m in __import__('sys').modules if m.endswith('{name}.base'))].Base"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import {name}\nprint(*{base}.metadata.tables)"],
        cwd=root,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.split())


# -- which files are missing ------------------------------------------------------------------

COUNTED = {
    "every style": "from . import audit\nfrom .post import Post\nimport schemas.user\nfrom schemas.shop import order\n",
    "stars": "from .audit import *\nfrom .post import *\nfrom .user import *\nfrom .shop.order import *\n",
    "absolute names": "from schemas import audit, post, user\nfrom schemas.shop.order import Order as O\n",
    "inside a function": "def load():\n    from . import audit, post, user\n    from .shop import order\n",
    "inside try": "try:\n    from . import audit, post\nexcept ImportError:\n    from . import user\n"
    "finally:\n    from .shop import order\n",
    "inside other blocks": "with x:\n    from . import audit\nif y:\n    from . import post\nelse:\n"
    "    from . import user\nmatch z:\n    case 1:\n        from .shop import order\n",
    "at run time only": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n"
    "    from . import audit, post, user\n    from .shop import order\n",
    "with a byte order mark": "\ufefffrom . import audit, post, user\r\nfrom .shop import order\r\n",
}


@pytest.mark.parametrize("module", COUNTED.values(), ids=COUNTED)
def test_an_import_counts_wherever_it_stands(tmp_path: Path, module: str) -> None:
    assert lacking(package(tmp_path, module)).files == ()


NOT_COUNTED = {
    "for type checkers": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import audit\n",
    "for type checkers, by its full name": "import typing\nif typing.TYPE_CHECKING:\n    from . import audit\n",
    "of another package": "import audit\nfrom other.schemas import audit\nfrom ..schemas2.audit import Audit\n",
    "from above everything": "from ................................ import audit\n",
    "in a comment or a string": "# from . import audit\n'''\nfrom . import audit\n'''\nx = 'import schemas.audit'\n",
}


@pytest.mark.parametrize("module", NOT_COUNTED.values(), ids=NOT_COUNTED)
def test_what_runs_nothing_does_not_count(tmp_path: Path, module: str) -> None:
    assert lacking(package(tmp_path, module)).names == ("audit.py", "base.py", "post.py", "shop/order.py", "user.py")


CLOSURES: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {
    "a file imports another": ({"__init__.py": "from . import a", "a.py": "from .b import B", "b.py": ""}, ()),
    "a circle": ({"__init__.py": "from . import a", "a.py": "import schemas.b", "b.py": "from . import a"}, ()),
    "a package on the way": (
        {"__init__.py": "import schemas.x.a", "x/__init__.py": "from . import b", "x/a.py": "", "x/b.py": ""},
        (),
    ),
    "a package of files": ({"__init__.py": "from .x import *", "x/__init__.py": "from .a import A", "x/a.py": ""}, ()),
    "one that nobody imports": ({"__init__.py": "from . import a", "a.py": "", "b.py": "from . import a"}, ("b.py",)),
    "a file that does not parse": (
        {"__init__.py": "import schemas.a", "a.py": "from . import b\n(", "b.py": ""},
        ("b.py",),
    ),
    "a name that is no module": ({"__init__.py": "from .a import b", "a.py": "b = 1", "b.py": ""}, ("b.py",)),
    "a detour outside": (
        {"__init__.py": "import helper", "../helper.py": "import schemas.a", "a.py": ""},
        ("a.py",),
    ),
}


@pytest.mark.parametrize(("files", "names"), CLOSURES.values(), ids=CLOSURES)
def test_imports_are_followed_inside_the_folder(
    tmp_path: Path, files: Mapping[str, str], names: tuple[str, ...]
) -> None:
    write(tmp_path, {f"schemas/{name}": text for name, text in files.items()})
    assert lacking(tmp_path).names == names


def test_files_that_are_none_of_the_schema_are_not_missed(tmp_path: Path) -> None:
    others = (
        "_private.py", "__main__.py", ".hidden.py", ".hidden/a.py", "_old/a.py", "my-table.py", "class.py", "2024/a.py",
        "notes.txt", "post/__init__.py", "user.pyi",
    )  # fmt: skip
    package(tmp_path, "x = 1\n", {"post.py": "a package hides it", **dict.fromkeys(others, "__all__ = []\n")})
    assert lacking(tmp_path).names == ()


def test_the_init_file_of_a_folder_is_missed_where_it_defines_something(tmp_path: Path) -> None:
    files = {
        "a/__init__.py": "class A: ...",
        "b/__init__.py": '"""Nothing."""\nfrom . import c',
        "b/c.py": "",
        "d/e.py": "",
    }
    found = lacking(package(tmp_path, "x = 1", files))
    assert found.names == ("a/__init__.py", "b/c.py", "d/e.py")
    assert "from .a import *" in exporting.with_imports("x = 1", found, found.files[:1])


SOURCES: dict[str, tuple[str, str]] = {
    # the source, and the export module that it names
    "a folder": ("schemas", "schemas/__init__.py"),
    "a folder with a slash": ("./schemas/", "schemas/__init__.py"),
    "a file in a folder": ("schemas/__init__.py", "schemas/__init__.py"),
    "a module": ("app.models", "app/models/__init__.py"),
    "a module in src": ("core.tables", "src/core/tables/__init__.py"),
    "a file beside its folder": ("src/database/schemas.py", "src/database/schemas.py"),
    "a folder beside the root": ("../shared", "../shared/__init__.py"),
}


@pytest.mark.parametrize(("source", "module"), SOURCES.values(), ids=SOURCES)
def test_the_setting_names_the_export_module(tmp_path: Path, source: str, module: str) -> None:
    root = write(tmp_path / "project", {module: "x = 1\n"})
    folder = (root / module).parent if module.endswith("__init__.py") else (root / module).with_suffix("")
    write(folder, FILES)
    found = lacking(root, source)
    assert found.module.samefile(root / module)
    assert found.names == ("audit.py", "base.py", "post.py", "shop/order.py", "user.py")
    assert all(map(Path.samefile, found.files, (folder / name for name in found.names)))


def test_the_root_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path, "from .base import Base\nfrom schemas import audit\n")
    monkeypatch.chdir(tmp_path / "schemas")
    assert lacking(Path("..")).files == tuple(
        tmp_path / "schemas" / name for name in ("post.py", "shop/order.py", "user.py")
    )


NONE = {
    "a glob": "schemas/**/*.py",
    "a glob that finds the module alone": "schemas/__init__*.py",
    "nothing": "nowhere",
    "a folder without an __init__.py": "loose",
    "a folder whose __init__.py only says what it is": "said",
    "a file without a folder": "alone.py",
    "a file whose folder is a package, which hides it": "hidden.py",
    "a script": "schema.sql",
    "a module that does not parse": "broken",
    "a module that decides at run time": "running",
    "a dotted name of a file and of the folder beside it, which comes first": "both",
    "an empty name": "",
}


@pytest.mark.parametrize("source", NONE.values(), ids=NONE)
def test_where_there_is_no_export_module_nothing_is_missing(tmp_path: Path, source: str) -> None:
    names = (
        "schemas/a.py",
        "loose/a.py",
        "said/a.py",
        "alone.py",
        "hidden.py",
        "schema.sql",
        "broken/a.py",
        "running/a.py",
        "both.py",
        "both/a.py",
    )
    write(tmp_path, dict.fromkeys(names, "x = 1\n"))
    write(
        tmp_path, {"schemas/__init__.py": "x = 1", "hidden/__init__.py": "x = 1", "said/__init__.py": '"""Tables."""\n'}
    )
    write(
        tmp_path, {"broken/__init__.py": "(", "running/__init__.py": "import importlib\nimportlib.import_module('.a')"}
    )
    assert exports.missing(tmp_path, source) is None


BLANK = {"a.py": "", "b.py": " \r\n\t\n", "c.py": "# later\n", "x/__init__.py": "", "x/d.py": "\n", "_e.py": ""}


def test_a_file_with_nothing_in_it_is_blank(tmp_path: Path) -> None:
    package(tmp_path, "from . import c\n", BLANK)
    assert exports.blank(tmp_path, "schemas") == tuple(
        tmp_path / "schemas" / name for name in ("a.py", "b.py", "x/d.py")
    )


def test_an_export_module_with_nothing_in_it_is_blank_where_nothing_else_is_imported(tmp_path: Path) -> None:
    write(tmp_path, {"schemas.py": "\n", "schemas/a.py": "x = 1\n"})
    assert exports.blank(tmp_path, "schemas.py") == (tmp_path / "schemas.py",)


def test_an_empty_init_file_in_a_folder_of_models_is_fine(tmp_path: Path) -> None:
    assert exports.blank(package(tmp_path, ""), "schemas") == ()


# -- how they are imported ----------------------------------------------------------------------

ONE_LINE_EACH = '__all__ = [\n    "Base",  # of all\n    "User",\n]\n'

STYLES: dict[str, tuple[str, tuple[str, ...], str]] = {
    # the module as it was, the files that are added, the module as it is then
    "nothing": ("x = 1\n", ("user.py",), "from .user import *\n\nx = 1\n"),
    "a docstring": (
        '"""Tables."""\n',
        ("audit.py", "user.py"),
        '"""Tables."""\n\nfrom .audit import *\nfrom .user import *\n',
    ),
    "a docstring and __future__": (
        '#!/usr/bin/python\n# Copyright\n"""Tables."""\n\nfrom __future__ import annotations\n\nimport os\n',
        ("user.py",),
        (
            '#!/usr/bin/python\n# Copyright\n"""Tables."""\n\nfrom __future__ import annotations\n\n'
            "from .user import *\n\nimport os\n"
        ),
    ),
    "comments": ("# coding: utf-8\nx = 1\n", ("user.py",), "# coding: utf-8\n\nfrom .user import *\n\nx = 1\n"),
    "stars": (
        "from .base import *\nfrom .user import *\n",
        ("shop/order.py", "audit.py"),
        "from .audit import *\nfrom .base import *\nfrom .shop.order import *\nfrom .user import *\n",
    ),
    "stars with noqa": (
        "from .base import *  # noqa: F403\nfrom .user import *  # noqa: F403\n",
        ("post.py",),
        "from .base import *  # noqa: F403\nfrom .post import *  # noqa: F403\nfrom .user import *  # noqa: F403\n",
    ),
    "stars of others with noqa": (
        "from typing import *  # noqa: F403\n",
        ("user.py",),
        "from .user import *  # noqa: F403\n\nfrom typing import *  # noqa: F403\n",
    ),
    "stars of which one has noqa": (
        "from .base import *  # noqa: F403\nfrom .user import *\n",
        ("post.py",),
        "from .base import *  # noqa: F403\nfrom .post import *\nfrom .user import *\n",
    ),
    "other comments": (
        "# people\nfrom .base import *  # first\nfrom .user import *\n",
        ("audit.py", "post.py"),
        "# people\nfrom .audit import *\nfrom .base import *  # first\nfrom .post import *\nfrom .user import *\n",
    ),
    "not sorted": (
        "from .user import *\nfrom .base import *\n\nx = 1\n",
        ("audit.py",),
        "from .user import *\nfrom .base import *\nfrom .audit import *\n\nx = 1\n",
    ),
    "no newline at the end": ("from .base import *", ("user.py",), "from .base import *\nfrom .user import *\n"),
    "Windows": (
        '"""Tables."""\r\n\r\nfrom .base import Base\r\n\r\n__all__ = [\r\n    "Base"\r\n]\r\n',
        ("user.py",),
        (
            '"""Tables."""\r\n\r\nfrom .base import Base\r\nfrom .user import User\r\n\r\n'
            '__all__ = [\r\n    "Base",\r\n    "User",\r\n]\r\n'
        ),
    ),
    "names": (
        "from .base import Base\nfrom .user import (\n    User,\n)  # noqa: F401\n",
        ("post.py",),
        "from .base import Base\nfrom .post import Post\nfrom .user import (\n    User,\n)  # noqa: F401\n",
    ),
    "names and __all__ in one line": (
        "from .base import Base\nfrom .user import User\n\n__all__ = ['Base', 'User']  # public\n",
        ("audit.py", "post.py"),
        (
            "from .audit import Audit\nfrom .base import Base\nfrom .post import Post\nfrom .user import User\n\n"
            "__all__ = ['Audit', 'Base', 'Post', 'User']  # public\n"
        ),
    ),
    "names and __all__ one per line": (
        f"from .base import Base\nfrom .user import User\n\n{ONE_LINE_EACH}",
        ("audit.py", "post.py"),
        (
            "from .audit import Audit\nfrom .base import Base\nfrom .post import Post\nfrom .user import User\n\n"
            '__all__ = [\n    "Audit",\n    "Base",  # of all\n    "Post",\n    "User",\n]\n'
        ),
    ),
    "names and __all__ that ends with a comment and no comma": (
        'from .base import Base\n\n__all__ = [\n    "Base"  # of all\n]\n',
        ("post.py", "user.py"),
        (
            "from .base import Base\nfrom .post import Post\nfrom .user import User\n\n"
            '__all__ = [\n    "Base",  # of all\n    "Post",\n    "User",\n]\n'
        ),
    ),
    "names and __all__ not sorted": (
        'from .base import Base\nfrom .user import User\n\n__all__: list[str] = ["User", "Base",]\n',
        ("post.py",),
        (
            "from .base import Base\nfrom .post import Post\nfrom .user import User\n\n"
            '__all__: list[str] = ["User", "Base", "Post",]\n'
        ),
    ),
    "names and __all__ without brackets": (
        'from .base import Base\nfrom .user import User\n\n__all__ = "Base", "User"\n',
        ("post.py",),
        'from .base import Base\nfrom .post import Post\nfrom .user import User\n\n__all__ = "Base", "Post", "User"\n',
    ),
    "names and an empty __all__": (
        "from .base import Base\n\n__all__ = ()\n",
        ("post.py", "user.py"),
        'from .base import Base\nfrom .post import Post\nfrom .user import User\n\n__all__ = ("Post", "User",)\n',
    ),
    "names and an __all__ that is computed": (
        "from .base import Base\n\n__all__ = [name for name in dir()]\n",
        ("user.py",),
        "from .base import Base\nfrom .user import User\n\n__all__ = [name for name in dir()]\n",
    ),
    "names and an __all__ that has it": (
        'from .base import Base\n\n__all__ = ["Base", "User"]\nUser = 1\n',
        ("user.py",),
        'from .base import Base\nfrom .user import User\n\n__all__ = ["Base", "User"]\nUser = 1\n',
    ),
    "modules": ("from . import base, user\n", ("post.py",), "from . import base, post, user\n"),
    "modules, each in a line": (
        "from . import base\nfrom . import user\n",
        ("audit.py", "post.py"),
        "from . import audit\nfrom . import base\nfrom . import post\nfrom . import user\n",
    ),
    "modules in parentheses": (
        "from . import (\n    base,\n    user as people,  # all\n)\n",
        ("post.py",),
        "from . import (\n    base,\n    post,\n    user as people,  # all\n)\n",
    ),
    "modules not sorted": (
        "from . import user, base  # noqa: F401\n",
        ("post.py",),
        "from . import post  # noqa: F401\nfrom . import user, base  # noqa: F401\n",
    ),
    "modules of a folder": (
        "from . import base\n",
        ("shop/order.py",),
        "from . import base\nfrom .shop import order\n",
    ),
    "absolute modules": ("from schemas import base\n", ("user.py",), "from schemas import base, user\n"),
    "absolute names": (
        "from schemas.base import Base\n",
        ("shop/order.py",),
        "from schemas.base import Base\nfrom schemas.shop.order import Order\n",
    ),
    "absolute stars": (
        "from schemas.base import *\nfrom schemas.user import *\n",
        ("post.py",),
        "from schemas.base import *\nfrom schemas.post import *\nfrom schemas.user import *\n",
    ),
    "whole names": (
        "import schemas.base\nimport schemas.user\n",
        ("post.py",),
        "import schemas.base\nimport schemas.post\nimport schemas.user\n",
    ),
    "mostly stars": (
        "from .audit import Audit\nfrom .base import *\nfrom .user import *\n",
        ("post.py",),
        "from .audit import Audit\nfrom .base import *\nfrom .post import *\nfrom .user import *\n",
    ),
    "relative by its own name": (
        "from ..schemas.base import Base\n",
        ("user.py",),
        "from ..schemas.base import Base\nfrom ..schemas.user import User\n",
    ),
    "several statements in a line": (
        'from .base import *; x = """\n"""; from .user import *\n',
        ("post.py",),
        'from .base import *; x = """\n"""; from .user import *\nfrom .post import *\n',
    ),
    "a line that goes on": (
        '"""Tables.""" \\\n\nx = 1\n',
        ("user.py",),
        '"""Tables.""" \\\n\n\nfrom .user import *\n\nx = 1\n',
    ),
    "other alphabets and a form feed": (
        "\x0c\nfrom .base import *\né = 'é'; from . import user  # ünï\n",
        ("post.py",),
        "\x0c\nfrom .base import *\né = 'é'; from . import post, user  # ünï\n",
    ),
}


@pytest.mark.parametrize(("before", "names", "after"), STYLES.values(), ids=STYLES)
def test_an_import_is_written_as_the_others_are(
    tmp_path: Path, before: str, names: tuple[str, ...], after: str
) -> None:
    assert extended(package(tmp_path, before), *names) == after


IMPORTABLE = [name for name in STYLES if name != "relative by its own name"]


@pytest.mark.parametrize("style", IMPORTABLE)
def test_the_module_is_imported_with_what_it_lacked(tmp_path: Path, style: str) -> None:
    before, _, _ = STYLES[style]
    names = lacking(package(tmp_path, before)).names
    extended(tmp_path, *names)
    assert imported(tmp_path) == ["audit", "order", "post", "user"]
    assert lacking(tmp_path).names == ()


DEFINITIONS: dict[str, tuple[str, str]] = {
    "tables only": (
        (
            'import sqlalchemy as sa\nclass Mixin: ...\nclass A(Base):\n    __tablename__ = "a"\n'
            "class B(Base):\n    __table__ = sa.Table()\nlink = sa.Table('l')\nother: Table = Table()\n"
            "class _C(Base):\n    __tablename__ = 'c'\nX = 1\n"
        ),
        "from .new import A, B, link, other\n",
    ),
    "a tablename that is worked out": (
        "class A(Base):\n    @declared_attr\n    def __tablename__(cls): ...\n",
        "from .new import A\n",
    ),
    "SQLModel": ("class A(SQLModel, table=True): ...\nclass B(SQLModel, table=False): ...\n", "from .new import A\n"),
    "none": ("X = 1\n", "from .new import *\n"),
    "none that can be parsed": ("class A(Base:\n", "from .new import *\n"),
    "many": (
        "".join(f"{'abcdefgh'[number] * 12} = Table()\n" for number in range(8)),
        "from .new import (\n" + "".join(f"    {letter * 12},\n" for letter in "abcdefgh") + ")\n",
    ),
}


@pytest.mark.parametrize(("definitions", "line"), DEFINITIONS.values(), ids=DEFINITIONS)
def test_the_names_are_those_of_the_tables(tmp_path: Path, definitions: str, line: str) -> None:
    package(tmp_path, "from .base import Base\n", {"base.py": BASE, "new.py": definitions})
    assert extended(tmp_path, "new.py") == f"from .base import Base\n{line}"


def test_a_line_of_modules_does_not_grow_without_end(tmp_path: Path) -> None:
    names = [f"{letter * 20}.py" for letter in "abcd"]
    package(tmp_path, "from . import base\n", {"base.py": BASE, **dict.fromkeys(names, "x = 1\n")})
    assert max(map(len, extended(tmp_path, *names).splitlines())) <= 88
    assert lacking(tmp_path).names == ()


AFTER_THE_BASE = {
    "defined in the module": (BASE, f"{BASE}\nfrom .audit import *\nfrom .user import *\n"),
    "defined before what is exported": (
        f'{BASE}\n\n__all__ = ["Base"]\n',
        f'{BASE}\nfrom .audit import *\nfrom .user import *\n\n\n__all__ = ["Base"]\n',
    ),
    "imported by the module": (
        "from .base import Base\nfrom .post import Post\n",
        "from .base import Base\nfrom .post import Post\nfrom .audit import Audit\nfrom .user import User\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), AFTER_THE_BASE.values(), ids=AFTER_THE_BASE)
def test_what_takes_something_from_the_export_module_is_imported_after_it(
    tmp_path: Path, before: str, after: str
) -> None:
    own = {"audit.py": table("audit", "from . import Base"), "user.py": table("user", "from schemas import Base")}
    package(tmp_path, before, {"base.py": BASE, "post.py": table("post"), **own})
    assert extended(tmp_path, "audit.py", "user.py") == after
    assert subprocess.run([sys.executable, "-c", "import schemas"], cwd=tmp_path, check=False).returncode == 0


BESIDE: dict[str, tuple[str, str, str]] = {
    # the export module, what was in it, and how the imports begin
    "in the root": ("schemas.py", '"""Tables."""\n', "from schemas.audit import *\n"),
    "in src": ("src/schemas.py", "", "from schemas.audit import *\n"),
    "in a folder": ("src/database/schemas.py", '"""Tables."""\n', "from .schemas.audit import *\n"),
    "in the folder of the root": ("database/schemas.py", "", "from .schemas.audit import *\n"),
    "searching already": (
        "database/schemas.py",
        "import os\n\n__path__ = [os.path.splitext(__file__)[0]]\n",
        "from .schemas.audit import *\n",
    ),
    "with relative imports": (
        "database/schemas.py",
        "from .schemas.base import Base\n",
        "from .schemas.audit import Audit\n",
    ),
    "with absolute imports": (
        "database/schemas.py",
        "from database.schemas.base import Base\n",
        "from database.schemas.audit import Audit\n",
    ),
}


@pytest.mark.parametrize(("module", "before", "line"), BESIDE.values(), ids=BESIDE)
def test_a_file_imports_from_the_folder_of_its_name(tmp_path: Path, module: str, before: str, line: str) -> None:
    write(tmp_path, {module: before, **{f"{module.removesuffix('.py')}/{name}": text for name, text in FILES.items()}})
    text = extended(tmp_path, *lacking(tmp_path, module).names, source=module)
    assert f"\n{line}" in text
    assert text.count("__path__ =") == 1
    assert lacking(tmp_path, module).names == ()
    start = tmp_path / "src" if module.startswith("src/") else tmp_path
    name = ".".join((tmp_path / module).relative_to(start).with_suffix("").parts)
    assert imported(start, name) == ["audit", "order", "post", "user"]


async def test_the_harvester_finds_the_tables_of_a_file_and_of_the_folder_of_its_name(tmp_path: Path) -> None:
    root = write(tmp_path, {f"src/database/schemas/{name}": text for name, text in FILES.items()})
    write(root, {"src/database/schemas.py": ""})
    extended(root, *FILES, source="src/database/schemas.py")
    async with harvest.warm(root) as harvester:
        exported = await harvester.harvest("src/database/schemas.py")
        assert exported.statements == (await harvester.harvest("src/database/schemas/**/*.py")).statements


# -- the file that is written -------------------------------------------------------------------


def test_the_file_keeps_its_mode_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    module = package(tmp_path, "from .base import *\n") / "schemas" / "__init__.py"
    module.chmod(0o640)
    beside = sorted(module.parent.iterdir())
    extended(tmp_path, "user.py")
    assert stat.S_IMODE(module.stat().st_mode) == 0o640
    assert sorted(module.parent.iterdir()) == beside


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    write(package(tmp_path, ""), {"elsewhere.py": "from .base import *\n"})
    module = tmp_path / "schemas" / "__init__.py"
    module.unlink()
    module.symlink_to("../elsewhere.py")
    extended(tmp_path, "user.py")
    assert module.is_symlink()
    assert (tmp_path / "elsewhere.py").read_text() == "from .base import *\nfrom .user import *\n"


ENCODED = {
    "utf-8": "# é\nfrom .base import *\n".encode(),
    "utf-8 with a byte order mark": "# é\nfrom .base import *\n".encode("utf-8-sig"),
    "another": "# coding: latin-1\n# é\nfrom .base import *\n".encode("latin-1"),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED)
def test_the_file_keeps_its_encoding(tmp_path: Path, content: bytes) -> None:
    module = package(tmp_path, "") / "schemas" / "__init__.py"
    module.write_bytes(content)
    extended(tmp_path, "user.py")
    assert module.read_bytes() == content + b"from .user import *\n"


def test_what_cannot_be_parsed_is_left_as_it_is(tmp_path: Path) -> None:
    """Somebody may be in the middle of a change when the answer comes."""
    found = lacking(package(tmp_path, "x = 1\n"))
    found.module.write_text("x = (\n")
    with pytest.raises(SyntaxError):
        exporting.add(found, found.files)
    assert found.module.read_text() == "x = (\n"
    assert not list(found.module.parent.glob(".*"))


# -- the answer ---------------------------------------------------------------------------------

ANSWERS: dict[str, tuple[int, ...] | None] = {
    "": (),
    " \n": (),
    "1": (0,),
    "1,2\n": (0, 1),
    " 2 , 1 ": (1, 0),
    "1-3": (0, 1, 2),
    "2 - 3, 1": (1, 2, 0),
    "1,1,1-2": (0, 1),
    "4": (3,),
    "5": None,
    "0": None,
    "-1": None,
    "3-1": None,
    "2-5": None,
    "1-999999999": None,
    "9" * 5000: None,
    "1,,2": None,
    "1,": None,
    "1 2": None,
    "all": None,
    "1-2-3": None,
    "²": None,
}


@pytest.mark.parametrize(("answer", "numbers"), ANSWERS.items(), ids=[answer[:12] for answer in ANSWERS])
def test_an_answer_is_numbers_and_ranges_or_not_understood(answer: str, numbers: tuple[int, ...] | None) -> None:
    assert exports.chosen(answer, 4) == numbers
