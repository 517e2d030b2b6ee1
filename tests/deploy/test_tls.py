"""TLS as libpq means it: who is believed to be the database, and what is said where nobody is."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

import postgres
from deployment import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """A server that shows a certificate for 127.0.0.1, and the authority that signed it beside one that did not."""

    server: postgres.Server
    right: Path
    wrong: Path


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    if not postgres.available(15):
        pytest.skip("PostgreSQL 15, which is built with TLS, is not installed")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o755)
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        authority.cert_pem.write_to_path(home / "right.pem")
        trustme.CA().cert_pem.write_to_path(home / "wrong.pem")
        certificate.private_key_and_cert_chain_pem.write_to_path(home / "server.pem")
        (home / "server.pem").chmod(0o600)
        if postgres.USER is not None:
            shutil.chown(home / "server.pem", postgres.USER)
        both = str(home / "server.pem")
        with postgres.running(15, ssl="on", ssl_cert_file=both, ssl_key_file=both) as server:
            yield Secured(server=server, right=home / "right.pem", wrong=home / "wrong.pem")


@pytest.fixture
def behind_tls(secured: Secured, tmp_path: Path) -> Iterator[Deployment]:
    secured.server.psql("CREATE DATABASE shop")
    deployment = Deployment(home=tmp_path, server=secured.server, database="shop")
    deployment.write("0000_m", "CREATE TABLE encrypted AS SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid();")
    yield deployment
    secured.server.psql("DROP DATABASE shop WITH (FORCE)")


@pytest.mark.parametrize(
    ("host", "query", "encrypted"),
    [
        ("127.0.0.1", "sslmode=disable&sslrootcert=/nowhere.pem", "f"),
        ("127.0.0.1", "", "t"),  # prefer
        ("127.0.0.1", "sslmode=require", "t"),
        ("localhost", "sslmode=require&sslrootcert={right}", "t"),  # as verify-ca
        ("localhost", "sslmode=verify-ca&sslrootcert={right}", "t"),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert={right}", "t"),
    ],
)
def test_who_is_trusted_is_migrated(
    secured: Secured, behind_tls: Deployment, host: str, query: str, encrypted: str
) -> None:
    done = behind_tls.deploy(DATABASE_URL_PROD=_url(secured, host, query))
    assert done.returncode == 0, done.stderr
    assert behind_tls.sql("SELECT ssl FROM encrypted") == encrypted


@pytest.mark.parametrize(
    ("host", "query", "said"),
    [
        ("127.0.0.1", "sslmode=require&sslrootcert={wrong}", "not to be trusted: unable to get local issuer"),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert={wrong}", "not to be trusted: unable to get local issuer"),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert={wrong}", "not to be trusted: unable to get local issuer"),
        ("127.0.0.1", "sslrootcert=system", "not to be trusted: "),
        ("localhost", "sslmode=verify-full&sslrootcert={right}", "certificate is not valid for 'localhost'"),
        ("localhost", "sslmode=verify-full&sslrootcert={right}", "must be the one in the certificate"),
    ],
)
def test_who_is_not_trusted_is_told_at_once(
    secured: Secured, behind_tls: Deployment, host: str, query: str, said: str
) -> None:
    done = behind_tls.deploy(DATABASE_URL_PROD=_url(secured, host, query))
    assert done.returncode == 4
    assert said in done.stderr
    assert "waiting for" not in done.stderr
    assert behind_tls.sql("SELECT to_regclass('encrypted') IS NULL") == "t"


def test_a_server_without_tls_is_told_at_once(deployment: Deployment) -> None:
    deployment.write("0000_m", "CREATE TABLE a ();")
    done = deployment.deploy(DATABASE_URL_PROD=f"{deployment.url}?sslmode=require")
    assert done.returncode == 4
    assert "cannot be talked to by TLS: the server does not speak it" in done.stderr
    assert "hint: turn it on in the server (ssl = on), or correct sslmode" in done.stderr
    assert "waiting for" not in done.stderr


@pytest.mark.parametrize(
    ("query", "variables", "said"),
    [
        (
            "sslmode=verify-full&sslrootcert=/nowhere/ca.pem",
            {},
            "/nowhere/ca.pem, which sslrootcert in DATABASE_URL_PROD names, cannot be read: No such file or directory",
        ),
        (
            "sslmode=require",
            {"PGSSLCERT": "/nowhere/me.pem"},
            "/nowhere/me.pem, which PGSSLCERT names, cannot be read: No such file or directory",
        ),
        (
            "sslmode=verify-full",
            {},
            "sslmode in DATABASE_URL_PROD is verify-full, and nothing says whose certificates are to be trusted: ",
        ),
        ("", {"PGSSLMODE": "verify-ca"}, "PGSSLMODE is verify-ca, and nothing says whose certificates"),
        ("sslmode=verify", {}, "sslmode in DATABASE_URL_PROD is 'verify', which is not one of disable, allow, prefer"),
    ],
)
def test_what_is_asked_for_and_cannot_be_had_is_told_before_anything_is_tried(
    deployment: Deployment, query: str, variables: dict[str, str], said: str
) -> None:
    deployment.write("0000_m", "CREATE TABLE a ();")
    done = deployment.deploy(
        DATABASE_URL_PROD=f"postgresql://postgres@127.0.0.1:{postgres.free_port()}/x?{query}",
        HOME=str(deployment.home),
        **variables,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "hint: " in done.stderr
    assert "waiting for" not in done.stderr


def test_a_file_that_holds_no_certificate_is_told_at_once(deployment: Deployment) -> None:
    deployment.write("0000_m", "CREATE TABLE a ();")
    (deployment.home / "ca.pem").write_text("nothing")
    done = deployment.deploy(DATABASE_URL_PROD=f"{deployment.url}?sslmode=verify-full&sslrootcert=ca.pem")
    assert done.returncode == 4
    assert "cannot be talked to by TLS: [X509: NO_CERTIFICATE_OR_CRL_FOUND]" in done.stderr
    assert "waiting for" not in done.stderr


@pytest.mark.parametrize(
    ("query", "warnings"), [("sslmode=require", 1), ("sslmode=verify-full&sslrootcert={itself}", 0)]
)
def test_production_is_advised_to_verify(deployment: Deployment, query: str, warnings: int) -> None:
    deployment.write("0000_m", "CREATE TABLE a ();")
    url = f"postgresql://u@no-such-host.invalid/x?{query.format(itself=__file__)}"
    done = deployment.deploy(DATABASE_URL_PROD=url, CCM_CONNECT_TIMEOUT="0")
    assert done.returncode == 4
    assert done.stderr.count("sslmode=verify-full in DATABASE_URL_PROD makes sure") == warnings


def _url(secured: Secured, host: str, query: str) -> str:
    parameters = query.format(right=secured.right, wrong=secured.wrong)
    return f"postgresql://postgres@{host}:{secured.server.port}/shop?{parameters}"
