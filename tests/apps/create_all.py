"""`make apps`: the models of applications that others wrote, each installed in an environment of its own.

Not `test_*.py`, so that `make test` passes it by: to install them takes minutes.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import postgres
from equality import Models

INSTALLED = Path(sys.prefix) / "apps"
# One index of Prefect's is there twice, and those on trigrams name no operator class: Prefect's own migrations create
# neither so, and `create_all()` fails on any Postgres.
PREFECT = """
from prefect.server.database.orm_models import Base

TRIGRAMS = []
for table in Base.metadata.tables.values():
    named = {index.name: index for index in table.indexes}
    TRIGRAMS += [named.pop(name) for name in list(named) if name.startswith("trgm_")]
    table.indexes.clear()
    table.indexes.update(named.values())
"""
PREFECT_WITH_TRIGRAMS = f"""{PREFECT}
from sqlalchemy import DDL, Index, event

event.listen(Base.metadata, "before_create", DDL("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
for old in TRIGRAMS:
    Index(old.name, old.table.c.name, postgresql_using="gin", postgresql_ops={{"name": "gin_trgm_ops"}})
"""
SCHEMAS = {
    "aiida-core": """
from aiida.storage.psql_dos.models import authinfo, comment, computer, group, log, node, settings, user
from aiida.storage.psql_dos.models.base import Base
""",
    "airflow": """
from airflow.models import import_all_models
from airflow.models.base import Base

import_all_models()
""",
    "dagster": """
from dagster._core.storage.event_log.schema import SqlEventLogStorageMetadata
from dagster._core.storage.runs.schema import RunStorageSqlMetadata
from dagster._core.storage.schedules.schema import ScheduleStorageSqlMetadata

METADATAS = [SqlEventLogStorageMetadata, RunStorageSqlMetadata, ScheduleStorageSqlMetadata]
""",
    "optuna": "from optuna.storages._rdb.models import BaseModel as Base",
    "prefect": PREFECT,
}
"""By the name of the application, and of its lock in requirements/apps: a module that imports what it stores."""

CreateDatabase = Callable[[postgres.Server], str]


@pytest.fixture
def check(tmp_path: Path, create_database: CreateDatabase) -> Callable[[str, str, postgres.Server], None]:
    """Compare what a module, imported with the packages of an application, makes on a server."""

    def equals_create_all(app: str, module: str, server: postgres.Server) -> None:
        (tmp_path / "pyproject.toml").write_text("[tool.ccm]\n")
        (tmp_path / "schemas.py").write_text(module)
        models = Models(root=tmp_path, paths=(".",), python=INSTALLED / app / "bin" / "python")
        models.check(server, create_database, "schemas.py", "schemas")

    return equals_create_all


@pytest.mark.parametrize("app", SCHEMAS)
def test_the_models_of_an_application_equal_create_all(
    app: str, check: Callable[[str, str, postgres.Server], None], server: postgres.Server
) -> None:
    check(app, SCHEMAS[app], server)


def test_prefect_with_its_trigram_indexes_equals_create_all(
    check: Callable[[str, str, postgres.Server], None], server15: postgres.Server
) -> None:
    """PostgreSQL 15 is the one with contrib."""
    check("prefect", PREFECT_WITH_TRIGRAMS, server15)
