"""What a source setting may be, and that each file is imported once, under its real name."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ccm_engine import errors, harvest

Write = Callable[[Mapping[str, str]], None]

BASE = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def table(name: str, base: str, *more: str) -> str:
    """A module that takes `Base` from another, and defines a table."""
    return "\n".join(
        [f"from {base} import Base", *more, f"class {name.title()}(Base):", f"    __tablename__ = '{name}'"]
    )


def created(schema: harvest.Harvest) -> list[str]:
    """The names of the tables, in the order of the alphabet."""
    return sorted(text.split()[2] for text in schema.statements if text.startswith("CREATE TABLE"))


PACKAGE = {
    "app/__init__.py": "",
    "app/models/__init__.py": '"""Nothing is exported."""\n',
    "app/models/base.py": BASE,
    "app/models/author.py": table("author", ".base"),
    "app/models/book.py": table("book", "app.models.base", "from . import author"),
    "app/models/shelf.py": table("shelf", "..models.base"),
}

EXPORTED = {
    "schemas/__init__.py": "from .base import Base\nfrom .book import Book\n",
    "schemas/base.py": BASE,
    "schemas/author.py": table("author", ".base"),
    "schemas/book.py": table("book", "schemas.base"),
}

LOOSE = {
    "models/base.py": BASE,
    "models/author.py": table("author", "base"),
    "models/book.py": table("book", "models.base"),
    "models/old/shelf.py": table("shelf", "..base"),
    "models/.hidden.py": "1 / 0",
    "models/.hidden/draft.py": "1 / 0",
    "models/__pycache__/stray.txt": "",
}

PROJECTS: dict[str, tuple[Mapping[str, str], Mapping[str, list[str]]]] = {
    "a package": (
        PACKAGE,
        {
            "app/models/book.py": ["author", "book"],
            "app/models": ["author", "book", "shelf"],
            "app": ["author", "book", "shelf"],
            "app.models": ["author", "book", "shelf"],
            "app.models.author": ["author"],
            "app/**/s*.py": ["shelf"],
        },
    ),
    "a package in src": (
        {f"src/{name}": text for name, text in PACKAGE.items()},
        {
            "src/app/models": ["author", "book", "shelf"],
            "src/app/models/author.py": ["author"],
            "src/*/models/*.py": ["author", "book", "shelf"],
            "app.models": ["author", "book", "shelf"],
            "app.models.book": ["author", "book"],
        },
    ),
    "a package that exports": (
        EXPORTED,
        {
            "schemas": ["book"],
            "schemas/": ["book"],
            "schemas/__init__.py": ["book"],
            "schemas/**/*.py": ["author", "book"],
        },
    ),
    "loose files in a folder": (
        LOOSE,
        {
            "models": ["author", "book", "shelf"],
            "models/book.py": ["book"],
            "models/*.py": ["author", "book"],
            "mod*": ["author", "book", "shelf"],
            "models.author": ["author"],
        },
    ),
    "loose files in the root": (
        {"base.py": BASE, "models.py": table("author", "base")},
        {"models.py": ["author"], "models": ["author"], "*.py": ["author"], ".": ["author"]},
    ),
    "a folder that no import could name": (
        {f"my-{name}": text.replace("models.base", ".base") for name, text in LOOSE.items()},
        {"my-models": ["author", "book", "shelf"], "my-models/author.py": ["author"]},
    ),
    "a folder beside the root": (
        {"../shared/base.py": BASE, "../shared/models.py": table("author", "base")},
        {"../shared": ["author"], "../shared/models.py": ["author"], "../sh*/*.py": ["author"]},
    ),
}


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """A folder below the test's own, so that there can be one beside it."""
    root = tmp_path / "project"
    root.mkdir()
    return root


@pytest.mark.parametrize(("files", "sources"), PROJECTS.values(), ids=PROJECTS)
async def test_a_source_is_a_file_a_folder_a_glob_or_a_module(
    tmp_path: Path, write: Write, files: Mapping[str, str], sources: Mapping[str, list[str]]
) -> None:
    write(files)
    async with harvest.warm(tmp_path) as harvester:
        assert {source: created(await harvester.harvest(source)) for source in sources} == sources


