"""Schemas of as many tables as one wants, ten to a module, as SQLAlchemy models and as Drizzle's.

Each table has ten columns, an index, a unique constraint, and a foreign key to the one before it in its module.
"""

from collections.abc import Iterator
from pathlib import Path

PER_MODULE = 10
COLUMN = "    c1: Mapped[int]\n"
TS_COLUMN = '\tc1: integer("c1").notNull(),\n'
_HEAD = """\
from datetime import datetime

from sqlalchemy import ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
"""
_TABLE = """

class T{number:04}(Base):
    __tablename__ = "t{number:04}"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    c1: Mapped[int]
    c2: Mapped[str | None]
    c3: Mapped[datetime]
    c4: Mapped[bool]
    c5: Mapped[float | None]
    c6: Mapped[datetime] = mapped_column(server_default=func.now())
{reference}"""
_REFERENCE = '    parent_id: Mapped[int | None] = mapped_column(ForeignKey("t{number:04}.id"))\n'
_TS_HEAD = """\
import {
	boolean, doublePrecision, index, integer, pgTable, serial, text, timestamp, varchar,
} from "drizzle-orm/pg-core";
"""
_TS_TABLE = """
export const t{number:04} = pgTable("t{number:04}", {{
	id: serial("id").primaryKey(),
	name: varchar("name", {{ length: 100 }}).notNull(),
	slug: varchar("slug", {{ length: 50 }}).notNull().unique(),
	c1: integer("c1").notNull(),
	c2: text("c2"),
	c3: timestamp("c3").notNull(),
	c4: boolean("c4").notNull(),
	c5: doublePrecision("c5"),
	c6: timestamp("c6").defaultNow().notNull(),
{reference}}}, (t) => [index("ix_t{number:04}_name").on(t.name)]);
"""
_TS_REFERENCE = '	parentId: integer("parent_id").references(() => t{number:04}.id),\n'


def write_models(home: Path, tables: int) -> Path:
    """A package `schemas` in the folder; the module to edit."""
    package = home / "schemas"
    package.mkdir(parents=True)
    base = "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n"
    (package / "base.py").write_text(base)
    for first in _firsts(tables):
        numbers = range(first, min(first + PER_MODULE, tables))
        parts = (
            _TABLE.format(number=n, reference=_REFERENCE.format(number=n - 1) if n > first else "") for n in numbers
        )
        (package / f"m{first:04}.py").write_text(_HEAD + "".join(parts))
    (package / "__init__.py").write_text("".join(f"from .m{first:04} import *\n" for first in _firsts(tables)))
    (home / "pyproject.toml").write_text("[tool.ccm]\n")
    return package / "m0000.py"


def write_drizzle(home: Path, tables: int) -> Path:
    """The same as `schema.ts`; the file to edit."""
    home.mkdir(parents=True, exist_ok=True)
    parts = (
        _TS_TABLE.format(number=n, reference=_TS_REFERENCE.format(number=n - 1) if n % PER_MODULE else "")
        for n in range(tables)
    )
    path = home / "schema.ts"
    path.write_text(_TS_HEAD + "".join(parts))
    return path


def _firsts(tables: int) -> Iterator[int]:
    return iter(range(0, tables, PER_MODULE))
