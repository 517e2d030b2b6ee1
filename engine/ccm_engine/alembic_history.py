"""The daemon's side of the project's Alembic: its configuration → the revisions, with the SQL of each."""

from pathlib import Path

import anyio

from ccm_engine import alembic_wire, errors, interpreter
from ccm_engine.alembic_wire import Asked, History
from ccm_engine.language import translated as _

_MODULE = "ccm_engine.harvester.alembic"


async def read(asked: Asked, *, python: Path | None = None, seconds: float = 120) -> History:
    """What `alembic upgrade heads` would execute in an empty database, by revision; no database is needed.

    `python` is the interpreter that runs `env.py` and the revisions, if not this one; `seconds` what they may take.
    Raises a subclass of `AlembicRefused`, `PythonNotStarted`, `HarvestTimedOut`, and `HarvesterEnded` where it crashes.
    """
    source = (asked.ini or asked.toml or asked.root).name
    try:
        with anyio.fail_after(seconds):
            reply = await _reply(interpreter.command(_MODULE, python), asked)
    except TimeoutError:
        raise errors.HarvestTimedOut(source=source, seconds=seconds) from None
    if not reply.endswith(b"\n"):
        raise errors.HarvesterEnded(source=source, how=_("ended before it was asked to"))
    match alembic_wire.decode(reply):
        case History() as history:
            return history
        case errors.AlembicRefused() as refused:
            raise refused


async def _reply(command: tuple[str, ...], asked: Asked) -> bytes:
    try:
        done = await anyio.run_process(
            command, input=alembic_wire.encode_asked(asked), stderr=None, check=False, start_new_session=True
        )
    except OSError as error:
        raise errors.PythonNotStarted(python=command[0], reason=error.strerror or str(error)) from error
    return done.stdout
