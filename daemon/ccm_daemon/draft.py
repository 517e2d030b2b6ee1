"""Which migration is the draft: the newest one, as long as only we wrote it and nobody has committed or applied it.

The names of drafts and the hashes of what we wrote stand in `.ccm/drafts.json`, never in committed files: one for each
branch that has one. A draft is *sealed*, and a next change opens a new file, once its text is not what we wrote, git's
HEAD holds it, `ccm-daemon seal` says so, or a run of migrations has applied it.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import cast

from ccm_daemon import git
from ccm_engine.folder import Entry, Folder


async def current(home: Path, migrations: Folder) -> Entry | None:
    """The journal's entry of the draft, or None where every migration is sealed."""
    drafts = _recall(home)
    last = migrations.entries[-1] if migrations.entries else None
    if last is None or last.tag not in drafts:
        return None
    written = migrations.migration(last.tag)
    if written is None or written.hash != drafts[last.tag] or await git.has_committed(written.path):
        return None
    return last


def written(home: Path, tag: str) -> str | None:
    """The hash of what we wrote last under that name."""
    return _recall(home).get(tag)


def remember(home: Path, tag: str, hash_: str) -> None:
    """We have just written that file."""
    _write(home, {**_recall(home), tag: hash_})


def forget(home: Path, tags: Collection[str]) -> None:
    """They are sealed, or gone."""
    drafts = _recall(home)
    left = {tag: hash_ for tag, hash_ in drafts.items() if tag not in tags}
    if left != drafts:
        _write(home, left)


def _write(home: Path, drafts: Mapping[str, str]) -> None:
    new = home / "drafts.json.new"
    new.write_text(json.dumps(drafts, indent=2))
    new.replace(home / "drafts.json")


def _recall(home: Path) -> Mapping[str, str]:
    try:
        content = json.loads((home / "drafts.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}  # without it the newest migration counts as sealed, which loses nothing
    return cast("dict[str, str]", content) if isinstance(content, dict) else {}
