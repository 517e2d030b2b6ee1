"""A migration proves itself: run on a shadow that holds the head, it reads back equal to the goal."""

import asyncpg

from ccm_engine import errors
from ccm_engine.catalog import Catalog
from ccm_engine.diff import describe, diff
from ccm_engine.plan import Plan
from ccm_engine.shadow import Shadow


async def prove(shadow: Shadow, head: Catalog, goal: Catalog, plan: Plan) -> None:
    """Raises `errors.PlanNotProved` where the plan, as the runner will run it, does not lead from `head` to `goal`."""
    migration = plan.render()
    try:
        result = await shadow.after(head, migration)
    except asyncpg.PostgresError as error:
        reason = f"Postgres refuses it: {error} (SQLSTATE {error.sqlstate})"
        raise errors.PlanNotProved(difference=reason, migration=migration) from error
    if result != goal:
        raise errors.PlanNotProved(difference=describe(diff(result, goal)), migration=migration)
