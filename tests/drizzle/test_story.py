"""A folder of Drizzle Kit's that we go on with, and then they, and then we."""

import json
from collections.abc import Callable
from typing import TypeAlias

import pytest

import postgres
from deployment import Deployment
from drizzle import story
from drizzle.kit import Answers, Shared

Grown: TypeAlias = tuple[Shared, dict[str, Answers]]
Create: TypeAlias = Callable[[postgres.Server], str]

TRACKING = "DROP TABLE IF EXISTS __drizzle_migrations, __ccm_runs; DROP SCHEMA IF EXISTS drizzle CASCADE"
LEDGER = "SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id"


@pytest.fixture
def pod(grown: Grown, server18: postgres.Server, create_database: Create) -> Deployment:
    """What deploys the folder to a database of its own, which is empty."""
    shared, _ = grown
    return Deployment(home=shared.project.root, server=server18, database=create_database(server18))


@pytest.mark.parametrize("name", [step.name for step in story.STEPS])
def test_at_every_point_both_are_content(grown: Grown, name: str) -> None:
    _, answers = grown
    answers[name].must_be_content()


def test_the_folder_holds_what_both_wrote_in_the_order_of_time(grown: Grown) -> None:
    shared, _ = grown
    tags = [f"{number:04}_{step.name}" for number, step in enumerate(story.STEPS)]
    assert shared.files == tags
    journal = json.loads((shared.project.root / "migrations" / "meta" / "_journal.json").read_text())
    assert [(entry["idx"], entry["tag"]) for entry in journal["entries"]] == list(enumerate(tags))
    moments = [entry["when"] for entry in journal["entries"]]
    assert moments == sorted(set(moments))


def test_drizzle_orm_makes_of_the_folder_what_we_make_of_it(
    grown: Grown, pod: Deployment, create_database: Create
) -> None:
    shared, _ = grown
    theirs = create_database(pod.server)
    assert shared.migrate(theirs).returncode == 0
    assert pod.deploy().returncode == 0
    for database in (theirs, pod.database):
        pod.server.psql(TRACKING, database)
    assert pod.server.dump(pod.database) == pod.server.dump(theirs)


def test_what_drizzle_orm_has_applied_is_adopted(grown: Grown, pod: Deployment) -> None:
    shared, _ = grown
    assert shared.migrate(pod.database).returncode == 0
    done = pod.deploy()
    assert done.returncode == 0, done.stderr
    assert pod.attempts() == [f"{tag} adopted 0/0" for tag in shared.files]


def test_drizzle_orm_finds_nothing_to_do_where_its_ledger_is_kept(grown: Grown, pod: Deployment) -> None:
    shared, _ = grown
    assert pod.deploy(CCM_DRIZZLE_LEDGER="true").returncode == 0
    known, schema = pod.sql(LEDGER), pod.server.dump(pod.database)
    assert len(known.splitlines()) == len(shared.files)
    assert shared.migrate(pod.database).returncode == 0
    assert pod.sql(LEDGER) == known
    assert pod.server.dump(pod.database) == schema


def test_an_index_of_a_table_that_is_there_takes_our_runner(shared: Shared, server18: postgres.Server) -> None:
    """It is built while others write, which no transaction can hold; drizzle-orm runs all files in one."""
    shared.take(story.INITIAL)
    text = shared.take(story.INDEX)
    assert text == 'CREATE INDEX CONCURRENTLY "users_age_index" ON "users" USING btree ("age");\n'
    shared.asked().must_be_content()
    project = shared.project
    refused = shared.migrate(project.database)
    assert refused.returncode == 1
    assert "CREATE INDEX CONCURRENTLY cannot run inside a transaction block" in refused.stderr
    pod = Deployment(home=project.root, server=server18, database=project.database)
    assert pod.deploy(CCM_DRIZZLE_LEDGER="true").returncode == 0
    assert shared.migrate(project.database).returncode == 0
