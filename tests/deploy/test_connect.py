"""Waiting for a database that is not up yet, and not waiting where that would not help."""

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from operator import attrgetter

import pytest

import postgres
from ccm_deploy import connect, environment, gate
from deployment import Deployment, ended, wait_until, wait_until_told


@pytest.fixture
def ready(deployment: Deployment) -> Deployment:
    deployment.write("0000_first", "CREATE TABLE a ();")
    return deployment


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_a_database_that_does_not_answer_is_waited_for_and_then_given_up(ready: Deployment, closed_port: int) -> None:
    done = ready.deploy(DATABASE_URL_PROD=f"postgresql://u:secret@127.0.0.1:{closed_port}/x", CCM_CONNECT_TIMEOUT="0.5")
    assert done.returncode == 4
    assert f"warning: waiting for postgresql://***@127.0.0.1:{closed_port}/x" in done.stderr
    assert f"postgresql://***@127.0.0.1:{closed_port}/x did not answer within 0.5 s: connection refused" in done.stderr
    assert "secret" not in done.stderr


def test_a_name_that_does_not_resolve_is_waited_for(ready: Deployment) -> None:
    done = ready.deploy(DATABASE_URL_PROD="postgresql://u@no-such-host.invalid/x", CCM_CONNECT_TIMEOUT="0.2")
    assert done.returncode == 4
    assert "did not answer within 0.2 s" in done.stderr


def test_a_database_that_comes_up_late_is_migrated(ready: Deployment, closed_port: int) -> None:
    url = ready.url.replace(f":{ready.server.port}/", f":{closed_port}/")
    process = ready.start("deploy", DATABASE_URL_PROD=url)
    wait_until_told(process, "waiting for")
    with forwarded(closed_port, ready.server.port):
        assert ended(process).returncode == 0
    assert ready.applied() == ["0000_first"]


def test_a_database_whose_connections_are_all_taken_is_waited_for(ready: Deployment) -> None:
    role = ready.database  # roles belong to the whole server
    ready.sql(f"""
        CREATE ROLE "{role}" LOGIN;
        GRANT ALL ON SCHEMA public TO "{role}";
        ALTER DATABASE "{ready.database}" CONNECTION LIMIT 0;
    """)
    process = ready.start("deploy", DATABASE_URL_PROD=ready.url.replace("postgres@", f"{role}@"))
    wait_until_told(process, f'too many connections for database "{ready.database}"')
    ready.sql(f'ALTER DATABASE "{ready.database}" CONNECTION LIMIT -1')
    assert ended(process).returncode == 0
    assert ready.applied() == ["0000_first"]


def test_a_server_in_recovery_is_waited_for(ready: Deployment) -> None:
    """As after a crash, or while a standby takes over."""
    with postgres.standby(ready.server, hot_standby="off") as server:
        process = ready.start("deploy", DATABASE_URL_PROD=server.url(ready.database))
        wait_until_told(process, "the database system is ")
        server.ctl("promote")
        assert ended(process).returncode == 0
        assert server.psql("SELECT id FROM __drizzle_migrations", ready.database) == "0000_first"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://postgres@127.0.0.1:{port}/nowhere", 'database "nowhere" does not exist'),
        ("postgresql://nobody:secret@127.0.0.1:{port}/postgres", 'role "nobody" does not exist'),
        ("postgresql://postgres@127.0.0.1:{port}/postgres?pool_size=5", 'parameter "pool_size"'),
    ],
)
def test_what_waiting_cannot_mend_is_tried_only_once(ready: Deployment, url: str, said: str) -> None:
    done = ready.deploy(DATABASE_URL_PROD=url.format(port=ready.server.port))
    assert done.returncode == 4
    assert said in done.stderr
    assert "DATABASE_URL_PROD" in done.stderr
    assert "warning: waiting for" not in done.stderr


@pytest.mark.parametrize("url", ["postgresql://me:sec/ret@db/shop", "postgresql://me:secret@db:port/shop"])
def test_a_url_that_cannot_be_read_is_refused_without_quoting_it(ready: Deployment, url: str) -> None:
    done = ready.deploy(DATABASE_URL_PROD=url)
    assert done.returncode == 2
    assert "percent-encoded" in done.stderr
    assert "sec" not in done.stderr.replace("second", "")


def test_a_session_that_the_server_ends_is_a_lost_connection(ready: Deployment) -> None:
    """It exits as unreachable, the attempt shows as aborted, and the next run goes on."""
    ready.write("0001_slow", "CREATE TABLE b (); SELECT pg_sleep(60);")
    process = ready.start("deploy")
    running = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    wait_until(lambda: ready.sql(running) == "1")
    ready.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ccm-daemon pod-1'")
    done = ended(process)
    assert done.returncode == 4
    assert "the connection to the database was lost" in done.stderr
    assert "aborted  0001_slow" in ready.run("status").stdout
    ready.write("0001_slow", "CREATE TABLE b ();")
    assert ready.deploy().returncode == 0
    assert ready.attempts() == ["0000_first applied 1/1", "0001_slow aborted 0/2", "0001_slow applied 1/1"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_wait(ready: Deployment, closed_port: int, number: signal.Signals, status: int) -> None:
    process = ready.start("deploy", DATABASE_URL_PROD=f"postgresql://u@127.0.0.1:{closed_port}/x")
    wait_until_told(process, "waiting for")
    process.send_signal(number)
    assert ended(process).returncode == status


def test_a_signal_ends_an_attempt_that_nobody_answers(ready: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = ready.start("deploy", DATABASE_URL_PROD=f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/x")
        accepted, _ = silent.accept()
        process.send_signal(signal.SIGTERM)
        done = ended(process)
        accepted.close()
    assert done.returncode == 143
    assert "stopped by SIGTERM" in done.stderr


async def test_a_server_that_vanishes_is_noticed_by_the_system(deployment: Deployment) -> None:
    """Keep-alives, and an end to waiting for what was sent: by default Linux takes two hours for the one."""
    url = environment.read({"DATABASE_URL": deployment.url})
    async with connect.glance(gate.production(url).url, application="test", patience=5) as connection:
        end = attrgetter("_transport")(connection).get_extra_info("socket")
        assert end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 5
        assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000


@contextlib.contextmanager
def forwarded(port: int, target: int) -> Iterator[None]:
    """Everything that comes to `port` goes on to `target`."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        threading.Thread(target=_forward, args=(listener, target), daemon=True).start()
        yield
        listener.shutdown(socket.SHUT_RDWR)


def _forward(listener: socket.socket, target: int) -> None:
    with contextlib.suppress(OSError):
        while True:
            here, _ = listener.accept()
            there = socket.create_connection(("127.0.0.1", target))
            for source, sink in ((here, there), (there, here)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    sink.close()
