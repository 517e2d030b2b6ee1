"""One harvest in a child of this process, which waits for it, says what it has to say and is gone."""

import os
import pickle
import select
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from ccm_engine import errors
from ccm_engine.harvester import child, wire
from ccm_engine.harvester.graph import Imported
from ccm_engine.harvester.layer import Layer
from ccm_engine.harvester.lines import Lines, Read
from ccm_engine.harvester.wire import Request
from ccm_engine.language import translated as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A process that waits to be told to harvest."""

    pid: int
    go: int
    """The pipe that tells it; it ends where that is closed."""
    lines: Lines
    request: Request

    def harvest(self, send: Callable[[bytes], object]) -> tuple[Imported, ...]:
        """Send the outcome, one line, as soon as it is there; returns what was imported, nothing where that failed."""
        with suppress(BrokenPipeError):  # somebody has killed it while it waited
            os.write(self.go, b"?")
        os.close(self.go)
        if outcome := self.lines.next():
            send(outcome)
        modules = self.lines.next() if outcome else b""
        os.close(self.lines.pipe)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if not outcome:
            send(wire.encode(errors.HarvesterEnded(source=self.request.source, how=_ended(status))))
        found: tuple[Imported, ...] = pickle.loads(bytes.fromhex(modules.decode())) if modules else ()  # noqa: S301 - ours
        return found


def fork(request: Request, layer: Layer, read: Read, close: Iterable[int]) -> Child:
    """`close` are descriptors that are none of the child's business."""
    pipe, end = os.pipe()
    told, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        for descriptor in (pipe, go, *close):
            os.close(descriptor)
        _wait(told, layer)
        _finish(end, request, layer)
    os.close(end)
    os.close(told)
    return Child(pid=pid, go=go, lines=Lines(pipe=pipe, read=read), request=request)


def _wait(told: int, layer: Layer) -> None:
    is_told, _, _ = select.select([told], [], [], 0)
    if not is_told:
        layer.rehearse()
    if not os.read(told, 1):
        os._exit(0)
    os.close(told)


def _finish(pipe: int, request: Request, layer: Layer) -> NoReturn:
    """Neither the exit handlers nor the threads of the user's code are waited for."""
    outcome = child.harvest(request, layer)
    modules = tuple(layer.finder.imported.values())
    known = not isinstance(outcome, errors.SchemaRefused) and not layer.finder.aliased
    with os.fdopen(pipe, "wb") as stream:
        stream.write(wire.encode(outcome))
        stream.flush()
        stream.write(pickle.dumps(modules if known else ()).hex().encode() + b"\n")
    os._exit(0)


def _ended(status: int) -> str:
    if status < 0:
        return _("was killed by {name}").format(name=signal.Signals(-status).name)
    return _("ended with exit status {status}").format(status=status)
