"""A plan is run on the shadow before anybody sees it, and one that does not lead to the goal is no migration."""

import dataclasses

import pytest

from ccm_engine import errors
from ccm_engine.catalog import EMPTY
from ccm_engine.plan import Plan, plan
from ccm_engine.prove import prove
from ccm_engine.shadow import Shadow

from .conftest import materialise

T = "CREATE TABLE t (a int)"


async def test_a_plan_that_leads_to_the_goal_is_proved(shadow: Shadow) -> None:
    """One that runs in a transaction, one that does not, and one from nothing."""
    head = await materialise(shadow, T)
    wider = await materialise(shadow, "CREATE TABLE t (a int, b int)")
    indexed = await materialise(shadow, f"{T}; CREATE INDEX i ON t (a)")
    for before, after in ((head, wider), (head, indexed), (indexed, wider), (EMPTY, head)):
        await prove(shadow, before, after, plan(before, after))


async def test_a_plan_that_leads_elsewhere_is_refused_and_shown(shadow: Shadow) -> None:
    head = await materialise(shadow, T)
    goal = await materialise(shadow, "CREATE TABLE t (a bigint, c int)")
    wrong = plan(head, await materialise(shadow, "CREATE TABLE t (a int, b int)"))
    with pytest.raises(errors.PlanNotProved) as caught:
        await prove(shadow, head, goal, wrong)
    assert caught.value.difference == (
        "column public.t.a has type 'integer' instead of 'bigint'\n"
        "column public.t.b is there, and should not be\n"
        "column public.t.c is not there"
    )
    assert caught.value.migration == 'ALTER TABLE "t" ADD COLUMN "b" integer;\n'
    assert "this is a bug of ccm-daemon" in str(caught.value)


async def test_a_plan_that_postgres_refuses_is_refused(shadow: Shadow) -> None:
    head, goal = await materialise(shadow, "CREATE TABLE u (a int)"), await materialise(shadow, T)
    again = plan(head, await materialise(shadow, f"CREATE TABLE u (a int); {T}"))
    with pytest.raises(errors.PlanNotProved) as caught:
        await prove(shadow, await materialise(shadow, T), goal, again)
    assert caught.value.difference == 'Postgres refuses it: relation "t" already exists (SQLSTATE 42P07)'


async def test_a_type_that_cannot_become_the_other_is_a_matter_for_a_person(shadow: Shadow) -> None:
    head = await materialise(shadow, "CREATE TABLE t (a bool)")
    goal = await materialise(shadow, "CREATE TABLE t (a date)")
    with pytest.raises(errors.ConversionMissing) as caught:
        await prove(shadow, head, goal, plan(head, goal))
    assert str(caught.value) == (
        "Postgres cannot convert what a column holds to its new type: "
        "cannot cast type boolean to date (SQLSTATE 42846)\n\n"
        'ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE date USING "a"::date\n\n'
        "hint: add a column of the new type beside it, or write the conversion by hand: ccm-daemon generate --custom"
    )


async def test_nothing_of_a_proof_stays(shadow: Shadow) -> None:
    """The head that the shadow holds is the head again, also after a proof that failed."""
    head = await materialise(shadow, T)
    goal = await materialise(shadow, f"{T}; CREATE INDEX i ON t (a)")
    planned = plan(head, goal)
    for _ in range(2):
        await prove(shadow, head, goal, planned)
        with pytest.raises(errors.PlanNotProved):
            await prove(shadow, head, head, planned)
    assert await shadow.after(head, "") == head


def test_an_empty_plan_is_an_empty_file() -> None:
    assert Plan().render() == ""
    assert plan(EMPTY, EMPTY) == Plan()
    assert dataclasses.astuple(Plan()) == ((), ())
