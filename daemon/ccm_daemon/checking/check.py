"""`check`: whether journal, files, snapshots, schema files and database fit together; nothing is written anywhere."""

import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import anyio

from ccm_daemon import console, generate, settings
from ccm_daemon.checking import asked, committed, found
from ccm_daemon.checking.asked import Asked
from ccm_daemon.checking.found import Found
from ccm_daemon.deciding import Deciding
from ccm_daemon.rebasing import branches
from ccm_daemon.settings import Settings
from ccm_deploy.environment import Environment
from ccm_deploy.stop import stoppable
from ccm_engine import errors
from ccm_engine import head as heads
from ccm_engine.catalog import Catalog
from ccm_engine.checks import integrity, inventory, merged, silent_hazards
from ccm_engine.checks.integrity import Fork
from ccm_engine.checks.inventory import Inventory
from ccm_engine.checks.replay import Replay, first_line, lacks, replay
from ccm_engine.folder import Entry
from ccm_engine.language import translated as _
from ccm_engine.snapshot import ROOT_ID, Snapshot
from ccm_engine.source import Sources

if TYPE_CHECKING:
    import argparse

_MOST = 5  # statements to show


def run(arguments: "argparse.Namespace") -> None:
    project = settings.load()
    looked = anyio.run(stoppable, partial(look, project, settings.environment(project)))
    _say(looked, as_json=bool(arguments.json))


def _say(looked: Found, *, as_json: bool) -> None:
    """Raises `errors.NotInOrder`, or what has kept us from looking."""
    findings = looked.once
    if as_json:
        sys.stdout.write(found.as_json(findings))
    else:
        for finding in findings:
            console.say(f"{found.text(finding)}\n")
    for note in dict.fromkeys(looked.notes):
        console.say(_("not looked at: {what}").format(what=note))
    if findings:
        raise errors.NotInOrder(count=len(findings))
    if looked.prevented is not None:
        raise looked.prevented
    console.say(_("everything is in order: {looked}").format(looked=", ".join(looked.looked)))


async def look(project: Settings, environment: Environment) -> Found:
    """All that there is to find. Raises `errors.UrlMissing` and `errors.NotPostgres`."""
    try:
        there = inventory.take(inventory.load(project.migrations))
    except (errors.MergeConflict, errors.JournalUnreadable, errors.JournalMalformed, errors.JournalMissing) as error:
        return Found(findings=(error,), notes=(_("the rest, for want of a journal"),))
    async with generate.sources(project) as sources:
        seen = await asked.ask(project, environment, sources)
        return (
            await _folder(there, environment, seen)
            + await _edited(there, seen)
            + await _by_shadow(project, environment, sources, there)
            + _hazards(there, seen)
        )


# -- the folder ---------------------------------------------------------------------


async def _folder(there: Inventory, environment: Environment, seen: Asked) -> Found:
    for_drizzle = environment.drizzle_ledger or not all(link.ours for link in there.links)
    findings = [*integrity.findings(there, for_drizzle=for_drizzle)]
    findings += await _branches(there, seen)
    gaps = integrity.without_snapshot(there)
    note = _("where these lead to, which have no snapshot, as those after them have one: {tags}")
    return Found(
        findings=tuple(findings),
        looked=(_("{count} migration(s) in {path}").format(count=len(there.folder.entries), path=there.path),),
        notes=(note.format(tags=", ".join(gaps)),) if gaps else (),
    )


async def _branches(there: Inventory, seen: Asked) -> list[errors.CcmError]:
    """Git is asked only where two migrations want one place."""
    forks = integrity.forks(there)
    merge = await branches.fork(merged.look(there.path)) if forks else None
    return [_meet(there, fork, seen, merge) for fork in forks]


def _meet(there: Inventory, fork: Fork, seen: Asked, merge: branches.Fork | None) -> errors.BranchesMeet:
    named = {entry.tag for entry in there.folder.entries}
    sides = (merge.kept, merge.mine) if merge is not None else ()
    lines: list[str] = []
    for tag in fork.tags:
        remarks = [
            *(_("of {branch}").format(branch=_branch(side.name)) for side in sides if tag in side.own and side.name),
            *([_("applied to {target}").format(target=seen.target)] if tag in seen.applied else []),
            *([_("not in the journal")] if tag not in named else []),
        ]
        lines.append(f"{tag}: {', '.join(remarks)}" if remarks else tag)
    return errors.BranchesMeet(
        path=str(fork.path),
        tags=_(" and ").join(fork.tags),
        how=fork.how,
        which=integrity.listing(lines),
        command=_command(fork, named, frozenset(seen.applied), merge),
    )


def _branch(name: str) -> str:
    """`main~1`, which is a commit ago, is still of main; `main^2` is of one that has lost its name."""
    return name if "^" in name else name.partition("~")[0]


