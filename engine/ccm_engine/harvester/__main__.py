"""The warm parent: it imports SQLAlchemy once, then has each request that it reads answered by a child.

`ccm_engine.harvest` starts it as the leader of a session of its own, and ends it with its whole group. It ends itself,
and whoever is at work, when its input ends: then the daemon is gone.
"""

import faulthandler
import gc
import importlib
import os
import select
import signal
import sys
from contextlib import suppress
from functools import partial
from typing import BinaryIO

from ccm_engine import errors
from ccm_engine.harvester import wire

_LIBRARIES = ("sqlmodel", "flask_sqlalchemy")


def main() -> None:
    requests, replies = _protocol()
    faulthandler.enable()  # where a child crashes, this says in which line
    gc.disable()  # what is imported now stays; and a child ends before it has made much garbage
    try:
        from ccm_engine.harvester import forked, host, layer
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        for _ in requests:
            replies.write(wire.encode(errors.SqlAlchemyMissing(python=sys.executable)))
        return
    gc.freeze()
    send = partial(host.send, replies.fileno())
    read, ours = partial(_read, requests.fileno()), (requests.fileno(), replies.fileno())
    hosting = host.Hosting(read=read)
    for request in map(wire.decode_request, requests):
        if outcome := hosting.ask(request):
            send(outcome)
            continue
        child = forked.fork(request, layer.nothing(request), read, ours)
        hosting.learn(child.harvest(send))
        if request.again:
            hosting.replace(request, ours)
        elif _is_idle(requests):
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


def _read(requests: int, pipe: int) -> bytes:
    ready, _, _ = select.select([pipe, requests], [], [])
    if requests in ready:  # nobody asks before he is answered: this is the end of the input
        os.killpg(os.getpgrp(), signal.SIGKILL)
    return os.read(pipe, 1 << 20)


if __name__ == "__main__":
    main()
