"""User code runs in a process of its own, and whatever it does there stays there."""

import compileall
import fcntl
import os
import signal
import sys
import sysconfig
import venv
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import pytest

from ccm_engine import errors, harvest

Write = Callable[[Mapping[str, str]], None]

MODULE = """
from sqlalchemy import Column, Integer, MetaData, Table
metadata = MetaData()
author = Table("author", metadata, Column("id", Integer, primary_key=True))
"""

# The lock is held by the process that imports this, and by every process that it starts, for as long as they live.
LOCKED = """
import fcntl, os, subprocess, time
lock = os.open("lock", os.O_CREAT | os.O_WRONLY)
fcntl.flock(lock, fcntl.LOCK_EX)
os.write(lock, b"%d" % os.getppid())
"""
HANG = LOCKED + "time.sleep(600)\n"


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(10):
        while True:
            if condition():
                return
            await anyio.sleep(0.01)


async def held(lock: Path) -> int:
    """Wait until a module has taken the lock; the process id of its warm parent."""
    await until(lambda: lock.exists() and lock.read_text() != "")
    return int(await anyio.Path(lock).read_text())


async def released(lock: Path) -> None:
    """Wait until no process is left that holds the lock; a zombie holds nothing."""

    def is_free() -> bool:
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    await until(is_free)


async def reaped(process: int) -> None:
    """Wait until there is no such process, not even as a zombie."""

    def is_gone() -> bool:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        return False

    await until(is_gone)


