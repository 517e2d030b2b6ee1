"""A migrations folder as it is to become, laid out beside the one that is there: first all of it, then it is taken over

What stays as it is, is linked to; so a folder of a thousand migrations costs no more than the names of its files. What
is written for a rebase, and what goes, is noted in `.ccm/rebase.json` for as long as it takes: where a run has died in
the middle, the next one takes back what the journal does not name, or away what it names no more.
"""

import json
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict, cast

from ccm_daemon import git
from ccm_daemon.rebasing.branches import Branch
from ccm_engine import errors, folder
from ccm_engine.checks.merged import Seen, prefix
from ccm_engine.folder import Folder, digest


async def lay_out(branch: Branch, other: Branch, without: Collection[str], into: Path) -> Folder:
    """The folder as one branch has it, with all files that are nobody's but those `without`.

    A snapshot that may be the other branch's is left out where no commit says.
    """
    out = branch.folder.path
    (into / "meta").mkdir(parents=True)
    own = [entry for entry in branch.folder.entries if entry.tag in branch.own]
    disputed, theirs = {entry.prefix for entry in own}, set(map(prefix, other.own))
    for file in out.glob("*.sql"):
        if file.stem not in without or (file.stem in branch.own and file.stem not in other.own):
            (into / file.name).symlink_to(file.resolve())
    for entry in branch.folder.entries:
        there = branch.folder.snapshot_path(entry)
        if there.exists() and entry.prefix not in (theirs if branch.revision is None else disputed):
            (into / "meta" / there.name).symlink_to(there.resolve())
    if branch.revision is not None:
        for entry in own:
            await _restore(out, branch.revision, f"meta/{entry.prefix}_snapshot.json", into)
            await _restore(out, branch.revision, f"{entry.tag}.sql", into)
    folder.journal_path(into).write_bytes(branch.journal.encode())
    return folder.load(into)


async def _restore(out: Path, revision: str, name: str, into: Path) -> None:
    """What is linked to, a person may have edited meanwhile."""
    if (into / name).is_symlink():
        return
    text = await git.show(out, revision, name)
    if text is not None:
        (into / name).write_bytes(text.encode())


@contextmanager
def called(stage: Path, out: Path) -> Generator[None]:
    """What is refused in the block is told with the names that people know the files by."""
    try:
        yield
    except errors.HistoryRefused as error:
        fields = {name: _renamed(said, stage, out) for name, said in vars(error).items()}
        raise type(error)(**fields) from error


def _renamed(said: object, stage: Path, out: Path) -> object:
    return said.replace(str(stage), str(out)) if isinstance(said, str) else said


class _Note(TypedDict):
    written: dict[str, str]
    gone: dict[str, str]


def take_over(stage: Folder, seen: Seen, gone: Collection[str], home: Path) -> None:
    """Have the folder be as it is laid out, without the migrations that are gone. Raises `folder.NotAsRead`."""
    out = seen.path
    kept = {"_journal.json", *(stage.snapshot_path(entry).name for entry in stage.entries)}
    files = (*stage.path.glob("*.sql"), *(stage.path / "meta" / name for name in sorted(kept)))
    texts = {
        out / file.relative_to(stage.path): _exact(file)
        for file in files
        if file.exists() and not file.is_symlink() and not _is(out / file.relative_to(stage.path), file.read_bytes())
    }
    journal = texts.pop(folder.journal_path(out), None) or _exact(folder.journal_path(stage.path))
    snapshots = {f"{prefix(tag)}_snapshot.json" for tag in gone}
    away = [out / f"{tag}.sql" for tag in gone if not (stage.path / f"{tag}.sql").exists()]
    away += [out / "meta" / name for name in sorted(snapshots) if not (stage.path / "meta" / name).exists()]
    _note(home, out, texts, [path for path in away if path.exists()])
    folder.rewrite(out, journal, texts, away, seen.journal)
    (home / "rebase.json").unlink()


def mend(out: Path, home: Path) -> None:
    """What a run that died has left is taken away, as long as nobody has touched it since."""
    try:
        note = cast("_Note", json.loads((home / "rebase.json").read_text()))
    except FileNotFoundError:
        return
    except json.JSONDecodeError:  # it died while it wrote it, and so before all else
        note = _Note(written={}, gone={})
    is_named = _named(out, note["written"], all) and not _named(out, note["gone"], any)
    for name, hash_ in note["gone" if is_named else "written"].items():
        path = out / name
        if path.exists() and digest(path.read_bytes()) == hash_:
            path.unlink()
    (home / "rebase.json").unlink()


def _note(home: Path, out: Path, texts: Mapping[Path, str], away: Collection[Path]) -> None:
    """Of what is written only that which was not there: what was, the next run writes again."""
    written = {str(path.relative_to(out)): digest(text.encode()) for path, text in texts.items() if not path.exists()}
    gone = {str(path.relative_to(out)): digest(path.read_bytes()) for path in away}
    new = home / "rebase.json.new"
    new.write_text(json.dumps(_Note(written=written, gone=gone)))
    new.replace(home / "rebase.json")


def _named(out: Path, files: Collection[str], how: Callable[[list[bool]], bool]) -> bool:
    try:
        named = {entry.tag for entry in folder.load(out).entries}
    except (errors.JournalUnreadable, errors.JournalMalformed):
        return False
    migrations = [Path(name).stem in named for name in files if name.endswith(".sql")]
    return bool(migrations) and how(migrations)


def _exact(file: Path) -> str:
    """Without a change of line endings, or of what stands before the first one."""
    return file.read_bytes().decode("utf-8")


def _is(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content
