"""A migration proves itself: run on a shadow that holds the head, it reads back equal to the goal."""

from collections.abc import Iterator

import asyncpg

from ccm_engine import blame, errors
from ccm_engine.catalog import Catalog, Object
from ccm_engine.excerpt import excerpt
from ccm_engine.kinds import expression
from ccm_engine.plan import Plan
from ccm_engine.shadow import Shadow
from ccm_engine.versions import said_by_all


async def prove(shadow: Shadow, head: Catalog, goal: Catalog, plan: Plan) -> None:
    """Raises `errors.PlanNotProved` where the plan, as the runner will run it, does not lead from `head` to `goal`.

    Where no plan would, `errors.ConversionMissing`: only a person knows what a value means as one of another type;
    `errors.RowTypeInUse`: the rows of a table that changes are values of a column; or
    `errors.UnmodelledNeeded`: a default, say, that uses an operator of the user's; where the schema itself has a
    function that Postgres would not make, `errors.BodyRefused`; and where the shadow cannot tell,
    `errors.ShadowLacksExtension`.
    """
    head, goal = excerpt(head, goal)
    migration = plan.render()
    try:
        result = await shadow.after(head, migration)
    except asyncpg.PostgresError as error:
        if await _holds_without_bodies(shadow, head, goal, migration):
            raise errors.BodyRefused(message=str(error.message), sqlstate=str(error.sqlstate)) from error
        raise _refused(error, goal, plan) from error
    majors = frozenset({head.major, goal.major, shadow.major})
    result, wanted = said_by_all(result, majors), said_by_all(await shadow.respelled(goal), majors)
    # What our own SQL does not say of the goal, it would say neither here nor there: so the goal is looked at as well.
    wrong = [*_differences(wanted, said_by_all(goal, majors), spelled_alike=False), *_differences(result, wanted)]
    if wrong:
        raise errors.PlanNotProved(difference="\n".join(wrong), migration=migration)


async def _holds_without_bodies(shadow: Shadow, head: Catalog, goal: Catalog, migration: str) -> bool:
    try:
        made = await shadow.after(head, migration, check_bodies=False)
        wanted = await shadow.respelled(goal, check_bodies=False)
        majors = frozenset({head.major, goal.major, shadow.major})
        return said_by_all(made, majors) == said_by_all(wanted, majors)
    except asyncpg.PostgresError:
        return False


def _refused(error: asyncpg.PostgresError, goal: Catalog, plan: Plan) -> errors.CcmError:
    message, sqlstate = str(error.message), str(error.sqlstate)
    if blame.lacks(error):
        return errors.ShadowLacksExtension(message=message, sqlstate=sqlstate)
    conversions = [statement.sql for statement in plan.statements if " SET DATA TYPE " in statement.sql]
    if conversions and isinstance(error, asyncpg.CannotCoerceError | asyncpg.DatatypeMismatchError):
        return errors.ConversionMissing(message=message, sqlstate=sqlstate, statements="\n".join(conversions))
    if isinstance(error, asyncpg.FeatureNotSupportedError) and message.endswith("uses its row type"):
        return errors.RowTypeInUse(message=message, sqlstate=sqlstate)
    if goal.unmodelled:
        listing = "\n".join(map(str, goal.unmodelled))
        return errors.UnmodelledNeeded(message=message, sqlstate=sqlstate, listing=listing)
    reason = f"Postgres refuses it (SQLSTATE {sqlstate}): {error}"
    return errors.PlanNotProved(difference=reason, migration=plan.render())


def _differences(result: Catalog, goal: Catalog, *, spelled_alike: bool = True) -> Iterator[str]:
    """What is there and should not be, what should be and is not, and each field that is not as it should be."""
    # servers of two versions may spell an expression differently
    apart: frozenset[str] = frozenset() if spelled_alike else expression.FIELDS
    for key in sorted(result.objects.keys() | goal.objects.keys()):
        made, wanted = result.objects.get(key), goal.objects.get(key)
        if made is None or wanted is None:
            yield f"{key} is {'not there' if made is None else 'there, and should not be'}"
        elif made != wanted:
            yield from (f"{key} has {difference}" for difference in _fields(made, wanted, apart))


def _fields(made: Object, wanted: Object, apart: frozenset[str]) -> Iterator[str]:
    is_, should = made.compared(), wanted.compared()
    names = [name for name in is_ if name not in apart and is_[name] != should[name]]
    return (f"{name} {is_[name]!r} instead of {should[name]!r}" for name in names)
