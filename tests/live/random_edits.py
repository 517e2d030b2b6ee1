"""Whatever is edited, reverted and committed in whatever order: each draft leads to the models, and rows survive."""

import subprocess
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import postgres
from ccm_daemon import decisions, rows, target
from ccm_daemon import settings as project_settings
from ccm_daemon.console import Lines
from ccm_daemon.follow import Follower
from ccm_daemon.generate import Project, sources
from ccm_daemon.heads import Heads
from ccm_daemon.settings import Settings
from ccm_daemon.watch import Asked, Watcher
from ccm_engine.errors import CcmError
from ccm_engine.source import Sources
from projects import Project as Checkout

HEAD = """\
from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass
"""
TYPES = ("String(20)", "String(40)", "Text", "Integer", "BigInteger")
WIDER = {"String(20)": "String(40)", "String(40)": "Text", "Integer": "BigInteger"}
SAVES = 14


@dataclass
class Column:
    name: str
    type: str
    origin: str = ""
    """What it was called when rows had something in it, from the beginning."""
    more: str = ""
    was: str | None = None

    def text(self) -> str:
        hint = f", info={{'renamed_from': '{self.was}'}}" if self.was else ""
        return f"    {self.name} = mapped_column({self.type}{self.more}{hint})\n"


@dataclass
class Models:
    """Tables by number, and what was last committed of them."""

    random: Random
    tables: dict[int, list[Column]] = field(default_factory=dict[int, list[Column]])
    committed: dict[int, list[Column]] = field(default_factory=dict[int, list[Column]])

    lost: set[str] = field(default_factory=set[str])
    """Dropped once: what was in it is gone, also where it came again."""

    def text(self) -> str:
        parts = [HEAD]
        for number, columns in sorted(self.tables.items()):
            parts.append(f"\n\nclass T{number}(Base):\n    __tablename__ = 't{number}'\n\n")
            parts.append("    id: Mapped[int] = mapped_column(primary_key=True)\n")
            parts += [column.text() for column in columns]
        return "".join(parts)

    def edit(self) -> None:
        columns = self.tables[self.random.choice(sorted(self.tables))]
        match self.random.choice(("add", "add", "rename", "widen", "drop", "index", "table", "foreign key")):
            case "add":
                columns.append(Column(self._new_name(), self.random.choice(TYPES)))
            case "rename" if columns:
                column = self.random.choice(columns)
                column.was, column.name = column.was or column.name, self._new_name()
            case "widen" if columns:
                column = self.random.choice(columns)
                column.type = WIDER.get(column.type, column.type)
            case "drop" if columns:
                column = self.random.choice(columns)
                columns.remove(column)
                self.lost.add(column.origin)
            case "index" if columns:
                column = self.random.choice(columns)
                column.more = "" if column.more == ", index=True" else column.more or ", index=True"
            case "table":
                number = self.random.randrange(1, 5)
                if number in self.tables and not any(
                    "t" + str(number) in c.more for t in self.tables.values() for c in t
                ):
                    del self.tables[number]
                else:
                    self.tables.setdefault(number, [Column(self._new_name(), "Text")])
            case "foreign key":
                other = self.random.choice(sorted(self.tables))
                columns.append(Column(self._new_name(), "Integer", more=f", ForeignKey('t{other}.id')"))
            case _:
                pass

    def _new_name(self) -> str:
        return f"c{self.random.randrange(10**6)}"


class Heard(Lines):
    """What the watcher would say; a mistake is one of ours."""

    def mistake(self, error: CcmError) -> None:
        raise error


def dumped(server: postgres.Server, database: str) -> list[str]:
    """`pg_dump`, with the columns of each table in the order of their names: a new one comes last in a database."""
    command = (str(server.clients / "pg_dump"), "-s", "-T", "__*", "-d", server.url(database))
    done = subprocess.run(command, text=True, capture_output=True, check=True).stdout
    lines = [line for line in done.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
    result: list[str] = []
    body: list[str] | None = None
    for line in lines:
        if body is not None and line == ");":
            result += [*sorted(body), line]
            body = None
        elif body is not None:
            body.append(line.rstrip(","))
        else:
            body = [] if line.startswith("CREATE TABLE") else None
            result.append(line)
    return result


@pytest.fixture
def one_more(
    tmp_path_factory: pytest.TempPathFactory, server18: postgres.Server, create_database: Callable[..., str]
) -> Callable[[], Checkout]:
    def make() -> Checkout:
        root = tmp_path_factory.mktemp("edits")
        (root / "schemas").mkdir()
        (root / "pyproject.toml").write_text("[tool.ccm]\n")
        made = Checkout(root=root, server=server18, database=create_database(server18))
        made.git("init", "-q")
        return made

    return make


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=max(2, settings().max_examples // 60),
)
@given(seed=st.integers(0, 2**32))
async def test_each_draft_leads_to_the_models_and_rows_survive(
    seed: int, one_more: Callable[[], Checkout], create_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = one_more()
    monkeypatch.setenv("DATABASE_URL_LOCAL", checkout.server.url(checkout.database))
    seeded = [Column("a", "String(20)", origin="a"), Column("b", "Integer", origin="b")]
    models = Models(random=Random(seed), tables={0: seeded})
    checkout.models.write_text(models.text())
    project = Settings(root=checkout.root, shadow_url=checkout.server.url())
    async with sources(project, again=True) as opened:
        environment = project_settings.environment(project)
        chosen = await target.choose(environment, opened.embedded)
        shadow = await opened.shadow()
        watcher = Watcher(
            project=Project(settings=project, sources=opened, source="schemas", heads=Heads()),
            follower=Follower(target=chosen, environment=environment, home=project.home, shadow=shadow),
            view=Heard(),
            has_rows=rows.within(chosen.url),
            asked=Asked(apply=True, decisions=decisions.given({decisions.EVERYTHING}, ())),
        )
        await watcher.step()
        checkout.query("INSERT INTO t0 (a, b) SELECT 'row ' || n, n FROM generate_series(1, 3) n")
        for _ in range(SAVES):
            _edit(models, checkout)
            await watcher.step()
            await _check(checkout, opened, create_database)
    for column in models.tables[0]:
        if column.origin and column.origin not in models.lost:
            assert checkout.query(f"SELECT count({column.name}) FROM t0") == "3"


def _edit(models: Models, checkout: Checkout) -> None:
    """An edit, a revert to what is committed, or a commit, which seals the draft."""
    what = models.random.choice(("edit", "edit", "edit", "edit", "revert", "commit"))
    if what == "commit":
        checkout.git("add", "-A")
        checkout.git("commit", "-qm", "more", "--allow-empty")
        for column in (column for columns in models.tables.values() for column in columns):
            column.was = None
        models.committed = deepcopy(models.tables)
    elif what == "revert" and models.committed:
        models.tables = deepcopy(models.committed)
    else:
        models.edit()
    checkout.models.write_text(models.text())


async def _check(checkout: Checkout, opened: Sources, create_database: Callable[..., str]) -> None:
    """The migrations replayed, the draft last, and the development database are what `create_all()` makes."""
    server = checkout.server
    goal, replayed = create_database(server), create_database(server)
    harvested = await (await opened.harvester()).harvest("schemas")
    server.psql(";\n".join(harvested.statements), goal)
    for path in checkout.drafts:
        server.psql(path.read_text(), replayed)
    wanted = dumped(server, goal)
    assert dumped(server, replayed) == wanted
    assert dumped(server, checkout.database) == wanted
