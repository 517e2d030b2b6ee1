"""A plan is run on the shadow before anybody sees it, and one that does not lead to the goal is no migration."""

import pytest

from ccm_engine import errors
from ccm_engine.catalog import EMPTY, Catalog
from ccm_engine.plan import Plan, plan
from ccm_engine.prove import prove
from ccm_engine.shadow import Shadow

from .conftest import materialise

T = "CREATE TABLE t (a int)"


async def test_a_plan_that_leads_to_the_goal_is_proved(shadow18: Shadow) -> None:
    """One that runs in a transaction, one that does not, and one from nothing."""
    head = await materialise(shadow18, T)
    wider = await materialise(shadow18, "CREATE TABLE t (a int, b int)")
    indexed = await materialise(shadow18, f"{T}; CREATE INDEX i ON t (a)")
    for before, after in ((head, wider), (head, indexed), (indexed, wider), (EMPTY, head)):
        await prove(shadow18, before, after, plan(before, after))


async def test_a_plan_is_proved_with_the_commits_that_it_has(shadow18: Shadow) -> None:
    """Postgres lets nobody use a new value of an enum until it is committed."""
    head = await materialise(shadow18, f"CREATE TYPE mood AS ENUM ('sad'); {T}")
    goal = await materialise(
        shadow18, "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a int, m mood DEFAULT 'ok')"
    )
    await prove(shadow18, head, goal, plan(head, goal))


async def test_a_plan_that_leads_elsewhere_is_refused_and_shown(shadow18: Shadow) -> None:
    head = await materialise(shadow18, T)
    goal = await materialise(shadow18, "CREATE TABLE t (a bigint, c int)")
    wrong = plan(head, await materialise(shadow18, "CREATE TABLE t (a int, b int)"))
    with pytest.raises(errors.PlanNotProved) as caught:
        await prove(shadow18, head, goal, wrong)
    assert caught.value.difference == (
        "column public.t.a has type 'integer' instead of 'bigint'\n"
        "column public.t.b is there, and should not be\n"
        "column public.t.c is not there"
    )
    assert caught.value.migration == 'ALTER TABLE "t" ADD COLUMN "b" integer;\n'
    assert "this is a bug of ccm-daemon" in str(caught.value)


async def test_a_goal_that_our_sql_does_not_make_is_no_proof(shadow15: Shadow, shadow18: Shadow) -> None:
    """Not even on a server of another version, where the goal is first made anew, as that server spells it."""
    whole = "CREATE TABLE w (a int, b int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF w FOR VALUES IN (1);"
    head = await materialise(shadow15, whole)
    goal = await materialise(shadow15, f"{whole} ALTER TABLE w ADD CONSTRAINT u UNIQUE (a, b)")
    objects = [item for item in goal.objects.values() if item.path[-1] != "p_a_b_key"]
    goal = Catalog.of(objects, needs=goal.needs, major=goal.major)
    with pytest.raises(errors.PlanNotProved) as caught:
        await prove(shadow18, head, goal, plan(head, goal))
    assert caught.value.difference == "unique constraint public.p.p_a_b_key is there, and should not be"


async def test_a_plan_that_postgres_refuses_is_refused(shadow18: Shadow) -> None:
    head, goal = await materialise(shadow18, T), await materialise(shadow18, "CREATE TABLE t (a int, b int)")
    with pytest.raises(errors.PlanNotProved) as caught:
        await prove(shadow18, head, goal, plan(EMPTY, goal))
    assert caught.value.difference == 'Postgres refuses it (SQLSTATE 42P07): relation "t" already exists'


async def test_a_type_that_cannot_become_the_other_is_a_matter_for_a_person(shadow18: Shadow) -> None:
    head = await materialise(shadow18, "CREATE TABLE t (a bool)")
    goal = await materialise(shadow18, "CREATE TABLE t (a date)")
    with pytest.raises(errors.ConversionMissing) as caught:
        await prove(shadow18, head, goal, plan(head, goal))
    assert str(caught.value) == (
        "Postgres cannot convert what a column holds to its new type: "
        "cannot cast type boolean to date (SQLSTATE 42846)\n\n"
        'ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE date USING "a"::date\n\n'
        "hint: add a column of the new type beside it, or write the conversion by hand: ccm-daemon generate --custom"
    )


