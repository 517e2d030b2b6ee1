"""A schema → models and `.sql` files that describe it, proved by reading them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ccm_daemon.pulling import codegen, doubting, sayable, unsaid
from ccm_daemon.pulling.sayable import Doubts, Sayable
from ccm_daemon.pulling.unsaid import Scripts
from ccm_engine import errors
from ccm_engine.catalog import Catalog
from ccm_engine.codegen import wire
from ccm_engine.source import Sources
from ccm_engine.value import value

_CORRECTIONS = 3

Files = Mapping[str, str]
"""Texts by the name of their file."""


@value
class Goal:
    catalog: Catalog
    source: str
    """What people call it."""
    module: str | None
    """The file for models, where it is to be one file; else a package."""


@value
class Pulled:
    """What to write, and how much it holds."""

    files: Files
    counts: Mapping[str, int]
    """How many models, or statements, are in a file."""


@value
class _Draft:
    said: Sayable
    models: wire.Models | None
    scripts: Scripts


async def pulled(sources: Sources, goal: Goal) -> Pulled:
    """`sources` are of a folder of its own, in which the files are tried out.

    Raises `errors.PullNotProved` where they do not describe the goal, `errors.PullNeedsFolder`, and what
    `codegen.models` raises.
    """
    doubts = Doubts()
    while True:  # at each attempt there is more of finitely many things in doubt
        said = sayable.sayable(goal.catalog, doubts)
        models = await codegen.models(await sources.shadow(), said)
        draft = _Draft(said=said, models=models, scripts=unsaid.whole(said.goal, said.keys, in_order=doubts.in_order))
        outcome = await _proved(sources, goal, draft, doubts)
        if isinstance(outcome, _Draft):
            return Pulled(files=_files(goal, outcome), counts=_counts(goal, outcome))
        doubts = outcome


async def _proved(sources: Sources, goal: Goal, draft: _Draft, doubts: Doubts) -> _Draft | Doubts:
    """The draft with its corrections, or what to leave to SQL at the next attempt."""
    made, more = await _read_or_doubted(sources, goal, draft, doubts)
    if made is None or more != doubts:
        return more
    for _correction in range(_CORRECTIONS):
        if not _differs(made, goal.catalog):
            return draft
        try:
            lacking = unsaid.lacking(made, draft.said.goal, in_order=doubts.in_order)
        except errors.SchemaRefused:  # no statement leads there
            break
        draft = replace(draft, scripts=unsaid.together(draft.scripts, lacking))
        made, more = await _read_or_doubted(sources, goal, draft, doubts)
        if made is None:
            return more
    if not _differs(made, goal.catalog):
        return draft
    listing = "\n".join(doubting.differences(made, goal.catalog))
    return _more(doubting.of_different(made, draft.said, doubts), doubts, goal, listing)


async def _read_or_doubted(
    sources: Sources, goal: Goal, draft: _Draft, doubts: Doubts
) -> tuple[Catalog | None, Doubts]:
    try:
        made = await _read(sources, goal, draft)
    except errors.SchemaRefused as refused:
        return None, _more(doubting.of_named(str(refused), draft.said, doubts), doubts, goal, str(refused))
    return made, doubting.doubts(made, draft.said, doubts)


def _more(now: Doubts, before: Doubts, goal: Goal, listing: str) -> Doubts:
    """The same again helps only where the order of the statements may be what is wrong."""
    if now != before:
        return now
    if before.in_order:
        raise errors.PullNotProved(difference=listing, source=goal.source)
    return replace(before, in_order=True)


def _differs(made: Catalog, goal: Catalog) -> bool:
    return any(doubting.differences(made, goal))


async def _read(sources: Sources, goal: Goal, draft: _Draft) -> Catalog:
    """What the files describe."""
    folder = sources.place.root / "schemas"
    for path in folder.glob("*.*"):
        path.unlink()
    write(folder, _files(goal, draft))
    source = "schemas" if goal.module is None else f"schemas/{goal.module}"
    return (await sources.schema(source)).catalog


def write(folder: Path, files: Files) -> None:
    """Raises `FileExistsError`, and leaves nothing behind then."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        for name, text in files.items():
            with (folder / name).open("x", encoding="utf-8") as file:
                written.append(folder / name)
                file.write(text)
    except OSError:
        for path in written:
            path.unlink()
        raise


def _files(goal: Goal, draft: _Draft) -> Files:
    scripts = {name: unsaid.rendered(texts) for name, texts in draft.scripts.items()}
    match goal.module, draft.models:
        case _, None:
            return scripts
        case None, models:
            return {"models.py": models.text, "__init__.py": _exported(models), **scripts}
        case module, models:
            if scripts:
                raise errors.PullNeedsFolder(path=str(module), files=", ".join(scripts))
            return {str(module): models.text}


def _exported(models: wire.Models) -> str:
    line = f"from .models import {', '.join(models.names)}"
    names = "".join(f"    {name},\n" for name in models.names)
    imported = line if len(line) <= _WIDTH else f"from .models import (\n{names})"
    listed = "".join(f'    "{name}",\n' for name in models.names)
    return f'"""The schema of the database."""\n\n{imported}\n\n__all__ = [\n{listed}]\n'


_WIDTH = 88


def _counts(goal: Goal, draft: _Draft) -> Mapping[str, int]:
    models = {goal.module or "models.py": len(draft.said.tables)} if draft.models else {}
    return {**models, **{name: len(texts) for name, texts in draft.scripts.items()}}
