"""Whether migrations are as `generate` wrote them: by the draft's state, or by the snapshots before and after them"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ccm_daemon import deciding, decisions, draft
from ccm_daemon.deciding import Deciding
from ccm_daemon.decisions import EVERYTHING, Decisions, spelled
from ccm_daemon.rebasing.renumber import Own
from ccm_engine import errors
from ccm_engine import head as heads
from ccm_engine.catalog import EMPTY, Catalog
from ccm_engine.folder import Entry, Folder
from ccm_engine.harvester.wire import Rename
from ccm_engine.shadow import Shadow
from ccm_engine.snapshot import Snapshot
from ccm_engine.source import Schema
from ccm_engine.value import value


@value
class Judged:
    """Which of one's own migrations a person has written or edited, or may have; and what all of them have decided."""

    edited: tuple[str, ...]
    decisions: Decisions


async def judged(mine: Folder, own: Sequence[Own], shadow: Shadow, home: Path, renames: tuple[Rename, ...]) -> Judged:
    """`mine` is the folder as one's own branch had it, `renames` are those that the models speak of."""
    edited: list[str] = []
    known = decisions.recall(home)
    for each in own:
        change = await _change(mine, each.entry, shadow)
        if change is not None:
            known = replace(known, drops=known.drops | _dropped(*change))
        if draft.written(home, each.entry.tag) == each.migration.hash:
            continue
        if change is None or not await _leads_there(each, change, shadow, renames):
            edited.append(each.entry.tag)
    return Judged(edited=tuple(edited), decisions=known)


async def _change(mine: Folder, entry: Entry, shadow: Shadow) -> tuple[Catalog, Catalog] | None:
    """What was before the migration and after it, where the snapshots say so."""
    at = next((at for at, other in enumerate(mine.entries) if other.tag == entry.tag), None)
    if at is None:
        return None
    try:
        after = heads.there(mine, entry)
        before = await heads.of(replace(mine, entries=mine.entries[:at]), heads.already(shadow))
    except (errors.HistoryRefused, errors.SchemaRefused):
        return None
    if not isinstance(after, Snapshot) or (before is not None and after.previous != before.id):
        return None
    return (before.catalog if before else EMPTY), after.catalog


async def _leads_there(own: Own, change: tuple[Catalog, Catalog], shadow: Shadow, renames: tuple[Rename, ...]) -> bool:
    before, after = change
    by = Deciding(decisions=Decisions(drops=frozenset({EVERYTHING})))
    try:
        decided = await deciding.decided(shadow, before, Schema(catalog=after, renames=renames), by)
    except errors.SchemaRefused:
        return False
    return decided.plan.render() == own.text


def _dropped(before: Catalog, after: Catalog) -> frozenset[str]:
    gone = before.objects.keys() - after.objects.keys()
    return frozenset(spelled(key) for key in gone if key.kind in {"table", "column"})
