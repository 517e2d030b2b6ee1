"""`/metrics` over HTTP, for as long as a run lasts.

Answered in the event loop of the run rather than in a thread of its own, so that it ends when the run does.
"""

import logging
from functools import partial

import anyio
from anyio.abc import SocketStream

from ccm_deploy.figures import Figures

log = logging.getLogger(__name__)

PATIENCE = 5  # seconds for a client to ask and to listen
LONGEST_REQUEST = 16384


async def metrics(figures: Figures, port: int) -> None:
    """Serve once the run is worth showing, until cancelled. A port that is taken is a warning; 0 serves nothing."""
    if not port:
        return
    await figures.worth_showing.wait()
    try:
        listener = await anyio.create_tcp_listener(local_port=port)
    except OSError as error:
        extra = {"event": "metrics_unavailable", "port": port}
        log.warning("no metrics on port %d (%s); CCM_METRICS_PORT names another", port, error.strerror, extra=extra)
        return
    async with listener:
        await listener.serve(partial(_answer, figures))


async def _answer(figures: Figures, stream: SocketStream) -> None:
    async with stream:
        try:
            with anyio.move_on_after(PATIENCE):
                await stream.send(_response(await _request(stream), figures))
        except (anyio.EndOfStream, anyio.BrokenResourceError):
            return  # a client that goes away is no concern of the run


async def _request(stream: SocketStream) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received and len(received) < LONGEST_REQUEST:
        received += await stream.receive()
    return received


def _response(request: bytes, figures: Figures) -> bytes:
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

    from ccm_deploy.metrics import text

    method, _, rest = request.partition(b" ")
    path = rest.partition(b" ")[0].partition(b"?")[0]
    if method != b"GET" or path != b"/metrics":
        return _message("404 Not Found", "text/plain", b"only GET /metrics is here\n")
    return _message("200 OK", CONTENT_TYPE_PLAIN_0_0_4, text(figures))


def _message(status: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