async def test_what_the_users_code_prints_goes_to_standard_error(
    tmp_path: Path, write: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    prints = (
        'import os, sys\nprint("{")\nos.write(1, b"raw\\n")\nos.system("echo shell")\nsys.stdout.write("no newline")\n'
    )
    write({"models.py": prints + MODULE})
    async with harvest.warm(tmp_path) as harvester:
        first, second = await harvester.harvest("models.py"), await harvester.harvest("models.py")
    assert first == second
    assert capfd.readouterr() == ("", "{\nraw\nshell\nno newline" * 2)


async def test_the_users_code_reads_nothing_from_the_protocol(tmp_path: Path, write: Write) -> None:
    write({"models.py": "import sys\nassert sys.stdin.read() == ''\n" + MODULE})
    async with harvest.warm(tmp_path) as harvester:
        await harvester.harvest("models.py")


async def test_each_harvest_imports_afresh(tmp_path: Path, write: Write) -> None:
    """No module, no working folder, no environment of one harvest is there in the next."""
    leaves = "import os, json, sys\nos.chdir('/')\nos.environ['LEFT'] = '1'\njson.left = 1\n"
    write({"models.py": "import os, json\nassert 'LEFT' not in os.environ and not hasattr(json, 'left')\n" + leaves})
    (tmp_path / "models.py").write_text((tmp_path / "models.py").read_text() + MODULE)
    async with harvest.warm(tmp_path) as harvester:
        first = await harvester.harvest("models.py")
        write({"models.py": MODULE.replace("author", "book")})
        second = await harvester.harvest("models.py")
    assert "author" in first.statements[0]
    assert "book" in second.statements[0]


async def test_a_save_in_the_same_second_and_of_the_same_size_is_seen(tmp_path: Path, write: Write) -> None:
    """Python itself would take the `.pyc` of the first for the second: it looks at whole seconds, and at the size."""
    write({"app/__init__.py": "", "app/models.py": "from .base import *", "app/base.py": MODULE})
    moment = (1_700_000_000, 1_700_000_000)
    os.utime(tmp_path / "app/base.py", moment)
    assert compileall.compile_dir(tmp_path / "app", quiet=1)
    async with harvest.warm(tmp_path) as harvester:
        await harvester.harvest("app")
        write({"app/base.py": MODULE.replace("author", "writer")})
        os.utime(tmp_path / "app/base.py", moment)
        schema = await harvester.harvest("app")
    assert schema.statements[0].startswith("CREATE TABLE writer")


async def test_a_file_that_is_new_is_seen_at_once(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python remembers what a folder of its path held, as long as the folder's time of change is the same."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "models"))
    write({"models/a.py": MODULE})
    async with harvest.warm(tmp_path) as harvester:
        await harvester.harvest("models")
        moment = (tmp_path / "models").stat()
        write({"models/b.py": "from models.c import *", "models/c.py": MODULE.replace("author", "book")})
        os.utime(tmp_path / "models", ns=(moment.st_atime_ns, moment.st_mtime_ns))
        assert len((await harvester.harvest("models")).statements) == 2


ENDS = {
    "os._exit(0)": "ended with exit status 0",
    "os._exit(3)": "ended with exit status 3",
    "os.kill(os.getpid(), 9)": "was killed by SIGKILL",
    "os.abort()": "was killed by SIGABRT",
    "import ctypes; ctypes.string_at(0)": "was killed by SIGSEGV",
}


async def test_a_child_that_dies_is_an_error_and_the_next_one_lives(tmp_path: Path, write: Write) -> None:
    async with harvest.warm(tmp_path) as harvester:
        for code, how in ENDS.items():
            write({"models.py": f"import os\n{code}\n"})
            with pytest.raises(errors.HarvesterEnded) as raised:
                await harvester.harvest("models.py")
            assert str(raised.value).startswith(f"the process that imports models.py {how}\n")
        write({"models.py": MODULE})
        assert (await harvester.harvest("models.py")).statements


async def test_threads_and_exit_handlers_of_the_users_code_hold_nothing_up(tmp_path: Path, write: Write) -> None:
    waits = "import atexit, threading, time\natexit.register(time.sleep, 600)\n"
    write({"models.py": waits + "threading.Thread(target=time.sleep, args=[600]).start()\n" + MODULE})
    async with harvest.warm(tmp_path, seconds=10) as harvester:
        assert (await harvester.harvest("models.py")).statements


async def test_an_import_that_hangs_is_ended_with_all_it_has_started(tmp_path: Path, write: Write) -> None:
    started = "subprocess.Popen(['sleep', '600'], pass_fds=[lock])\n"
    write({"hang.py": LOCKED + started + "time.sleep(600)", "models.py": MODULE})
    async with harvest.warm(tmp_path, seconds=1.5) as harvester:
        with pytest.raises(errors.HarvestTimedOut, match=r"importing hang\.py has not come to an end within 1\.5 s"):
            await harvester.harvest("hang.py")
        await released(tmp_path / "lock")
        assert (await harvester.harvest("models.py")).statements


async def test_nothing_is_left_behind(tmp_path: Path, write: Write) -> None:
    """Not even what the user's code has started and forgotten."""
    write({"models.py": LOCKED + "subprocess.Popen(['sleep', '600'], pass_fds=[lock])\n" + MODULE})
    async with harvest.warm(tmp_path) as harvester:
        await harvester.harvest("models.py")
    parent = await held(tmp_path / "lock")
    await released(tmp_path / "lock")
    await reaped(parent)


async def test_nothing_is_left_behind_by_a_harvest_that_is_cancelled(tmp_path: Path, write: Write) -> None:
    """And the next harvest is not given the answer to the one before."""
    write({"hang.py": HANG, "models.py": MODULE})
    async with harvest.warm(tmp_path) as harvester:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(harvester.harvest, "hang.py")
            parent = await held(tmp_path / "lock")
            tasks.cancel_scope.cancel()
        await released(tmp_path / "lock")
        await reaped(parent)
        assert (await harvester.harvest("models.py")).statements


async def test_nothing_is_left_behind_by_a_block_that_is_cancelled(tmp_path: Path, write: Write) -> None:
    write({"hang.py": HANG})

    async def block() -> None:
        async with harvest.warm(tmp_path) as harvester:
            await harvester.harvest("hang.py")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(block)
        await held(tmp_path / "lock")
        tasks.cancel_scope.cancel()
    await released(tmp_path / "lock")


async def test_a_daemon_that_dies_takes_the_harvester_with_it(tmp_path: Path, write: Write) -> None:
    """The end of its input tells the warm parent, even while a child is at work."""
    write({"hang.py": HANG})
    daemon = """
import anyio, pathlib
from ccm_engine import harvest
async def main():
    async with harvest.warm(pathlib.Path()) as harvester:
        await harvester.harvest("hang.py")
anyio.run(main)
"""
    process = await anyio.open_process([sys.executable, "-c", daemon], cwd=tmp_path, stdout=None, stderr=None)
    async with process:
        await held(tmp_path / "lock")
        process.kill()
    await released(tmp_path / "lock")


async def test_a_warm_parent_that_has_died_is_replaced(tmp_path: Path, write: Write) -> None:
    write({"models.py": LOCKED + MODULE})
    async with harvest.warm(tmp_path) as harvester:
        first = await harvester.harvest("models.py")
        parent = await held(tmp_path / "lock")
        os.kill(parent, signal.SIGKILL)
        assert await harvester.harvest("models.py") == first  # asked before anybody has heard of it
        os.kill(await held(tmp_path / "lock"), signal.SIGKILL)
        await reaped(parent)
        assert await harvester.harvest("models.py") == first


async def test_ctrl_c_in_the_terminal_does_not_reach_it(tmp_path: Path, write: Write) -> None:
    write({"models.py": "import os\nassert os.getsid(0) == os.getpgrp() == os.getppid()\n" + MODULE})
    async with harvest.warm(tmp_path) as harvester:
        await harvester.harvest("models.py")


async def test_harvests_asked_for_at_once_take_turns(tmp_path: Path, write: Write) -> None:
    write({f"m{i}.py": MODULE.replace("author", f"t{i}") for i in range(4)})
    found: dict[str, harvest.Harvest] = {}
    async with harvest.warm(tmp_path) as harvester, anyio.create_task_group() as tasks:

        async def one(name: str) -> None:
            found[name] = await harvester.harvest(f"m{name}.py")

        for i in range(4):
            tasks.start_soon(one, str(i))
    assert {name: schema.statements[0].split()[2] for name, schema in found.items()} == {
        f"{i}": f"t{i}" for i in range(4)
    }


async def test_without_sqlalchemy_the_error_says_what_to_install(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = "raise ModuleNotFoundError(\"No module named 'sqlalchemy'\", name='sqlalchemy')"
    write({"absent/sqlalchemy/__init__.py": absent, "models.py": MODULE})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "absent"))
    async with harvest.warm(tmp_path) as harvester:
        for _ in range(2):
            with pytest.raises(errors.SqlAlchemyMissing, match=r"hint: pip install 'ccm-daemon\[watch\]'"):
                await harvester.harvest("models.py")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The folder of a virtual environment with nothing in it."""
    venv.create(tmp_path / "elsewhere", symlinks=True)
    return tmp_path / "elsewhere"


def _install(elsewhere: Path) -> None:
    (installed,) = elsewhere.glob("lib/python*/site-packages")
    (installed / "only_there.py").write_text("NAME = 'there'")
    for lent in ("sqlalchemy", "typing_extensions.py"):
        (installed / lent).symlink_to(Path(sysconfig.get_path("purelib")) / lent)


async def test_another_interpreter_imports_the_models_with_its_own_packages(
    tmp_path: Path, elsewhere: Path, write: Write
) -> None:
    """SQLAlchemy is lent to it by name; of what else is installed here it sees nothing, ccm-daemon not either."""
    _install(elsewhere)
    write(
        {
            "models.py": """
        from importlib.util import find_spec
        from only_there import NAME
        from sqlalchemy import Column, Integer, MetaData, Table

        assert find_spec("ccm_daemon") is None and find_spec("asyncpg") is None
        metadata = MetaData()
        Table(NAME, metadata, Column("id", Integer))
        """
        }
    )
    async with harvest.warm(tmp_path, python=elsewhere / "bin" / "python") as harvester:
        harvested = await harvester.harvest("models.py")
    assert harvested.statements == ("CREATE TABLE there (\n\tid INTEGER\n)",)


async def test_the_error_names_the_interpreter_that_has_no_sqlalchemy(
    tmp_path: Path, elsewhere: Path, write: Write
) -> None:
    write({"models.py": MODULE})
    async with harvest.warm(tmp_path, python=elsewhere / "bin" / "python") as harvester:
        with pytest.raises(errors.SqlAlchemyMissing, match="elsewhere/bin/python"):
            await harvester.harvest("models.py")


async def test_an_interpreter_that_is_not_there_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(errors.PythonNotStarted, match=r"no/python, does not start: No such file"):
        async with harvest.warm(tmp_path, python=tmp_path / "no" / "python"):
            pass


OLD = Path(os.environ.get("CCM_TEST_SQLALCHEMY_20", Path(sys.prefix) / "sqlalchemy-2.0"))

BOTH = r"""
import sqlalchemy
from sqlalchemy import CheckConstraint, DDL, Enum, ForeignKey, Index, String, event, func, text
from sqlalchemy.dialects.postgresql import ARRAY, DOMAIN, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

print(sqlalchemy.__version__)

class Base(DeclarativeBase):
    pass

class Author(Base):
    __tablename__ = "author"
    __table_args__ = (
        CheckConstraint(r"name ~ '^\w+%'", name="named"),
        Index("recent", text("created desc"), postgresql_where=text("name <> '%'")),
        {"schema": "shop", "comment": "5% \\ 'quoted'", "info": {"renamed_from": "writer"}},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True, index=True, server_default="a\\b")
    kind: Mapped[str] = mapped_column(Enum("a%", "b\\", name="kind", schema="shop"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), comment="100%")
    data: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    code: Mapped[str] = mapped_column(DOMAIN("code", String(3), check=r"VALUE ~ '^\d'"))
    created: Mapped[str] = mapped_column(server_default=func.now())
    books: Mapped[list["Book"]] = relationship(back_populates="author")

class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("shop.author.id", ondelete="CASCADE", deferrable=True))
    author: Mapped[Author] = relationship(back_populates="books")

event.listen(Book.__table__, "after_create", DDL("COMMENT ON TABLE %(fullname)s IS '1%%'"))
"""


@pytest.mark.skipif(not OLD.exists(), reason=f"SQLAlchemy 2.0 is not installed in {OLD}")
async def test_sqlalchemy_2_0_and_2_1_give_the_same_ddl(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write({"models.py": BOTH})
    async with harvest.warm(tmp_path) as harvester:
        new = await harvester.harvest("models.py")
    monkeypatch.setenv("PYTHONPATH", str(OLD))
    async with harvest.warm(tmp_path) as harvester:
        old = await harvester.harvest("models.py")
    versions = capfd.readouterr().err.split()
    assert [version.rpartition(".")[0] for version in versions] == ["2.1", "2.0"]
    assert old == new
    assert new.statements
