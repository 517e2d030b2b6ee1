"""What of a database URL people may see."""

import pytest

from ccm_engine import errors
from ccm_engine.url import Given, masked, read

MASKED = {
    "postgresql://db/shop": "postgresql://db/shop",
    "postgresql://me@db/shop": "postgresql://***@db/shop",
    "postgresql://me:secret@db:5432/shop": "postgresql://***@db:5432/shop",
    "postgresql://me:s%40cret@db/shop?sslmode=require": "postgresql://***@db/shop?sslmode=require",
    "postgresql://me:secret@[::1]:5432/shop": "postgresql://***@[::1]:5432/shop",
    "postgresql://me:secret@db1:5432,db2:5433/shop": "postgresql://***@db1:5432,db2:5433/shop",
    "postgresql:///shop?host=/run/postgresql": "postgresql:///shop?host=/run/postgresql",
    "postgresql:///shop?host=/run/postgresql&user=me&password=secret": "postgresql:///shop?host=/run/postgresql",
    "postgresql://db/shop?password=secret": "postgresql://db/shop",
    "postgresql://db/shop?sslpassword=secret&sslmode=verify-full": "postgresql://db/shop?sslmode=verify-full",
    # what stands unescaped in a password moves the borders of the parts
    "postgresql://me:sec@ret@db/shop": "postgresql://***@db/shop",
    "postgresql://me:secr/et@db/shop": "postgresql://***",
    "postgresql://me:1secr/et@db/shop": "postgresql://***",
    "postgresql://me:12/secret@db/shop": "postgresql://***",
    "postgresql://me:secr?et@db/shop": "postgresql://***",
    "postgresql://me:secr#et@db/shop": "postgresql://***",
    "postgresql://me@corp:sec?ret@db/shop": "postgresql://***",
    "postgresql://db/shop?password=sec@ret": "postgresql://***",
    "postgresql://me:secret": "postgresql://***",
    "postgresql://me:[secret@db/shop": "postgresql://***",
    "host=db password=secret": "***",
}


@pytest.mark.parametrize(("url", "shown"), MASKED.items())
def test_a_url_is_shown_without_what_is_secret(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_a_url_is_masked_wherever_it_is_turned_into_text() -> None:
    given = Given(variable="DATABASE_URL", value="postgresql://me:secret@db/shop")
    for text in (str(read(given)), repr(read(given)), repr(given), f"{read(given)}"):
        assert "secret" not in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("mysql://me:secret@db/shop", "mysql://"),
        ("host=db password=secret", "no scheme at all"),
        ("", "no scheme at all"),
    ],
)
def test_what_is_no_postgres_url_is_refused_without_quoting_it(value: str, shown: str) -> None:
    with pytest.raises(errors.NotPostgres) as refusal:
        read(Given(variable="DATABASE_URL", value=value))
    assert str(refusal.value).startswith(f"DATABASE_URL is no PostgreSQL URL: it begins with {shown}\n")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg", "postgresql+psycopg"])
def test_a_driver_in_the_scheme_is_dropped(scheme: str) -> None:
    dsn = read(Given(variable="DATABASE_URL", value=f"{scheme}://me:secret@db/shop")).dsn
    assert dsn == f"{scheme.partition('+')[0]}://me:secret@db/shop"
