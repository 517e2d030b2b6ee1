"""The warm parent: it imports SQLAlchemy once, then forks a child for each request it reads.

`ccm_engine.harvest` starts it as the leader of a session of its own, and ends it with its whole group. It ends itself,
and the child that is at work, when its input ends: then the daemon is gone.
"""

import faulthandler
import gc
import importlib
import os
import select
import signal
import sys
from contextlib import suppress
from typing import BinaryIO, NoReturn

from ccm_engine import errors
from ccm_engine.harvester import wire

_LIBRARIES = ("sqlmodel", "flask_sqlalchemy")


def main() -> None:
    requests, replies = _protocol()
    faulthandler.enable()  # where a child crashes, this says in which line
    gc.disable()  # what is imported now stays; and a child ends before it has made much garbage
    try:
        from ccm_engine.harvester.child import harvest
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        for _ in requests:
            replies.write(wire.encode(errors.SqlAlchemyMissing(python=sys.executable)))
        return
    gc.freeze()
    for request in map(wire.decode_request, requests):
        pipe, end = os.pipe()
        pid = os.fork()
        if pid == 0:
            requests.close()
            replies.close()
            _finish(end, wire.encode(harvest(request)))
        os.close(end)
        reply, status = _reply(pipe, requests, pid)
        os.close(pipe)
        replies.write(reply or wire.encode(errors.HarvesterEnded(source=request.source, how=_how(status))))
        if _is_idle(requests):
            _import_libraries()


def _protocol() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone: what the user's code prints goes to standard error."""
    requests, replies = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return requests, replies


def _is_idle(requests: BinaryIO) -> bool:
    """Whether a second goes by without another request."""
    ready, _, _ = select.select([requests.fileno()], [], [], 1.0)
    return not ready


def _import_libraries() -> None:
    """What schemas are often written with, where it is installed; it takes as long to import as a schema."""
    for name in _LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()


def _finish(pipe: int, reply: bytes) -> NoReturn:
    with os.fdopen(pipe, "wb") as stream:
        stream.write(reply)
    os._exit(0)  # neither the exit handlers nor the threads of the user's code


def _reply(pipe: int, requests: BinaryIO, pid: int) -> tuple[bytes, int]:
    """The line that the child has to say, empty if it ended without one, and its exit status."""
    reply = b""
    while not reply.endswith(b"\n"):
        ready, _, _ = select.select([pipe, requests.fileno()], [], [])
        if requests.fileno() in ready:  # nobody asks before he is answered: this is the end of the input
            os.killpg(os.getpgrp(), signal.SIGKILL)
        if not (part := os.read(pipe, 1 << 20)):
            reply = b""
            break
        reply += part
    return reply, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _how(status: int) -> str:
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with exit status {status}"


if __name__ == "__main__":
    main()
