"""A process that has imported all of a project but what is being edited, so that a child of it has little to do.

What is imported cannot be imported anew. So it is good for as long as only those modules are saved that it has left
out; when others are, another takes its place.
"""

import gc
import os
import select
import signal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

from ccm_engine.harvester import forked, graph, layer
from ccm_engine.harvester.graph import Imported
from ccm_engine.harvester.lines import Lines, Read
from ccm_engine.harvester.wire import Request
from ccm_engine.stamp import stamp

_EDITED = 4  # files that are left out, the latest ones: who goes to and fro between two has both
_READY = b"ready\n"
_REST = 0.3  # seconds: those who asked are at work with the answer, and a fork would be in their way


@dataclass(slots=True, kw_only=True)
class Host:
    """The process and the pipes to it, and what it is good for."""

    pid: int
    requests: int
    replies: Lines
    request: Request
    stamps: Mapping[str, str]
    """Of the files that it has imported."""
    is_ready: bool = False

    def fits(self, request: Request) -> bool:
        return request == self.request and all(stamp(file) == before for file, before in self.stamps.items())

    def ask(self) -> bytes:
        """The outcome, one line; empty where the process has ended."""
        if not self.is_ready:
            self.is_ready = self.replies.next() == _READY
        if not self.is_ready:
            return b""
        os.write(self.requests, b"?")
        return self.replies.next()

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.requests)
        os.close(self.replies.pipe)


@dataclass(slots=True, kw_only=True)
class Hosting:
    """Which host there is, and what the harvests so far have shown."""

    read: Read
    host: Host | None = None
    modules: tuple[Imported, ...] = ()
    """As the last import of everything left them."""
    edited: tuple[str, ...] = field(default=())

    def ask(self, request: Request) -> bytes:
        """The outcome from the host; empty where there is none that could tell."""
        if self.host is None or not self.host.fits(request):
            return b""
        return self.host.ask()

    def learn(self, modules: tuple[Imported, ...]) -> None:
        """What an import of everything has found; nothing where it failed."""
        now = [one.file for one in self.modules if stamp(one.file) != one.stamp]
        if modules and not self.modules:
            now = [_newest(modules)]
        self.modules = modules or self.modules
        self.edited = tuple(dict.fromkeys((*now, *self.edited)))[: max(_EDITED, len(now))]

    def replace(self, request: Request, close: Sequence[int]) -> None:
        """Another host, unless it would have nothing to do; `close` are descriptors that are none of its business."""
        if self.host is not None:
            self.host.end()
            self.host = None
        known = {one.name: one for one in self.modules}
        touched = graph.touched(known, frozenset(self.edited))
        if len(touched) < len(known):
            self.host = self._started(request, touched, close)

    def _started(self, request: Request, touched: frozenset[str], close: Iterable[int]) -> Host:
        their_requests, requests = os.pipe()
        replies, their_replies = os.pipe()
        pid = os.fork()
        if pid == 0:
            for descriptor in (requests, replies, *close):
                os.close(descriptor)
            _serve(request, self.modules, touched, (their_requests, their_replies))
        os.close(their_requests)
        os.close(their_replies)
        stamps = {one.file: one.stamp for one in self.modules if one.name not in touched}
        return Host(
            pid=pid, requests=requests, replies=Lines(pipe=replies, read=self.read), request=request, stamps=stamps
        )


def _newest(modules: Sequence[Imported]) -> str:
    """The file that was saved last is the one that will most likely be saved next."""
    return max((one.file for one in modules), key=lambda file: os.stat(file).st_mtime_ns)  # noqa: PTH116


def _serve(request: Request, modules: Sequence[Imported], touched: frozenset[str], pipes: tuple[int, int]) -> NoReturn:
    requests, replies = pipes
    try:
        made = layer.build(request, modules, touched)
    except BaseException:  # the user's code may raise anything; an import of everything will tell it
        made = None
    if made is None:
        os._exit(0)
    gc.freeze()
    os.write(replies, _READY)
    child = forked.fork(request, made, _read, pipes)
    while os.read(requests, 1):
        child.harvest(partial(send, replies))
        select.select([requests], [], [], _REST)
        child = forked.fork(request, made, _read, pipes)
    os._exit(0)


def _read(pipe: int) -> bytes:
    return os.read(pipe, 1 << 20)


def send(pipe: int, line: bytes) -> None:
    """All of it, whatever the pipe takes at a time."""
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(pipe, rest) :]
