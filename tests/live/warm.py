"""What is kept from one save to the next never shows: a reload of everything gives the same schema."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import postgres
from ccm_engine import errors
from ccm_engine.catalog import Catalog
from ccm_engine.source import Place, Sources, opened

BASE = """\
import enum

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class Mood(enum.Enum):
    sad = 1
    ok = 2
"""
HEAD = """\
from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Mood
"""
TABLES = 8
COLUMNS = (
    "{name}: Mapped[str | None]",
    "{name}: Mapped[int] = mapped_column(server_default='1')",
    "{name}: Mapped[str] = mapped_column(String({number}), index=True)",
    "{name}: Mapped[str] = mapped_column(unique=True)",
    "{name}: Mapped[Mood | None]",
    "{name}: Mapped[int | None] = mapped_column(ForeignKey('t{number}.id'))",
    "{name}_id = mapped_column(ForeignKey('t{number}.id'))",
    "{name}_id: Mapped[int | None] = mapped_column(ForeignKey('t{number}.key'))",
)


@dataclass
class Models:
    """A package with a module for each table, edited at random."""

    root: Path
    random: Random
    tables: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    unique: set[int] = field(default_factory=set[int])

    def start(self) -> None:
        (self.root / "schemas").mkdir(exist_ok=True)
        (self.root / "schemas" / "base.py").write_text(BASE)
        for number in range(TABLES):
            self.tables[number] = []
            self.write(number)
        self.export()

    def write(self, number: int) -> None:
        key = "    key: Mapped[int] = mapped_column(unique=True)\n" if number in self.unique else ""
        body = "".join(f"    {column}\n" for column in self.tables[number])
        head = f"\n\nclass T{number}(Base):\n    __tablename__ = 't{number}'\n\n"
        identity = "    id: Mapped[int] = mapped_column(primary_key=True)\n"
        (self.root / "schemas" / f"m{number}.py").write_text(HEAD + head + identity + key + body)

    def export(self) -> None:
        lines = (f"from .m{number} import *\n" for number in sorted(self.tables))
        (self.root / "schemas" / "__init__.py").write_text("".join(lines))

    def edit(self) -> None:
        number = self.random.choice(sorted(self.tables))
        match self.random.choice(("add", "add", "add", "drop", "key", "table", "mistake", "enum")):
            case "add":
                form = self.random.choice(COLUMNS)
                name = self.random.choice("abcde") + str(self.random.randrange(3))
                self.tables[number].append(form.format(name=name, number=self.random.randrange(1, TABLES)))
            case "drop" if self.tables[number]:
                self.tables[number].pop(self.random.randrange(len(self.tables[number])))
            case "key":
                self.unique ^= {number}
            case "table" if number:
                if self.random.random() < 0.5 and len(self.tables) > 3:
                    del self.tables[number]
                    (self.root / "schemas" / f"m{number}.py").unlink()
                else:
                    missing = sorted(set(range(TABLES)) - set(self.tables))
                    for other in missing[:1]:
                        self.tables[other] = []
                        self.write(other)
                self.export()
            case "mistake":
                (self.root / "schemas" / f"m{number}.py").write_text("class T(\n")
                return
            case "enum":
                value = f"v{self.random.randrange(5)}"
                (self.root / "schemas" / "base.py").write_text(f"{BASE}    {value} = 3\n")
            case _:
                pass
        if number in self.tables:
            self.write(number)


async def told(sources: Sources) -> Catalog | str:
    try:
        return (await sources.schema("schemas")).catalog
    except errors.SchemaRefused as error:
        return type(error).__name__


@pytest.fixture
def place(server18: postgres.Server) -> Callable[..., Place]:
    def at(root: Path, *, again: bool) -> Place:
        return Place(root=root, shadow_url=server18.url(), home=root / "home", again=again)

    return at


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=max(2, settings().max_examples // 30),
)
@given(seed=st.integers(0, 2**32))
async def test_a_reload_of_everything_agrees(
    seed: int, tmp_path_factory: pytest.TempPathFactory, place: Callable[..., Place]
) -> None:
    root = tmp_path_factory.mktemp("warm")
    models = Models(root=root, random=Random(seed))
    models.start()
    async with opened(place(root, again=True)) as warm:
        for _ in range(12):
            after = await told(warm)
            async with opened(place(root, again=False)) as cold:
                assert after == await told(cold)
            models.edit()
