# ruff: noqa: INP001 - a script, in no package
"""A tiny application: it greets whoever calls on port 8080, once its init container has migrated."""

import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

PORT = 8080


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello\n")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # as PID 1, a process without a handler is deaf
    HTTPServer(("", PORT), Greeting).serve_forever()
