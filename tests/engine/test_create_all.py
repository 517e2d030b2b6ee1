"""What `diff` writes for a new database is what SQLAlchemy's own `create_all()` would have made, by pg_dump."""

import pytest

import postgres
from equality import CreateDatabase, Models

OURS = Models()


@pytest.mark.on_request
def test_the_sample_equals_create_all(server: postgres.Server, create_database: CreateDatabase) -> None:
    OURS.check(server, create_database, "schemas", "schemas")


@pytest.mark.since(15)
@pytest.mark.on_request
def test_every_feature_of_sqlalchemy_equals_create_all(
    server: postgres.Server, create_database: CreateDatabase
) -> None:
    """A second diff, from the database that was made, is empty: whatever the spelling of the models."""
    OURS.check(server, create_database, "tests/torture", "torture")


def test_types_of_extensions_equal_create_all(server15: postgres.Server, create_database: CreateDatabase) -> None:
    OURS.check(server15, create_database, "tests/torture/contrib.py", "torture", "torture.contrib")
