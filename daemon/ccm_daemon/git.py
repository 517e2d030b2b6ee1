"""What git says: whether it is at work in the project, and whether a commit holds a file."""

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
