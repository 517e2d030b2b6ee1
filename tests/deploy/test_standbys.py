"""A standby would grant the lock beside its primary: it is refused, or passed over for the primary."""

from collections.abc import Iterator

import pytest

import postgres
from deployment import Deployment, wait_until


@pytest.fixture(scope="module")
def standby(server18: postgres.Server) -> Iterator[postgres.Server]:
    with postgres.standby(server18) as server:
        yield server


@pytest.fixture
def followed(deployment: Deployment, standby: postgres.Server) -> Deployment:
    deployment.write("0000_m", "CREATE TABLE a ();")
    there = f"SELECT count(*) FROM pg_database WHERE datname = '{deployment.database}'"
    wait_until(lambda: standby.psql(there) == "1")
    return deployment


def test_a_standby_is_refused(followed: Deployment, standby: postgres.Server) -> None:
    done = followed.deploy(DATABASE_URL_PROD=standby.url(followed.database))
    assert done.returncode == 4
    assert "is a standby, which is only read from" in done.stderr
    assert "hint: name the primary in DATABASE_URL_PROD, or all hosts" in done.stderr


def test_of_several_hosts_the_primary_is_taken(followed: Deployment, standby: postgres.Server) -> None:
    hosts = f"127.0.0.1:{standby.port},127.0.0.1:{followed.server.port}"
    done = followed.deploy(DATABASE_URL_PROD=f"postgresql://postgres@{hosts}/{followed.database}")
    assert done.returncode == 0, done.stderr
    assert followed.applied() == ["0000_m"]


def test_where_none_is_the_primary_it_is_waited_for(followed: Deployment, standby: postgres.Server) -> None:
    """There may be a failover going on."""
    hosts = f"127.0.0.1:{standby.port},127.0.0.1:{postgres.free_port()}"
    done = followed.deploy(
        DATABASE_URL_PROD=f"postgresql://postgres@{hosts}/{followed.database}", CCM_CONNECT_TIMEOUT="0.5"
    )
    assert done.returncode == 4
    assert "waiting for" in done.stderr
    assert "did not answer within 0.5 s" in done.stderr


def test_status_may_be_asked_of_a_standby(followed: Deployment, standby: postgres.Server) -> None:
    done = followed.run("status", DATABASE_URL_LOCAL=standby.url(followed.database))
    assert done.returncode == 0, done.stderr
    assert "pending  0000_m" in done.stdout
