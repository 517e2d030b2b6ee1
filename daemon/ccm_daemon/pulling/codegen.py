"""A part of a schema → its SQLAlchemy models, by a process that has sqlacodegen."""

import sys

import anyio

from ccm_daemon.pulling.sayable import Sayable
from ccm_engine import errors
from ccm_engine.codegen import wire
from ccm_engine.shadow import Shadow

# -P: a file of the project named like one of Python's modules does not replace it
_COMMAND = (sys.executable, "-P", "-m", "ccm_engine.codegen")


async def models(shadow: Shadow, said: Sayable) -> wire.Models | None:
    """None where there is no table that models can say.

    Raises `errors.PullMissing`, and `errors.CodegenFailed`.
    """
    if not said.tables:
        return None
    async with shadow.holding(said.part) as database:
        request = wire.Request(url=shadow.url, database=database, tables=said.tables)
        done = await anyio.run_process(_COMMAND, input=wire.encode_request(request), stderr=None, check=False)
    if done.returncode:
        raise errors.CodegenFailed(status=done.returncode)
    match wire.decode(done.stdout):
        case wire.Lacking(module=module):
            raise errors.PullMissing(module=module)
        case wire.Models() as written:
            return written
