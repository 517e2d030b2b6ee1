"""A person at a terminal: ccm-daemon with a pseudo-terminal as its standard input."""

import os
import pty
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from select import select

from deployment import COMMAND, PATIENCE, ended


def answered(
    home: Path, environ: Mapping[str, str], *words: str, answer: str | signal.Signals
) -> subprocess.CompletedProcess[str]:
    """What the command printed, once it was answered when it asked: with text that is typed, or with a signal."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [COMMAND, *words],
            env=environ,
            cwd=home,
            text=True,
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if isinstance(answer, signal.Signals):
            asked = _asked(process)
            process.send_signal(answer)
        else:
            os.write(ours, answer.encode())
            asked = ""
        done = ended(process)
    finally:
        os.close(theirs)
        os.close(ours)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout, asked + done.stderr)


def _asked(process: subprocess.Popen[str]) -> str:
    """Up to the end of the question, which no line feed follows."""
    assert process.stderr is not None
    told = ""
    while not told.endswith("no): "):
        ready, _, _ = select([process.stderr], [], [], PATIENCE)
        part = os.read(process.stderr.fileno(), 1000).decode() if ready else ""
        assert part, f"it does not ask: {told}"
        told += part
    return told
