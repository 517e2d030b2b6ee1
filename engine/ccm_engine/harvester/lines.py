"""Lines from a pipe whose other end may be gone before a line is complete."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Read: TypeAlias = Callable[[int], bytes]
"""A pipe → what there is to be read from it, waited for; empty at its end."""


@dataclass(slots=True, kw_only=True)
class Lines:
    pipe: int
    read: Read
    _rest: bytes = b""

    def next(self) -> bytes:
        """With its newline; empty where it will never be complete."""
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            if not (part := self.read(self.pipe)):
                return b""
            parts.append(part)
        line, newline, self._rest = b"".join(parts).partition(b"\n")
        return line + newline
