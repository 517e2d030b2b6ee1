"""A proxy on loopback that makes every byte late, to see what round trips cost.

python delay.py LISTEN_PORT TARGET_PORT ROUND_TRIP_MS
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ROUND_TRIP_MS = 10


@contextmanager
def delayed(target: int) -> Iterator[int]:
    """The port of a proxy to `target`, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    proxy = subprocess.Popen([sys.executable, __file__, str(port), str(target), str(ROUND_TRIP_MS)])
    try:
        yield port
    finally:
        proxy.terminate()
        proxy.wait()


async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Pass on what arrives, each piece `seconds` after it came; pieces overlap, as they do on a long wire."""
    loop = asyncio.get_running_loop()
    while data := await reader.read(65536):
        loop.call_later(seconds, writer.write, data)
    loop.call_later(seconds, writer.close)


async def main(listen: int, target: int, round_trip: float) -> None:
    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(round_trip)  # TCP's own handshake
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(
            late(reader, server_writer, round_trip / 2),
            late(server_reader, writer, round_trip / 2),
            return_exceptions=True,
        )

    server = await asyncio.start_server(connection, "127.0.0.1", listen)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000))
