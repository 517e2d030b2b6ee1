"""The way from one schema to another, as `diff` finds it: planned, and tried out on the shadow."""

from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

from anyio import to_thread

from ccm_daemon import console, generate
from ccm_daemon.difference import Difference, Side
from ccm_daemon.settings import Settings
from ccm_engine import errors, observed, renames, sql, touched
from ccm_engine.answer import Answer
from ccm_engine.catalog import Catalog
from ccm_engine.excerpt import excerpt
from ccm_engine.kinds import KINDS, structure
from ccm_engine.language import translated as _
from ccm_engine.live import Asking
from ccm_engine.observed import Observed
from ccm_engine.plan import Plan, plan
from ccm_engine.prove import prove
from ccm_engine.source import Schema, Sources
from ccm_engine.together import task_group
from ccm_engine.value import value


@value
class _Way:
    """A plan, and the schemas between which it is to be tried out."""

    head: Catalog
    goal: Catalog
    plan: Plan


async def between_sources(project: Settings, names: tuple[str, str], answers: tuple[Answer, ...]) -> Difference:
    """Raises what `Sources.schema` raises, and what `prove` does."""
    async with generate.sources(project) as sources:
        head, goal = [await sources.schema(name) for name in names]
        goal = _with_what_stays(head, goal)
        if answers or goal.renames:
            way = await _renaming(sources, head, goal, answers)
        else:
            way = _planned(head.catalog, goal.catalog)
        return _difference(names, head, goal, await _proved(sources, way))


async def between_databases(
    project: Settings, names: tuple[str, str], asking: Asking, answers: tuple[Answer, ...]
) -> Difference:
    """Raises what `prove` raises. What a difference takes is made ready meanwhile, if that costs little."""
    async with generate.sources(project) as sources:
        found: list[tuple[Schema, Schema, _Way]] = []
        async with task_group() as tasks:
            tasks.start_soon(to_thread.run_sync, _load)
            if early := sources.starts_at_once:
                tasks.start_soon(_start, sources)
            one, other = (observed.only(side, frozenset(project.include)) for side in await asking.said())
            if not answers and touched.is_same(one, other):
                found.append(_same(one, other))
                tasks.cancel_scope.cancel()
            else:
                if not early:
                    tasks.start_soon(_start, sources)
                found.append(await to_thread.run_sync(_between, one, other, bool(answers)))
        head, goal, way = found[0]
        if answers:
            way = await _renaming(sources, head, goal, answers)
        return _difference(names, head, goal, await _proved(sources, way))


def _load() -> None:
    """What libraries do only once, when they are first used."""
    sql.parse("SELECT")
    for kind in KINDS:
        structure.maker(cast("Any", kind.type))


async def _start(sources: Sources) -> None:
    """The shadow; what is wrong with it is said when it is needed."""
    with suppress(errors.CcmError):
        await (await sources.shadow()).warm()


def _same(one: Observed, other: Observed) -> tuple[Schema, Schema, _Way]:
    """Of two databases that say the same, no object is made."""
    head, goal = observed.without_objects(one), observed.without_objects(other)
    return Schema(catalog=head), Schema(catalog=goal), _Way(head=head, goal=goal, plan=Plan())


def _between(one: Observed, other: Observed, whole: bool) -> tuple[Schema, Schema, _Way]:  # noqa: FBT001 - run_sync takes no keywords
    head, goal = map(observed.catalog, (one, other) if whole else touched.touched(one, other))
    return Schema(catalog=head), Schema(catalog=goal), _planned(head, goal)


def _with_what_stays(head: Schema, goal: Schema) -> Schema:
    """The goal, with what it leaves to others just as the head has it."""
    kept = [key for key in goal.used if key in head.catalog.objects]
    keys = [*kept, *(part.key for key in kept for part in head.catalog.children.get(key, ()))]
    if not keys:
        return goal
    mine, theirs = goal.catalog, head.catalog
    objects = (*mine.objects.values(), *(theirs.objects[key] for key in keys))
    needs = (*mine.needs, *(need for key in keys for need in theirs.needs_of(key)))
    return replace(goal, catalog=Catalog.of(objects, needs=needs, unmodelled=mine.unmodelled, major=mine.major))


def _difference(names: tuple[str, str], head: Schema, goal: Schema, planned: Plan) -> Difference:
    return Difference(head=Side(name=names[0], schema=head), goal=Side(name=names[1], schema=goal), plan=planned)


def _planned(head: Catalog, goal: Catalog) -> _Way:
    head, goal = excerpt(head, goal)
    return _Way(head=head, goal=goal, plan=plan(head, goal))


async def _renaming(sources: Sources, head: Schema, goal: Schema, answers: tuple[Answer, ...]) -> _Way:
    shadow = await sources.shadow()
    renamed, renamings = await renames.resolve(shadow, head.catalog, goal.catalog, goal.renames, answers)
    if not renamings:
        return _planned(renamed, goal.catalog)
    planned = plan(*excerpt(renamed, goal.catalog), renames=renamings)
    return _Way(head=head.catalog, goal=goal.catalog, plan=planned)


async def _proved(sources: Sources, way: _Way) -> Plan:
    """The plan; that it could not be tried out is said, for it is not written anywhere yet."""
    try:
        if way.plan.steps:
            await prove(await sources.shadow(), way.head, way.goal, way.plan)
    except errors.ShadowLacksExtension as error:
        console.say(_("warning: not proved: {error}").format(error=error.told(_)))
    return way.plan