async def test_the_export_module_and_the_glob_give_the_same_ddl(tmp_path: Path, write: Write) -> None:
    write({**EXPORTED, "schemas/__init__.py": "from .book import Book\nfrom .author import Author\n"})
    async with harvest.warm(tmp_path) as harvester:
        exported, globbed = await harvester.harvest("schemas"), await harvester.harvest("schemas/**/*.py")
    assert exported == globbed


async def test_the_files_to_watch_are_those_of_the_project(tmp_path: Path, write: Write) -> None:
    """What is installed is not watched, even in a virtual environment inside the project."""
    packages = "venv/lib/python3/site-packages"
    imports = f"import sys\nsys.path.append('{packages}')\nimport installed\n"
    write({**EXPORTED, f"{packages}/installed.py": "", "schemas/base.py": imports + BASE, "schemas/note.sql": ""})
    async with harvest.warm(tmp_path) as harvester:
        schema = await harvester.harvest("schemas")
    assert schema.files == tuple(tmp_path / "schemas" / name for name in ("__init__.py", "base.py", "book.py"))


async def test_a_file_that_has_two_names_is_one_module(tmp_path: Path, write: Write) -> None:
    """Imported twice it would define its table twice, or be a second base that knows nothing of the first's tables."""
    same = "import base, models.base\nassert base is models.base\nassert base.__spec__.name == base.__name__"
    inner = "import models.kit.inner, kit.inner\nassert models.kit.inner is kit.inner"
    write(
        {
            "models/a.py": table("author", "base", same),
            "models/b.py": table("book", "models.a", inner),
            "models/base.py": BASE + "class Shelf(Base):\n    __tablename__ = 'shelf'\n",
            "models/kit/__init__.py": "",
            "models/kit/inner.py": "from . import __name__",
        }
    )
    (tmp_path / "linked").symlink_to("models")
    async with harvest.warm(tmp_path) as harvester:
        assert created(await harvester.harvest("models")) == ["author", "book", "shelf"]
        assert created(await harvester.harvest("*/*.py")) == ["author", "book", "shelf"]


async def test_two_packages_of_the_same_name_are_told_apart(tmp_path: Path, write: Write) -> None:
    """As in a repository of several services, each with its package `app`."""
    package = {"app/__init__.py": "", "app/base.py": BASE}
    write({f"orders/{name}": text for name, text in {**package, "app/models.py": table("sale", ".base")}.items()})
    write({f"bill-2/{name}": text for name, text in {**package, "app/models.py": table("bill", ".base")}.items()})
    async with harvest.warm(tmp_path) as harvester:
        assert created(await harvester.harvest("*/app/*.py")) == ["bill", "sale"]


async def test_a_loose_file_does_not_replace_a_module_of_python(tmp_path: Path, write: Write) -> None:
    """A folder of models with a `statistics.py` is not where the standard library's `random` finds its own."""
    write({**LOOSE, "models/statistics.py": table("figure", ".base", "import statistics", "statistics.mean")})
    async with harvest.warm(tmp_path) as harvester:
        assert created(await harvester.harvest("models")) == ["author", "book", "figure", "shelf"]


async def test_a_file_whose_name_is_taken_is_refused(tmp_path: Path, write: Write) -> None:
    """Else its tables would be missing without a word."""
    write({"json.py": BASE})
    async with harvest.warm(tmp_path) as harvester:
        with pytest.raises(errors.ModuleNameTaken, match=r"^json\.py would be imported as json, but .*<module 'json'"):
            await harvester.harvest("json.py")


async def test_a_source_that_is_missing_says_what_was_looked_for(tmp_path: Path, write: Write) -> None:
    write({"src/app/__init__.py": "", "sql/user.sql": "SELECT 1"})
    looked_for = {
        "schemas/user.py": ["schemas/user.py"],
        "app.schemas": ["app.schemas", "src/app/schemas", "src/app/schemas.py", "app/schemas", "app/schemas.py"],
        "schemas/**/*.py": ["schemas/**/*.py"],
        "sql/user.sql": ["sql/user.sql"],
        "sql/": ["sql"],
    }
    async with harvest.warm(tmp_path) as harvester:
        for source, paths in looked_for.items():
            with pytest.raises(errors.SchemaSourceMissing) as raised:
                await harvester.harvest(source)
            assert raised.value.looked == "\n".join(f"    {path}" for path in paths)
            assert f"looked for, below {tmp_path}:\n    {paths[0]}\n" in str(raised.value)
