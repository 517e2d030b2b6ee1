"""What is wrong in a schema file is a value that says where, and what to do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import pytest

from ccm_engine import errors, harvest

Write = Callable[[Mapping[str, str]], None]
HarvestModule = Callable[[str], Awaitable[harvest.Harvest]]

BASE = """\
from sqlalchemy import Column, Enum, ForeignKey, Integer, MetaData, Table, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text that goes wrong below `BASE`, and the line and caret that the error shows."""

    text: str
    error: type[errors.SchemaRefused]
    says: str
    shows: str


CASES = {
    "a syntax error": Case(
        text="class Author(Base):\n    name: Mapped[str] = mapped_column(\n\n\nx = 1",
        error=errors.SchemaNotParsed,
        says="8:38: '(' was never closed",
        shows="""
            name: Mapped[str] = mapped_column(
                                             ^""",
    ),
    "an indentation error": Case(
        text="class Author(Base):\nname = 1",
        error=errors.SchemaNotParsed,
        says="8:1: expected an indented block after class definition on line 7",
        shows="""
            name = 1
            ^""",
    ),
    "a name error after a letter of two bytes": Case(
        text='é = "ü", Strnig',
        error=errors.SchemaNotImported,
        says="7:10: NameError: name 'Strnig' is not defined",
        shows="""
            é = "ü", Strnig
                     ^""",
    ),
    "an error inside a function that is called": Case(
        text="def column():\n\treturn mapped_column(nothing=1)\nclass Author(Base):\n    name = column()",
        error=errors.SchemaNotImported,
        says="8:9: TypeError: ",
        shows="""
            return mapped_column(nothing=1)
                   ^""",
    ),
    "a class that SQLAlchemy refuses": Case(
        text="class Author(Base):\n    name: Mapped[str]",
        error=errors.SchemaNotImported,
        says="7:1: sqlalchemy.exc.InvalidRequestError: Class <class 'module.Author'> does not have a __table__",
        shows="""
            class Author(Base):
            ^""",
    ),
    "a module that is not installed": Case(
        text="import no_such_library.models",
        error=errors.SchemaNeedsModule,
        says="7:1: ModuleNotFoundError: No module named 'no_such_library'",
        shows="""
            import no_such_library.models
            ^""",
    ),
    "a module that exits": Case(
        text="import sys\nsys.exit('no settings')",
        error=errors.SchemaNotImported,
        says="8:1: SystemExit: no settings",
        shows="""
            sys.exit('no settings')
            ^""",
    ),
    "a function that calls itself for ever": Case(
        text="def f(): return f()\nf()",
        error=errors.SchemaNotImported,
        says="7:17: RecursionError: ",
        shows="""
            def f(): return f()
                            ^""",
    ),
    "a relationship to a class that is nowhere": Case(
        text="""class Author(Base):
    __tablename__ = "author"
    books: Mapped[list["Bok"]] = relationship()""",
        error=errors.MappersNotConfigured,
        says="7:1: sqlalchemy.exc.InvalidRequestError: When initializing mapper Mapper[Author(author)]",
        shows="""
            class Author(Base):
            ^""",
    ),
    "a relationship whose own function fails": Case(
        text="""class Author(Base):
    __tablename__ = "author"
    books = relationship(lambda: Bok)""",
        error=errors.MappersNotConfigured,
        says="9:34: NameError: name 'Bok' is not defined",
        shows="""
            books = relationship(lambda: Bok)
                                         ^""",
    ),
    "a column without a type": Case(
        text="""author = Table("other", Base.metadata, Column("id", Integer))
class Author(Base):
    __tablename__ = "author"
    name = Column("name")""",
        error=errors.SchemaNotCompiled,
        says="8:1: sqlalchemy.exc.CompileError: (in table 'author', column 'name'): Can't generate DDL for NullType()",
        shows="""
            class Author(Base):
            ^""",
    ),
    "a foreign key to a table that is nowhere": Case(
        text="""metadata = MetaData()
author = Table("author", metadata, Column("id", Integer))
book = Table("book", metadata, Column("author_id", ForeignKey("autor.id")))""",
        error=errors.SchemaNotCompiled,
        says="9:1: sqlalchemy.exc.NoReferencedTableError: Foreign key associated with column 'book.author_id'",
        shows="""
            book = Table("book", metadata, Column("author_id", ForeignKey("autor.id")))
            ^""",
    ),
    "an enum without a name": Case(
        text='author = Table("author", MetaData(), Column("kind", Enum("a")))',
        error=errors.SchemaNotCompiled,
        says="1:1: sqlalchemy.exc.CompileError: PostgreSQL ",
        shows="(in this module, or in one that it imports)",
    ),
    "a listener that reads a result": Case(
        text="""@event.listens_for(Base.metadata, "after_create")
def add_extension(target, connection, **_):
    if not connection.execute(text("SELECT 1 FROM pg_extension")).scalar():
        connection.execute(text("CREATE EXTENSION citext"))""",
        error=errors.ListenerFailed,
        says="9:12: add_extension() is called while the schema is created, and failed: AttributeError: ",
        shows="""
            if not connection.execute(text("SELECT 1 FROM pg_extension")).scalar():
                   ^""",
    ),
    "a listener that needs more of a connection": Case(
        text="""@event.listens_for(Base.metadata, "after_create")
def fill(target, connection, **_):
    connection.begin_nested()""",
        error=errors.ListenerFailed,
        says="9:5: fill() is called while the schema is created, and failed: AttributeError: ",
        shows="""
            connection.begin_nested()
            ^""",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_the_error_says_where_and_why(harvest_module: HarvestModule, case: Case) -> None:
    with pytest.raises(case.error) as raised:
        await harvest_module(BASE + case.text)
    assert str(raised.value).startswith(f"module.py:{case.says}")
    assert f"\n\n{indent(dedent(case.shows).strip(), '    ')}\n\nhint: " in str(raised.value)


async def test_an_error_in_an_imported_file_is_shown_there(tmp_path: Path, write: Write) -> None:
    """Nearest to the mistake inside the project, below the file that was asked for and above the library's own."""
    write(
        {
            "app/__init__.py": "",
            "app/models.py": "from .columns import name",
            "app/columns.py": "import json\n\nname = json.loads('{')",
            "app/broken.py": "from . import typo",
            "app/typo.py": "x = = 1",
        }
    )
    async with harvest.warm(tmp_path) as harvester:
        with pytest.raises(errors.SchemaNotImported, match=r"^app/columns\.py:3:8: json.*JSONDecodeError"):
            await harvester.harvest("app/models.py")
        with pytest.raises(errors.SchemaNotParsed, match=r"^app/typo\.py:1:5: invalid syntax"):
            await harvester.harvest("app/broken.py")


async def test_a_source_without_tables_says_which_modules_were_looked_at(tmp_path: Path, write: Write) -> None:
    write({"app/__init__.py": "", "app/models.py": "from .base import Base", "app/base.py": BASE})
    async with harvest.warm(tmp_path) as harvester:
        with pytest.raises(errors.SchemaSourceEmpty) as raised:
            await harvester.harvest("app.models")
    assert str(raised.value).startswith(
        "the schema source app.models defines no table\n\nimported:\n    app\n    app.models\n    app.base\n\nhint: "
    )
