"""HTTP for programs and people, in a thread that ends with the process."""

import logging
import socket
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import TypeAlias, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CollectorRegistry, make_wsgi_app  # pyright: ignore[reportUnknownVariableType]

log = logging.getLogger(__name__)

Application: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

PATIENCE = 5  # seconds for a client to ask
READ = ("GET", "HEAD")


def start(routes: Mapping[str, Application], port: int) -> None:
    """Answer under these paths from now on, on every address of the machine. Raises `OSError` where that is taken."""
    server = _Server(("", port), _Handler)
    server.set_app(_routed(routes))
    Thread(target=server.serve_forever, name="http", daemon=True).start()


def metrics(registry: CollectorRegistry) -> Application:
    """Answers a scrape in the format, and with the compression, that it asks for."""
    return cast("Application", make_wsgi_app(registry))


def text(status: str, body: str, content_type: str = "text/plain; charset=utf-8") -> Application:
    """An answer that is known already."""

    def answer(_request: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        content = body.encode()
        respond(status, [("Content-Type", content_type), ("Content-Length", str(len(content)))])
        return [content]

    return answer


def _routed(routes: Mapping[str, Application]) -> Application:
    nowhere = text("404 Not Found", f"there is only {', '.join(routes)}\n")

    def answer(request: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        if request["REQUEST_METHOD"] not in READ:
            return text("405 Method Not Allowed", "only GET and HEAD\n")(request, respond)
        return routes.get(request["PATH_INFO"], nowhere)(request, respond)

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128  # with the 5 of the library, one in too many at once would try again after a second
    address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        TCPServer.server_bind(self)  # what HTTPServer does here asks DNS for its own name, which may take long
        self.server_name, self.server_port = socket.gethostname(), self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away, or takes its time to ask, is no concern of ours."""


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name for it
        """A scrape is no news."""

    def get_stderr(self) -> "_Complaints":
        return _Complaints()


class _Complaints(StringIO):
    """Where the library writes the traceback of an answer that went wrong, and flushes it: into the log."""

    def flush(self) -> None:
        log.error("an answer went wrong: %s", self.getvalue(), extra={"event": "answer_failed"})
