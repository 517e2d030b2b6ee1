"""What the file system says of a file, so that it is another after each save, whatever the clock says."""

import os


def stamp(path: str | os.PathLike[str]) -> str:
    """Inode, size, and when content and inode were changed last; empty where there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - of a thousand files, at each save
    except OSError:
        return ""
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
