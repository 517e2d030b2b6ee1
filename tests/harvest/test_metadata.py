"""Which tables of the imported modules are found, in whatever way they are declared."""

from collections.abc import Awaitable, Callable

import pytest

from ccm_engine import errors
from ccm_engine.harvest import Harvest, Rename

HarvestModule = Callable[[str], Awaitable[Harvest]]

DECLARATIONS = {
    "a declarative base": """
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        class Base(DeclarativeBase): pass
        class Author(Base):
            __tablename__ = "author"
            id: Mapped[int] = mapped_column(primary_key=True)
    """,
    "a class, its base being elsewhere": """
        from sqlalchemy.orm import Mapped, declarative_base, mapped_column
        class Author(declarative_base()):
            __tablename__ = "author"
            id: Mapped[int] = mapped_column(primary_key=True)
    """,
    "a metadata": """
        from sqlalchemy import Column, Integer, MetaData, Table
        metadata = MetaData()
        Table("author", metadata, Column("id", Integer, primary_key=True))
    """,
    "a table": """
        from sqlalchemy import Column, Integer, MetaData, Table
        author = Table("author", MetaData(), Column("id", Integer, primary_key=True))
    """,
    "a registry": """
        from sqlalchemy import Column, Integer, Table
        from sqlalchemy.orm import registry
        mapping = registry()
        Table("author", mapping.metadata, Column("id", Integer, primary_key=True))
    """,
    "a class that a decorator maps": """
        from sqlalchemy import Column, Integer
        from sqlalchemy.orm import registry
        def mapped(cls):
            return registry().mapped(cls)
        @mapped
        class Author:
            __tablename__ = "author"
            id = Column(Integer, primary_key=True)
    """,
    "an object that holds a metadata": """
        from sqlalchemy import Column, Integer, MetaData, Table
        class Database:
            def __init__(self):
                self.metadata = MetaData()
        database = Database()
        Table("author", database.metadata, Column("id", Integer, primary_key=True))
    """,
    "SQLModel": """
        from sqlmodel import Field, SQLModel
        class Author(SQLModel, table=True):
            id: int | None = Field(default=None, primary_key=True)
    """,
    "Flask-SQLAlchemy, without an application": """
        from flask_sqlalchemy import SQLAlchemy
        db = SQLAlchemy()
        class Author(db.Model):
            id = db.Column(db.Integer, primary_key=True)
    """,
}


def tables(schema: Harvest) -> list[str]:
    return [text.split()[2] for text in schema.statements if text.startswith("CREATE TABLE")]


@pytest.mark.parametrize("text", DECLARATIONS.values(), ids=DECLARATIONS)
async def test_a_table_is_found_by(harvest_module: HarvestModule, text: str) -> None:
    assert tables(await harvest_module(text)) == ["author"]


async def test_every_metadata_is_found_once_and_in_order(harvest_module: HarvestModule) -> None:
    """Here two bases, their classes, and the metadata of the first by another name."""
    schema = await harvest_module("""
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        class Second(DeclarativeBase): pass
        class First(DeclarativeBase): pass
        class A(First):
            __tablename__ = "a"
            id: Mapped[int] = mapped_column(primary_key=True)
        class B(Second):
            __tablename__ = "b"
            id: Mapped[int] = mapped_column(primary_key=True)
        metadata = Second.metadata
    """)
    assert tables(schema) == ["b", "a"]


async def test_every_bind_of_flask_sqlalchemy_is_found(harvest_module: HarvestModule) -> None:
    schema = await harvest_module("""
        from flask_sqlalchemy import SQLAlchemy
        db = SQLAlchemy()
        class Visit(db.Model):
            __bind_key__ = "statistics"
            id = db.Column(db.Integer, primary_key=True)
        class Author(db.Model):
            id = db.Column(db.Integer, primary_key=True)
        del Visit
    """)
    assert sorted(tables(schema)) == ["author", "visit"]


async def test_a_name_that_must_not_be_touched_is_left_alone(harvest_module: HarvestModule) -> None:
    """Proxies raise, or connect to something, as soon as anything is asked of them."""
    schema = await harvest_module(
        DECLARATIONS["a metadata"]
        + """
        from flask import current_app
        class Untouchable:
            def __getattribute__(self, name):
                raise RuntimeError(name)
        untouchable = Untouchable()
        class Lazy:
            __class__ = metadata_of = property(lambda self: 1 / 0)
        lazy = Lazy()
    """
    )
    assert tables(schema) == ["author"]


async def test_a_base_that_is_imported_but_not_used_is_no_table(harvest_module: HarvestModule) -> None:
    with pytest.raises(errors.SchemaSourceEmpty) as raised:
        await harvest_module("from sqlmodel import SQLModel")
    assert raised.value.modules == "    module"


async def test_rename_hints_are_told(harvest_module: HarvestModule) -> None:
    schema = await harvest_module("""
        from sqlalchemy import MetaData
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        class Base(DeclarativeBase): pass
        class Author(Base):
            __tablename__ = "author"
            __table_args__ = {"info": {"renamed_from": "writer"}}
            id: Mapped[int] = mapped_column(primary_key=True)
            name: Mapped[str] = mapped_column("full_name", info={"renamed_from": "name"})
        class Visit(Base):
            __tablename__ = "visit"
            __table_args__ = {"schema": "statistics"}
            id: Mapped[int] = mapped_column(primary_key=True, info={"renamed_from": "nr", "other": 1})
    """)
    assert schema.renames == (
        Rename(kind="table", schema="public", table="author", old="writer", new="author"),
        Rename(kind="column", schema="public", table="author", old="name", new="full_name"),
        Rename(kind="column", schema="statistics", table="visit", old="nr", new="id"),
    )


async def test_a_rename_hint_that_is_no_name_is_refused(harvest_module: HarvestModule) -> None:
    with pytest.raises(errors.SchemaNotCompiled, match=r"renamed_from of 'author\.id' is the old name") as raised:
        await harvest_module("""
            from sqlalchemy import Column, Integer, MetaData, Table
            author = Table("author", MetaData(), Column("id", Integer, info={"renamed_from": ["nr"]}))
        """)
    assert raised.value.excerpt.startswith('    author = Table("author"')
