"""The way from one schema to another, as `diff` finds it: planned, and tried out on the shadow."""

from contextlib import suppress

from anyio import create_task_group, to_thread

from ccm_daemon import console, generate
from ccm_daemon.difference import Difference, Side
from ccm_daemon.settings import Settings
from ccm_engine import errors, observed, renames, touched
from ccm_engine.answer import Answer
from ccm_engine.excerpt import excerpt
from ccm_engine.observed import Observed
from ccm_engine.plan import Plan, Renaming, plan
from ccm_engine.prove import prove
from ccm_engine.source import Schema, Sources


async def between_sources(project: Settings, names: tuple[str, str], answers: tuple[Answer, ...]) -> Difference:
    """Raises what `Sources.schema` raises, and what `prove` does."""
    async with generate.sources(project) as sources:
        head, goal = [await sources.schema(name) for name in names]
        return _difference(names, head, goal, await _proved(sources, head, goal, answers))


async def between_databases(
    project: Settings, names: tuple[str, str], said: tuple[Observed, Observed], answers: tuple[Answer, ...]
) -> Difference:
    """Raises what `prove` raises."""
    one, other = (observed.only(side, frozenset(project.include)) for side in said)
    if not answers and touched.is_same(one, other):
        head, goal = (Schema(catalog=observed.without_objects(side)) for side in (one, other))
        return _difference(names, head, goal, Plan())
    async with generate.sources(project) as sources:
        async with create_task_group() as tasks:
            tasks.start_soon(_warm, sources)
            head, goal = await to_thread.run_sync(_schemas, one, other, bool(answers))
        return _difference(names, head, goal, await _proved(sources, head, goal, answers))


async def _warm(sources: Sources) -> None:
    """Have the shadow ready when it is needed; what is wrong with it is said then."""
    with suppress(errors.CcmError):
        await (await sources.shadow()).warm()


def _schemas(one: Observed, other: Observed, whole: bool) -> tuple[Schema, Schema]:  # noqa: FBT001 - run_sync takes no keywords
    head, goal = (one, other) if whole else touched.touched(one, other)
    return Schema(catalog=observed.catalog(head)), Schema(catalog=observed.catalog(goal))


def _difference(names: tuple[str, str], head: Schema, goal: Schema, planned: Plan) -> Difference:
    return Difference(head=Side(name=names[0], schema=head), goal=Side(name=names[1], schema=goal), plan=planned)


async def _proved(sources: Sources, head: Schema, goal: Schema, answers: tuple[Answer, ...]) -> Plan:
    """The way from one to the other; that it could not be tried out is said, for it is not written anywhere yet."""
    renamed, renamings = head.catalog, tuple[Renaming, ...]()
    if answers or goal.renames:
        shadow = await sources.shadow()
        renamed, renamings = await renames.resolve(shadow, head.catalog, goal.catalog, goal.renames, answers)
    parts = excerpt(renamed, goal.catalog)
    planned = plan(*parts, renames=renamings)
    try:
        if planned.steps:
            tried = (head.catalog, goal.catalog) if renamings else parts
            await prove(await sources.shadow(), *tried, planned)
    except errors.ShadowLacksExtension as error:
        console.say(f"warning: not proved: {error}")
    return planned