async def test_an_array_that_cannot_become_an_element_is_a_matter_for_a_person(shadow18: Shadow) -> None:
    head = await materialise(shadow18, "CREATE TABLE t (a int[])")
    goal = await materialise(shadow18, T)
    with pytest.raises(errors.ConversionMissing) as caught:
        await prove(shadow18, head, goal, plan(head, goal))
    assert caught.value.message == 'column "a" cannot be cast automatically to type integer'


async def test_a_table_whose_rows_are_values_is_not_altered(shadow18: Shadow) -> None:
    head = await materialise(shadow18, f"{T}; CREATE TABLE u (t t)")
    goal = await materialise(shadow18, "CREATE TABLE t (a bigint); CREATE TABLE u (t t)")
    with pytest.raises(errors.RowTypeInUse) as caught:
        await prove(shadow18, head, goal, plan(head, goal))
    assert caught.value.message == 'cannot alter table "t" because column "u.t" uses its row type'


async def test_what_needs_something_that_no_kind_models_is_refused_by_name(shadow18: Shadow) -> None:
    operator = "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)"
    goal = await materialise(shadow18, f"{operator}; CREATE TABLE t (a int CHECK (a === 1))")
    with pytest.raises(errors.UnmodelledNeeded) as caught:
        await prove(shadow18, EMPTY, goal, plan(EMPTY, goal))
    assert caught.value.message == "operator does not exist: integer === integer"
    assert str(caught.value).splitlines()[1:] == [
        "",
        "not modelled:",
        "operator public.===(integer,integer)",
        "",
        "hint: take what needs them out of the schema files, and make both by hand: ccm-daemon generate --custom",
    ]


async def test_a_body_that_postgres_would_not_take_is_refused(shadow18: Shadow) -> None:
    """A database may hold one, made when nobody looked; production looks, and so does the proof."""
    body = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT missing FROM t'"
    goal = await materialise(shadow18, f"{T}; {body}")
    indexed = await materialise(shadow18, f"{T}; {body}; CREATE INDEX i ON t (a)")
    for before, after in ((EMPTY, goal), (await materialise(shadow18, f"{T}; CREATE INDEX i ON t (a)"), goal)):
        with pytest.raises(errors.BodyRefused) as caught:
            await prove(shadow18, before, after, plan(before, after))
        assert str(caught.value).splitlines()[0] == (
            "the schema has a function or procedure whose body Postgres refuses: "
            'column "missing" does not exist (SQLSTATE 42703)'
        )
    await prove(shadow18, goal, indexed, plan(goal, indexed))


async def test_a_proof_knows_what_a_body_names(shadow18: Shadow) -> None:
    """A table that nothing of the plan hangs on, but for the text of a function."""
    other = "CREATE FUNCTION h() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t'"
    head = await materialise(shadow18, f"{T}; {other}; CREATE TABLE u (a int)")
    function = "CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT max(a) + h() FROM t'"
    goal = await materialise(shadow18, f"{T}; {other}; CREATE TABLE u (a int); {function}")
    await prove(shadow18, head, goal, plan(head, goal))


async def test_nothing_of_a_proof_stays(shadow18: Shadow) -> None:
    """The head that the shadow holds is the head again, also after a proof that failed."""
    head = await materialise(shadow18, T)
    goal = await materialise(shadow18, f"{T}; CREATE INDEX i ON t (a)")
    planned = plan(head, goal)
    for _ in range(2):
        await prove(shadow18, head, goal, planned)
        with pytest.raises(errors.PlanNotProved):
            await prove(shadow18, head, head, planned)
    assert await shadow18.after(head, "") == head


def test_an_empty_plan_is_an_empty_file() -> None:
    assert Plan().render() == ""
    assert plan(EMPTY, EMPTY) == Plan()
