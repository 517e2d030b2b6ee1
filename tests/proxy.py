"""A TCP proxy on loopback whose connections can be cut, or go silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True, eq=False)
class Proxy:
    """Between whoever connects to `port` and the port behind it."""

    port: int
    behind: int
    ends: list[socket.socket] = field(default_factory=list[socket.socket])
    pumps: list[threading.Thread] = field(default_factory=list[threading.Thread])
    open: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.open.set()

    def cut(self) -> None:
        """Close every connection, both ways at once."""
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """Let nothing through any more, and say so to nobody."""
        self.open.clear()

    def close(self) -> None:
        """Cut what is left, and leave nothing open."""
        self.cut()
        self.open.set()
        for pump in self.pumps:
            pump.join()
        for end in self.ends:
            end.close()

    def join(self, client: socket.socket) -> None:
        """Connect a client to what is behind."""
        server = socket.create_connection(("127.0.0.1", self.behind))
        self.ends += (client, server)
        for source, target in ((client, server), (server, client)):
            self.pumps.append(threading.Thread(target=_pump, args=(source, target, self.open), daemon=True))
            self.pumps[-1].start()


def _pump(source: socket.socket, target: socket.socket, through: threading.Event) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            through.wait()
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(behind: int) -> Iterator[Proxy]:
    """For as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Proxy(port=int(listener.getsockname()[1]), behind=behind)
        accepting = threading.Thread(target=_accept, args=(listener, made), daemon=True)
        accepting.start()
        try:
            yield made
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            made.close()


def _accept(listener: socket.socket, made: Proxy) -> None:
    with suppress(OSError):
        while True:
            made.join(listener.accept()[0])