def _command(fork: Fork, named: set[str], applied: frozenset[str], merge: branches.Fork | None) -> str:
    """For one's own, or what is not applied, or is not in the journal; where nobody knows, for any of them."""
    if merge is not None and set(fork.tags) <= {*merge.kept.own, *merge.mine.own}:
        mine_is_applied = not applied.isdisjoint(merge.mine.own) and applied.isdisjoint(merge.kept.own)
        return _rebase(merge.kept.own if mine_is_applied else merge.mine.own)
    for rest in ([tag for tag in fork.tags if tag not in known] for known in (applied, named)):
        if 0 < len(rest) < len(fork.tags):
            return _rebase(rest)
    return _(" or ").join(_rebase([tag]) for tag in reversed(fork.tags))


def _rebase(tags: Iterable[str]) -> str:
    return f"`ccm-daemon rebase {' '.join(tags)}`"


async def _edited(there: Inventory, seen: Asked) -> Found:
    by_git = await committed.edited(there.path)
    note = _("whether files were edited since they were committed: git knows of no commit here")
    looked = [_("edits since git's HEAD")] if by_git is not None else []
    findings: list[errors.CcmError] = []
    if by_git:
        names = integrity.listing(by_git)
        findings.append(errors.EditedSinceCommitted(path=str(there.path), listing=names, first=by_git[0]))
    if seen.target is not None:
        looked.append(_("what {target} has applied").format(target=seen.target))
        edited = asked.edited(there, seen)
        findings += [edited] if edited is not None else []
    notes = (*([note] if by_git is None else []), *([seen.note] if seen.note else []))
    return Found(findings=tuple(findings), looked=tuple(looked), notes=notes)


# -- what it leads to -----------------------------------------------------------------


async def _by_shadow(project: Settings, environment: Environment, sources: Sources, there: Inventory) -> Found:
    what = _("where the migrations lead, and what the schema files describe: {reason}")
    if integrity.forks(there):  # what is wrong with the two would only follow from that
        reason = _("the two branches have to be brought together first")
        return Found(notes=(what.format(reason=reason),))
    try:
        shadow = await sources.shadow()
    except (errors.Unreachable, errors.EmbeddedMissing) as error:
        return Found(prevented=error, notes=(what.format(reason=first_line(error)),))
    replayed = await replay(there, shadow)
    looked = (_("what they lead to"),) if replayed.count else ()
    notes = (replayed.doubt,) if replayed.doubt else ()
    findings = (replayed.finding,) if replayed.finding else ()
    schema = await _schema(project, environment, sources, (there, replayed))
    return Found(findings=findings, looked=looked, notes=notes) + schema


async def _schema(
    project: Settings, environment: Environment, sources: Sources, led: tuple[Inventory, Replay]
) -> Found:
    """Whether `generate` would write anything: the draft, if there is one, is a migration like the others."""
    source = project.source_prod if environment.use_production else project.source
    what = _("what the schema files describe: {reason}")
    try:
        head, doubt = await _head(*led, sources)
        proposal = await generate.propose(sources, await sources.schema(source), head, Deciding())
    except errors.SchemaSourceMissing as error:
        if source == Settings().source:  # nobody has said that there is to be any
            return Found(notes=(what.format(reason=first_line(error)),))
        return Found(findings=(error,))
    except (errors.SchemaRefused, errors.AnswerNeeded, errors.HistoryRefused) as error:
        if lacks(error):
            return Found(notes=(what.format(reason=first_line(error)),))
        return Found(findings=(error,))
    notes = (*([doubt] if doubt else []), *map(console.not_modelled, proposal.unmodelled))
    looked = (_("the schema files ({source})").format(source=source),)
    if not proposal.plan.steps:
        return Found(looked=looked, notes=notes)
    statements = [silent_hazards.first_line(statement.sql) for statement in proposal.plan.statements]
    shown = statements[:_MOST] + ["…"] * (len(statements) > _MOST)
    finding = errors.SchemaAhead(path=source, count=len(statements), listing=integrity.listing(shown))
    return Found(findings=(finding,), looked=looked, notes=notes)


async def _head(there: Inventory, replayed: Replay, sources: Sources) -> tuple[Snapshot | None, str | None]:
    """What all files have just led to, where otherwise they would be run again to know."""
    newest = there.link(there.folder.entries[-1]) if there.folder.entries else None
    if replayed.catalog is not None and (newest is None or not newest.ours):
        return _snapshot(replayed.catalog), None
    found = await heads.of(there.folder, sources.shadow)
    return found, found.doubt if found else None


def _snapshot(catalog: Catalog) -> Snapshot:
    return Snapshot(id=ROOT_ID, previous=ROOT_ID, catalog=catalog)


# -- hazards ----------------------------------------------------------------------------


def _hazards(there: Inventory, seen: Asked) -> Found:
    """Of our own files, as long as nobody has applied them: afterwards it is too late to say anything."""
    ours = [entry for entry in there.folder.entries if _is_ours(there, entry) and entry.tag not in seen.applied]
    findings = tuple(
        finding for entry in ours if entry.tag in there.files for finding in silent_hazards.find(there.files[entry.tag])
    )
    return Found(findings=findings, looked=(_("hazards"),))


def _is_ours(there: Inventory, entry: Entry) -> bool:
    link = there.link(entry)
    return link is not None and link.ours and "alembic" not in entry.others
