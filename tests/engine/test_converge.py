"""Whatever a schema was and whatever it is to be: the plan leads there, and the plan of the way back leads back."""

from pathlib import Path

import pytest

from ccm_engine import snapshot
from ccm_engine.catalog import EMPTY, Catalog
from ccm_engine.diff import describe, diff
from ccm_engine.plan import Plan, plan
from ccm_engine.snapshot import Snapshot

from .cases import CASES
from .conftest import Pair, Stage


@pytest.mark.on_request
async def test_the_plan_leads_there_and_back(pair: Pair, stage: Stage) -> None:
    """From nothing, to nothing in the end, and as the text of a file, run as the runner runs it."""
    await stage.run(plan(EMPTY, pair.before).render())
    await stage.run(plan(pair.before, pair.after).render())
    assert_equal(await stage.catalog(), pair.after)
    if not pair.case.one_way:
        await stage.run(plan(pair.after, pair.before).render())
        assert_equal(await stage.catalog(), pair.before)
    await stage.run(plan(pair.after if pair.case.one_way else pair.before, EMPTY).render())
    assert_equal(await stage.catalog(), EMPTY)
    stage.is_empty = True


@pytest.mark.on_request
@pytest.mark.parametrize("pair", [name for name, case in CASES.items() if case.expected is not None], indirect=True)
def test_the_plan_is_what_a_person_would_write(pair: Pair) -> None:
    planned = plan(pair.before, pair.after)
    assert sql_of(planned) == pair.case.expected
    assert tuple(hazard.code for statement in planned.statements for hazard in statement.hazards) == pair.case.hazards


@pytest.mark.whatever_the_server
def test_a_snapshot_is_as_good_as_the_database(pair: Pair, tmp_path: Path) -> None:
    before, after = through_file(pair.before, tmp_path), through_file(pair.after, tmp_path)
    assert_equal(before, pair.before)
    assert_equal(after, pair.after)
    assert (before.needs, after.needs) == (pair.before.needs, pair.after.needs)
    assert sql_of(plan(before, after)) == sql_of(plan(pair.before, pair.after))


def assert_equal(catalog: Catalog, expected: Catalog) -> None:
    assert describe(diff(catalog, expected)) == ""
    assert catalog == expected
    assert catalog.fingerprint() == expected.fingerprint()
    assert plan(catalog, expected) == Plan()


def through_file(catalog: Catalog, folder: Path) -> Catalog:
    path = folder / "0000_snapshot.json"
    path.write_text(snapshot.dump(Snapshot(id="1", previous=snapshot.ROOT_ID, catalog=catalog)))
    return snapshot.load(path).catalog


def sql_of(planned: Plan) -> tuple[str, ...]:
    return tuple(statement.sql for statement in planned.statements)
