"""Saves, as they happen: of schema files wherever they stand, and of migrations that others write."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import anyio
from watchfiles._rust_notify import RustNotify  # documented; `awatch` above it looks equally often at all times

from ccm_daemon.settings import Settings
from ccm_engine import folder
from ccm_engine.folder import Folder
from ccm_engine.stamp import stamp

DEBOUNCE, STEP = 1600, 10  # milliseconds: up to the first for as long as changes come within the second
REST, STEP_AT_REST = 60_000, 50  # milliseconds without a change, and how often to look for one from then on
POLLED = 0.3  # seconds between two looks at the files
SUFFIXES = (".py", ".sql")


@dataclass(slots=True, kw_only=True)
class Noticing:
    """Where to look, and whom to tell."""

    settings: Settings
    source: str
    tell: Callable[[], None]
    files: frozenset[Path] = frozenset()
    """Those that the schema was read from last, wherever they stand."""
    _watched: tuple[list[Path], list[Path]] = ([], [])
    _moved: anyio.Event = field(default_factory=anyio.Event)
    _ours: frozenset[tuple[str, bytes]] = frozenset()
    """The migrations as we left them: what is still so is no news."""

    def read_from(self, files: Iterable[Path]) -> None:
        """The schema stands in these files now."""
        before = places(self.settings, self.source, self.files)
        self.files = frozenset(files)
        if places(self.settings, self.source, self.files) != before or before != self._watched:
            self._moved.set()

    def wrote(self) -> None:
        """The migrations are as a step has left them."""
        self._ours = _written(self.settings.migrations)

    async def forever(self) -> None:
        """When a step finds that the schema stands elsewhere too, that is watched as well."""
        while True:
            self._moved = anyio.Event()
            async with anyio.create_task_group() as tasks:
                self._watched = deep, flat = places(self.settings, self.source, self.files)
                if deep:
                    tasks.start_soon(self._notice, deep, True)  # noqa: FBT003 - start_soon takes no keywords
                if flat:
                    tasks.start_soon(self._notice, flat, False)  # noqa: FBT003 - start_soon takes no keywords
                await self._moved.wait()
                tasks.cancel_scope.cancel()
            self.tell()  # nothing is missed in between

    async def _notice(self, folders: Sequence[Path], deep: bool) -> None:  # noqa: FBT001 - start_soon takes no keywords
        saves = _polled(folders, deep=deep) if self.settings.force_polling else _told(folders, deep=deep)
        async for paths in saves:
            if self._is_news(paths):
                self.tell()

    def _is_news(self, paths: Iterable[Path]) -> bool:
        migrations = self.settings.migrations.resolve()
        if any(migrations not in path.resolve().parents for path in paths):
            return True
        return _written(self.settings.migrations) != self._ours


async def _told(folders: Sequence[Path], *, deep: bool) -> AsyncIterator[set[Path]]:
    """What the system says was changed, without a gap in between."""
    notify, stop, step = _notify([str(path) for path in folders], deep=deep), Event(), STEP
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_set_when_cancelled, stop)
        while True:
            changes = await anyio.to_thread.run_sync(notify.watch, DEBOUNCE, step, REST, stop)
            step = STEP_AT_REST if changes == "timeout" else STEP
            if isinstance(changes, set) and (paths := {Path(path) for _, path in changes if is_schema(path)}):
                yield paths


def _notify(paths: list[str], *, deep: bool) -> RustNotify:
    return RustNotify(
        paths, debug=False, force_polling=False, poll_delay_ms=0, recursive=deep, ignore_permission_denied=False
    )


async def _polled(folders: Sequence[Path], *, deep: bool) -> AsyncIterator[set[Path]]:
    """What is another than at the last look; watchfiles would look at whole seconds only."""
    before = _stamps(folders, deep=deep)
    while True:
        await anyio.sleep(POLLED)
        now = _stamps(folders, deep=deep)
        if changed := {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}:
            yield changed
        before = now


def _stamps(folders: Sequence[Path], *, deep: bool) -> dict[Path, str]:
    paths = (path for place in folders for path in (place.rglob("*") if deep else place.glob("*")))
    return {path: stamp(path) for path in paths if is_schema(path.name)}


async def _set_when_cancelled(stop: Event) -> None:
    """watchfiles waits in a thread, which a cancellation does not reach for seconds; the event does."""
    try:
        await anyio.sleep_forever()
    finally:
        stop.set()


def places(settings: Settings, source: str, files: frozenset[Path]) -> tuple[list[Path], list[Path]]:
    """The folders to watch with all that is in them, and those to watch on their own.

    The project's own folder is never watched with all that is in it: that is where `.venv` is.
    """
    root = settings.root.resolve()
    named = (settings.root / source.partition("*")[0]).resolve()
    deep = [path for path in (named, settings.migrations.resolve()) if path.is_dir() and path != root]
    flat = {file.parent for file in files if not any(file.is_relative_to(folder) for folder in deep)}
    if named not in deep and not flat:
        flat = {root}
    return sorted({*deep}), sorted(flat)


def is_schema(path: str) -> bool:
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
