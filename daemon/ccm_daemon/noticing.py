"""Saves, as they happen: of schema files wherever they stand, and of migrations that others write."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from watchfiles import (
    Change,
    awatch,  # pyright: ignore[reportUnknownVariableType]  # one of its parameters may be trio's, which is not installed
)

from ccm_daemon.settings import Settings
from ccm_engine import folder
from ccm_engine.folder import Folder

DEBOUNCE, STEP = 50, 10  # milliseconds; measured: a save is reported after 14
SUFFIXES = (".py", ".sql")


@dataclass(slots=True, kw_only=True)
class Noticing:
    """Where to look, and whom to tell."""

    settings: Settings
    source: str
    tell: Callable[[], None]
    files: frozenset[Path] = frozenset()
    """Those that the schema was read from last, wherever they stand."""
    _moved: anyio.Event = field(default_factory=anyio.Event)
    _ours: frozenset[tuple[str, bytes]] = frozenset()
    """The migrations as we left them: what is still so is no news."""

    def read_from(self, files: Iterable[Path]) -> None:
        """The schema stands in these files now."""
        if frozenset(files) != self.files:
            self.files = frozenset(files)
            self._moved.set()

    def wrote(self) -> None:
        """The migrations are as a step has left them."""
        self._ours = _written(self.settings.migrations)

    async def forever(self) -> None:
        """When a step finds that the schema stands elsewhere too, that is watched as well."""
        while True:
            self._moved = anyio.Event()
            async with anyio.create_task_group() as tasks:
                deep, flat = places(self.settings, self.source, self.files)
                if deep:
                    tasks.start_soon(self._notice, deep, True)  # noqa: FBT003 - start_soon takes no keywords
                if flat:
                    tasks.start_soon(self._notice, flat, False)  # noqa: FBT003 - start_soon takes no keywords
                await self._moved.wait()
                tasks.cancel_scope.cancel()
            self.tell()  # nothing is missed in between

    async def _notice(self, folders: Sequence[Path], deep: bool) -> None:  # noqa: FBT001 - start_soon takes no keywords
        stop = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_set_when_cancelled, stop)
            async for changes in awatch(
                *folders,
                watch_filter=is_schema,
                debounce=DEBOUNCE,
                step=STEP,
                stop_event=stop,
                force_polling=self.settings.force_polling or None,
                recursive=deep,
            ):
                if self._is_news(changes):
                    self.tell()

    def _is_news(self, changes: Iterable[tuple[Change, str]]) -> bool:
        migrations = self.settings.migrations.resolve()
        if any(migrations not in Path(path).parents for _, path in changes):
            return True
        return _written(self.settings.migrations) != self._ours


async def _set_when_cancelled(stop: anyio.Event) -> None:
    """watchfiles waits in a thread, which a cancellation does not reach for seconds; the event does."""
    try:
        await anyio.sleep_forever()
    finally:
        stop.set()


def places(settings: Settings, source: str, files: frozenset[Path]) -> tuple[list[Path], list[Path]]:
    """The folders to watch with all that is in them, and those to watch on their own.

    The project's own folder is never watched with all that is in it: that is where `.venv` is.
    """
    named = settings.root / source.partition("*")[0]
    deep = [named.resolve()] if named.is_dir() and named.resolve() != settings.root.resolve() else []
    flat = {file.parent for file in files if not any(file.is_relative_to(folder) for folder in deep)}
    if not deep and not flat:
        flat = {settings.root}
    written = (settings.migrations, settings.migrations / "meta")
    return deep, sorted({*flat, *(path for path in written if path.is_dir())})


def is_schema(_change: Change, path: str) -> bool:
    name = Path(path).name
    return name == "_journal.json" or (name.endswith(SUFFIXES) and not name.startswith("."))


def _written(path: Path) -> frozenset[tuple[str, bytes]]:
    """The journal, and what it ends with: what decides which migration is the draft, and where it begins."""
    journal = path / "meta" / "_journal.json"
    try:
        last = Folder(path=path, entries=folder.load(path).entries[-1:])
        files = (journal, *(last.sql_path(entry.tag) for entry in last.entries))
        return frozenset((str(file), file.read_bytes()) for file in files)
    except (OSError, ValueError):
        return frozenset()
