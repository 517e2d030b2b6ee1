"""What git says: whether it is at work in the project, what its commits hold, and how they descend from each other."""

from pathlib import Path
from subprocess import DEVNULL

import anyio

PATIENCE = 5  # seconds


async def is_done(root: Path) -> None:
    """Wait while git writes files, for a moment at most: a lock that was left behind must not hold anybody up."""
    with anyio.move_on_after(PATIENCE):
        while _is_writing(root):  # noqa: ASYNC110 - git sets no event
            await anyio.sleep(0.005)


def _is_writing(root: Path) -> bool:
    here = root.resolve()
    repository = next((folder / ".git" for folder in (here, *here.parents) if (folder / ".git").exists()), None)
    if repository is not None and repository.is_file():  # of a worktree: `gitdir: <path>`
        repository = repository.parent / repository.read_text(encoding="utf-8").partition(": ")[2].strip()
    return repository is not None and (repository / "index.lock").exists()


async def has_committed(path: Path) -> bool:
    """Whether HEAD holds the file; no git, no repository, no commit yet: no."""
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


async def show(folder: Path, revision: str, name: str) -> str | None:
    """A file as a commit holds it, by its name in a folder, taken for text; None where it holds none."""
    said = await _ask(folder, "cat-file", "blob", f"{revision}:./{name}")
    return None if said is None else said.decode("utf-8", errors="replace")


async def commit(folder: Path, name: str) -> str | None:
    """The commit of that name: a branch, HEAD, MERGE_HEAD, HEAD^2."""
    return await _line(folder, "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")


async def called(folder: Path, commit: str) -> str:
    """How people call a commit: by its branch where there is one."""
    patterns = ("--refs=refs/heads/*", "--refs=refs/remotes/*")
    name = await _line(folder, "name-rev", "--name-only", "--always", *patterns, commit)
    return (name or commit).removeprefix("remotes/")


async def fork_point(folder: Path, one: str, other: str) -> str | None:
    """The commit from which two went different ways; of several, any."""
    return await _line(folder, "merge-base", one, other)


async def descends(folder: Path, commit: str, ancestor: str) -> bool:
    """Whether a commit holds another one, or is it."""
    return await _ask(folder, "merge-base", "--is-ancestor", ancestor, commit) is not None


async def merges(folder: Path, at_most: int) -> tuple[str, ...]:
    """The latest merges of the current branch, the latest first."""
    said = await _line(folder, "rev-list", "--first-parent", "--merges", f"--max-count={at_most}", "HEAD")
    return tuple((said or "").split())


async def branch(folder: Path) -> str | None:
    """The current branch; None where HEAD is none, as in the middle of `git rebase`."""
    return await _line(folder, "symbolic-ref", "--quiet", "--short", "HEAD")


async def default_branch(folder: Path) -> str | None:
    """The branch that all others lead to, as far as can be told."""
    remote = await _line(folder, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD") or ""
    named = (remote.partition("/")[2], await _line(folder, "config", "init.defaultBranch") or "")
    for name in (*named, "main", "master", "trunk"):
        if name and (await commit(folder, f"refs/heads/{name}") or await published(folder, name)):
            return name
    return None


async def published(folder: Path, branch: str) -> str | None:
    """The commit of a branch that everybody has, as far as is known here."""
    return await commit(folder, f"refs/remotes/origin/{branch}")


async def _line(folder: Path, *words: str) -> str | None:
    said = await _ask(folder, *words)
    return None if said is None else said.decode("utf-8", errors="replace").strip()


async def _ask(folder: Path, *words: str) -> bytes | None:
    """What git prints; None where it says no: there is no such thing, no repository, no git."""
    try:
        answer = await anyio.run_process(["git", *words], cwd=folder, check=False, stderr=DEVNULL)
    except FileNotFoundError:
        return None
    return answer.stdout if answer.returncode == 0 else None
