"""The daemon's side of the harvester: a schema source → what SQLAlchemy would create for it.

    async with harvest.warm(root) as harvester:
        schema = await harvester.harvest("schemas")

The process is started on entry, and imports SQLAlchemy while the caller does something else.
"""

import os
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from subprocess import PIPE
from typing import cast

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream

from ccm_engine import errors, interpreter
from ccm_engine.harvester import wire
from ccm_engine.harvester.wire import Harvest, Rename
from ccm_engine.language import translated as _
from ccm_engine.value import value

__all__ = ["Harvest", "Harvester", "Rename", "warm"]

# -P: a file of the project named like one of Python's modules does not replace it; -u: no print is lost in a buffer
_LONGEST_REPLY = 1 << 30  # bytes


@value
class _Parent:
    """The warm parent process, leader of a session and a process group of its own."""

    process: Process
    requests: ByteSendStream
    replies: ByteReceiveStream


class Harvester:
    """Harvests one source after the other; made by `warm`."""

    def __init__(self, root: Path, seconds: float, python: Path | None, *, again: bool) -> None:
        self._root = root.resolve()
        self._again = again
        self._command = interpreter.command("ccm_engine.harvester", python)
        self._seconds = seconds
        self._turn = anyio.Lock()
        self._parent: _Parent | None = None

    async def harvest(self, source: str, *, major: int = 18) -> Harvest:
        """The schema that a file, folder, glob or dotted module describes, as a server of that major version gets it.

        Raises a subclass of `SchemaRefused` for whatever the schema files do instead of describing a schema.
        """
        async with self._turn:
            try:
                with anyio.fail_after(self._seconds):
                    outcome = await self._ask(
                        wire.Request(root=self._root, source=source, major=major, again=self._again)
                    )
            except TimeoutError:
                raise errors.HarvestTimedOut(source=source, seconds=self._seconds) from None
        match outcome:
            case Harvest():
                return outcome
            case errors.SchemaRefused():
                raise outcome

    async def start(self) -> None:
        """Start the warm parent unless it runs."""
        if self._parent is not None and self._parent.process.returncode is not None:
            await self.close()
        if self._parent is None:
            self._parent = await _start(self._command)

    async def close(self) -> None:
        """End the warm parent if it runs, and every process of its group."""
        parent, self._parent = self._parent, None
        if parent is not None:
            _kill(parent)
            await parent.process.aclose()

    async def _ask(self, request: wire.Request) -> wire.Outcome:
        if self._parent is not None:
            with suppress(errors.HarvesterEnded):  # it may have died while it waited, and nobody has told us yet
                return await self._ask_parent(request)
        return await self._ask_parent(request)

    async def _ask_parent(self, request: wire.Request) -> wire.Outcome:
        await self.start()
        parent = cast("_Parent", self._parent)
        async with AsyncExitStack() as unanswered:
            unanswered.push_async_callback(self.close)
            unanswered.callback(_kill, parent)
            outcome = await _exchange(parent, request)
            unanswered.pop_all()
            return outcome


@asynccontextmanager
async def warm(
    root: Path, *, seconds: float = 60, python: Path | None = None, again: bool = False
) -> AsyncGenerator[Harvester]:
    """A harvester of the project in `root`, the folder of its `pyproject.toml`; no process is left behind.

    `seconds` is what one harvest may take; `python` is the interpreter that imports the project, if not this one;
    `again` is for who harvests after each save: what was not saved then stays imported.
    Raises `PythonNotStarted`.
    """
    harvester = Harvester(root, seconds, python, again=again)
    try:
        await harvester.start()
        yield harvester
    finally:
        await harvester.close()


async def _start(command: tuple[str, ...]) -> _Parent:
    # Neither Ctrl-C in the terminal nor a signal to the daemon's group reaches another session.
    try:
        process = await anyio.open_process(command, stdin=PIPE, stdout=PIPE, stderr=None, start_new_session=True)
    except OSError as error:
        raise errors.PythonNotStarted(python=command[0], reason=error.strerror or str(error)) from error
    return _Parent(
        process=process,
        requests=cast("ByteSendStream", process.stdin),
        replies=cast("ByteReceiveStream", process.stdout),
    )


async def _exchange(parent: _Parent, request: wire.Request) -> wire.Outcome:
    """One line there, one line back. Raises `HarvesterEnded` where none comes."""
    with suppress(anyio.BrokenResourceError, ConnectionError):  # it has ended: what it still had to say is in the pipe
        await parent.requests.send(wire.encode_request(request))
    try:
        line = await BufferedByteReceiveStream(parent.replies).receive_until(b"\n", _LONGEST_REPLY)
    except (anyio.IncompleteRead, anyio.EndOfStream) as error:
        raise errors.HarvesterEnded(source=request.source, how=_("ended before it was asked to")) from error
    return wire.decode(line)


def _kill(parent: _Parent) -> None:
    with suppress(ProcessLookupError):
        os.killpg(parent.process.pid, signal.SIGKILL)
