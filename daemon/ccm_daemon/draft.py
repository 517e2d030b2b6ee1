"""Which migration is the draft: the newest one, as long as only we wrote it and nobody committed it.

Its name and the hash of what we wrote stand in `.ccm/draft.json`, never in committed files. It is *sealed*, and a
next change opens a new file, once its text is not what we wrote or git's HEAD holds it.
"""

import json
from pathlib import Path
from subprocess import DEVNULL

import anyio

from ccm_engine.folder import Entry, Folder
from ccm_engine.value import value


@value
class Draft:
    """What we wrote last: a migration's tag, and the SHA-256 of its text."""

    tag: str
    hash: str


async def current(home: Path, migrations: Folder) -> Entry | None:
    """The journal's entry of the draft, or None where every migration is sealed."""
    draft = _recall(home)
    last = migrations.entries[-1] if migrations.entries else None
    if draft is None or last is None or draft.tag != last.tag:
        return None
    written = migrations.migration(last.tag)
    if written is None or written.hash != draft.hash or await _committed(written.path):
        return None
    return last


def remember(home: Path, draft: Draft) -> None:
    (home / "draft.json").write_text(json.dumps({"tag": draft.tag, "hash": draft.hash}))


def forget(home: Path) -> None:
    (home / "draft.json").unlink(missing_ok=True)


def _recall(home: Path) -> Draft | None:
    try:
        content = json.loads((home / "draft.json").read_text())
        return Draft(tag=content["tag"], hash=content["hash"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None  # without it the newest migration counts as sealed, which loses nothing


async def _committed(path: Path) -> bool:
    """Whether git's HEAD holds the file; no git, no repository, no commit yet: no."""
    try:
        answer = await anyio.run_process(
            ["git", "cat-file", "-e", f"HEAD:./{path.name}"],
            cwd=path.parent,
            check=False,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
    except FileNotFoundError:
        return False
    return answer.returncode == 0
