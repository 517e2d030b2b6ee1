"""A real terminal: what a person types, and what stands on the screen."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from uuid import uuid4

COLUMNS, LINES = 120, 50
PATIENCE = 20  # seconds


def is_there() -> bool:
    return shutil.which("tmux") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A tmux server of its own, with one window."""

    socket: str

    def screen(self, *, colours: bool = False) -> str:
        """What stands there, line by line."""
        return self._tmux("capture-pane", "-p", "-t", "t", *(["-e"] if colours else []))

    def type(self, text: str) -> None:
        """Each character as a key, and Enter where there is a line feed."""
        for part in text.splitlines(keepends=True):
            if line := part.rstrip("\n"):
                self._tmux("send-keys", "-t", "t", "-l", line)
            if part.endswith("\n"):
                self._tmux("send-keys", "-t", "t", "Enter")

    def press(self, key: str) -> None:
        self._tmux("send-keys", "-t", "t", key)

    def until(self, *texts: str) -> str:
        """Wait until all of this stands on the screen; what else stands there."""
        deadline = time.monotonic() + PATIENCE
        while not all(_stands(text, shown := self._trimmed()) for text in texts):
            assert time.monotonic() < deadline, f"{texts} are not shown:\n{shown}"
            time.sleep(0.02)
        return shown

    def until_gone(self, text: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while _stands(text, shown := self._trimmed()):
            assert time.monotonic() < deadline, f"{text!r} is still shown:\n{shown}"
            time.sleep(0.02)
        return shown

    def _trimmed(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen().splitlines())

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-L", self.socket, *words]
        return subprocess.run(command, check=True, text=True, capture_output=True).stdout


def _stands(text: str, shown: str) -> bool:
    """Also where a line ends within the text: a draft's name is drawn by lot, and may be a long one."""
    return text in shown or text in " ".join(shown.split())


@contextmanager
def opened(folder: Path, environ: Mapping[str, str]) -> Iterator[Terminal]:
    """A terminal with a plain shell in that folder."""
    socket = f"ccm-{uuid4().hex[:12]}"
    base = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PS1": "$ ", "PATH": os.environ["PATH"]}
    size = ("-x", str(COLUMNS), "-y", str(LINES))
    command = ("env", "-i", *(f"{name}={value}" for name, value in {**environ, **base}.items()), "sh")
    shell = " ".join(map(quote, command))
    subprocess.run(
        [
            "tmux",
            "-u",
            "-f",
            "/dev/null",
            "-L",
            socket,
            "new-session",
            "-d",
            "-s",
            "t",
            *size,
            "-c",
            str(folder),
            shell,
        ],
        check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    try:
        yield Terminal(socket=socket)
    finally:
        subprocess.run(["tmux", "-L", socket, "kill-server"], check=False, capture_output=True)
