"""A deployment on an empty database."""

from collections.abc import Callable
from pathlib import Path

import pytest

import postgres
from deployment import Deployment


@pytest.fixture
def deployment(
    tmp_path: Path, server18: postgres.Server, create_database: Callable[[postgres.Server], str]
) -> Deployment:
    return Deployment(home=tmp_path, server=server18, database=create_database(server18))
