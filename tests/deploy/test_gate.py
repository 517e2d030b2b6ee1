"""Which database a command goes to, and that production has to be confirmed."""

import socket

import pytest

from ccm_deploy import environment, gate
from ccm_engine import errors
from deployment import Deployment

PRODUCTION = gate.production(environment.read({"DATABASE_URL_PROD": "postgresql://me:secret@db/shop"}))


@pytest.fixture
def ready(deployment: Deployment) -> Deployment:
    deployment.write("0000_first", "CREATE TABLE a ();")
    return deployment


def test_production_that_nobody_confirmed_is_not_even_connected_to(ready: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = ready.deploy(CONFIRM_PROD="", DATABASE_URL_PROD=f"postgresql://u:secret@127.0.0.1:{port}/shop")
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert done.returncode == 3
    assert f"postgresql://***@127.0.0.1:{port}/shop is production" in done.stderr
    assert "hint: set CONFIRM_PROD=oui (or yes)" in done.stderr


@pytest.mark.parametrize("answer", ["oui", "yes", " OUI\n"])
def test_oui_and_yes_confirm(answer: str) -> None:
    assert gate.confirmed(PRODUCTION, answer) == PRODUCTION


@pytest.mark.parametrize("answer", [None, "", "non", "true", "o"])
def test_nothing_else_does(answer: str | None) -> None:
    with pytest.raises(errors.ProductionNotConfirmed, match=r"postgresql://\*\*\*@db/shop is production"):
        gate.confirmed(PRODUCTION, answer)


def test_deploy_goes_to_production_and_migrate_to_development(ready: Deployment) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nowhere"
    assert ready.run("migrate", DATABASE_URL_PROD=nowhere, CONFIRM_PROD="").returncode == 0
    assert ready.deploy(DATABASE_URL_LOCAL="sqlite:///of-no-concern.db").returncode == 0
    assert ready.applied() == ["0000_first"]


def test_migrate_goes_to_production_when_it_is_told_to_and_then_wants_the_confirmation(ready: Deployment) -> None:
    assert ready.run("migrate", USE_PROD_DB="true", CONFIRM_PROD="", DATABASE_URL_LOCAL="").returncode == 3
    assert ready.run("migrate", USE_PROD_DB="true", DATABASE_URL_LOCAL="").returncode == 0
    assert ready.applied() == ["0000_first"]


def test_database_url_stands_in_for_either() -> None:
    settings = environment.read({"DATABASE_URL": "postgresql://db/shop"})
    assert str(gate.production(settings)) == "postgresql://db/shop (production)"
    assert str(gate.target(settings)) == "postgresql://db/shop (development)"


def test_a_missing_url_names_the_variables_that_were_looked_at(ready: Deployment) -> None:
    done = ready.deploy(DATABASE_URL_PROD="")
    assert done.returncode == 2
    assert "neither DATABASE_URL_PROD nor DATABASE_URL is set" in done.stderr


def test_a_url_that_is_not_postgres_is_refused(ready: Deployment) -> None:
    done = ready.deploy(DATABASE_URL_PROD="mysql://root:secret@db/shop")
    assert done.returncode == 2
    assert "DATABASE_URL_PROD is no PostgreSQL URL: it begins with mysql://" in done.stderr
    assert "secret" not in done.stderr


def test_a_url_that_names_a_driver_of_sqlalchemy_works(ready: Deployment) -> None:
    url = ready.url.replace("postgresql://", "postgresql+asyncpg://")
    assert ready.deploy(DATABASE_URL_PROD=url).returncode == 0


def test_a_setting_that_cannot_be_read_is_a_usage_error(ready: Deployment) -> None:
    done = ready.deploy(CCM_LOCK_TIMEOUT="soon")
    assert done.returncode == 2
    assert "CCM_LOCK_TIMEOUT is 'soon', which is not a number of seconds" in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CCM_LOCK_TIMEOUT", "nan"),
        ("CCM_CONNECT_TIMEOUT", "inf"),
        ("CCM_STATEMENT_LOCK_TIMEOUT", "-1"),
        ("CCM_METRICS_PORT", "65536"),
        ("CCM_METRICS_PORT", "http"),
        ("USE_PROD_DB", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(variable: str, value: str) -> None:
    with pytest.raises(errors.SettingInvalid, match=f"{variable} is '{value}', which is not"):
        environment.read({variable: value})
