"""`rebase`: of two branches' migrations, one's own are renumbered, or generated anew, on top of the others'"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import anyio

from ccm_daemon import console, decisions, draft, generate, git, settings
from ccm_daemon.rebasing import rebuild, staging, tracked, whose
from ccm_daemon.rebasing.rebuild import Rebuilt
from ccm_daemon.rebasing.renumber import Anew, Moved, Own
from ccm_daemon.rebasing.whose import Owned
from ccm_daemon.settings import Settings
from ccm_deploy.environment import Environment
from ccm_deploy.stop import stoppable
from ccm_engine import folder
from ccm_engine.checks import merged
from ccm_engine.folder import Entry
from ccm_engine.language import translated as _

if TYPE_CHECKING:
    import argparse

_GO_ON = (
    ("MERGE_HEAD", "git commit"),
    ("REBASE_HEAD", "git rebase --continue"),
    ("CHERRY_PICK_HEAD", "git cherry-pick --continue"),
    ("HEAD", "git commit"),
)
"""What is in progress, and what ends it."""


def run_rebase(arguments: "argparse.Namespace") -> None:
    project = settings.load()
    environment = settings.environment(project)
    anyio.run(stoppable, partial(_rebase, project, environment, tuple(arguments.tags)))


async def _rebase(project: Settings, environment: Environment, tags: tuple[str, ...]) -> None:
    await git.is_done(project.root)
    staging.mend(project.migrations, project.make_home())
    seen = merged.look(project.migrations)
    whose.must_be_known(seen, tags)
    if seen.in_order:
        console.say(_("nothing to rebase: no two migrations in {out} fork").format(out=project.migrations))
        return
    owned = await whose.owned(seen, tags)
    await tracked.refuse_applied(environment, owned.tags, owned.fork.kept.own)
    drafts = [each for each in owned.own if await _is_draft(project, each)]
    async with generate.sources(project) as sources:
        try:
            rebuilt = await rebuild.rebuild(project, sources, seen, owned)
        except folder.NotAsRead:  # somebody else has written the journal meanwhile
            await _rebase(project, environment, tags)
            return
        names = dict(_names(owned, rebuilt))
        _follow_drafts(project, drafts, rebuilt)
        _tell(owned, rebuilt, names)
        await tracked.follow(project, environment, sources, tuple(names.items()))
    await _tell_what_is_next(project)


async def _is_draft(project: Settings, own: Own) -> bool:
    is_ours = draft.written(project.home, own.entry.tag) == own.migration.hash
    return is_ours and not await git.has_committed(own.path)


def _names(owned: Owned, rebuilt: Rebuilt) -> Iterator[tuple[str, str | None]]:
    """The new name of each, where it is the same migration."""
    moved = rebuilt.placed.pairs if isinstance(rebuilt.placed, Moved) else ()
    new = {**rebuilt.there, **{own.entry.tag: entry.tag for own, entry in moved}}
    for tag in owned.tags:
        yield tag, new.get(tag)


def _follow_drafts(project: Settings, drafts: Sequence[Own], rebuilt: Rebuilt) -> None:
    """A draft stays one, under its new name."""
    home = project.home
    draft.forget(home, {each.entry.tag for each in drafts})
    match rebuilt.placed:
        case Moved(pairs=pairs):
            for own, entry in pairs:
                if own in drafts:
                    draft.remember(home, entry.tag, own.migration.hash)
        case Anew(entry=Entry(tag=new), proposal=proposal) if drafts:
            draft.remember(home, new, folder.digest(proposal.plan.render().encode()))
        case Anew() if drafts:
            decisions.forget(home)
        case Anew():
            pass


def _tell(owned: Owned, rebuilt: Rebuilt, names: dict[str, str | None]) -> None:
    kept = owned.fork.kept
    of = _(" of {branch}").format(branch=kept.name) if kept.name else ""
    console.say(_("kept{of}: {tags}").format(of=of, tags=", ".join(kept.own)))
    for old, known in rebuilt.there.items():
        console.say(_("{old} is there already, as {known}").format(old=old, known=known))
    files = [each.entry.tag for each in owned.own]
    for tag in names:
        if tag not in files:
            console.say(_("{tag} has no file any more, and is left out").format(tag=tag))
    left = ", ".join(tag for tag in files if tag not in rebuilt.there)
    match rebuilt.placed:
        case Moved(pairs=pairs, is_the_end=is_the_end):
            for own, entry in pairs:
                console.say(f"{own.entry.tag} → {entry.tag}")
            if not is_the_end:
                console.say(_("the schema files ask for more than these: `ccm-daemon generate` writes the rest"))
        case Anew(entry=Entry(tag=new), proposal=proposal):
            console.say(_("{tags} → {new}, generated anew").format(tags=left, new=new))
            console.statements(proposal)
        case Anew():
            text = _("{tags}: gone, for the migrations before lead to what the schema files describe")
            console.say(text.format(tags=left))


async def _tell_what_is_next(project: Settings) -> None:
    out = project.migrations
    for name, command in _GO_ON:
        if await git.commit(out, name) is not None:
            text = _("journal and snapshots are in order; next: git add {out} && {command}")
            console.say(text.format(out=out, command=command))
            return
