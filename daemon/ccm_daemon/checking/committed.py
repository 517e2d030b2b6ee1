"""Which migrations are not as git's HEAD holds them."""

from pathlib import Path
from subprocess import DEVNULL

import anyio


async def edited(path: Path) -> tuple[str, ...] | None:
    """The names of the SQL files of a folder; None where there is no git, no repository, or no commit.

    A difference in line endings that git itself makes up is none.
    """
    words = ("diff", "HEAD", "--name-only", "-z", "--relative", "--diff-filter=M", "--", "*.sql")
    try:
        said = await anyio.run_process(["git", *words], cwd=path, check=False, stdin=DEVNULL, stderr=DEVNULL)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if said.returncode != 0:
        return None
    return tuple(name for name in said.stdout.decode(errors="replace").split("\0") if name)
