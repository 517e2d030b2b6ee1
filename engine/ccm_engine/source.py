"""Anything that describes a schema → `Catalog`.

A source is written as people write it: `empty`, a `postgresql://` URL, a `.sql` file or a folder of them, a
migrations folder, a snapshot, or a schema: a Python file, a folder, a glob, a dotted module.
"""

import glob
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ccm_engine import embedded, errors, folder, harvest, head, live, script, snapshot, sql
from ccm_engine.catalog import EMPTY, Catalog, Key
from ccm_engine.clock import Clock, Stage
from ccm_engine.drizzle import ddl
from ccm_engine.harvester.wire import Rename
from ccm_engine.observed import catalog
from ccm_engine.shadow import Shadow
from ccm_engine.shadow import opened as opened_shadow
from ccm_engine.value import value

EMPTY_SOURCE = "empty"


@value
class Schema:
    """What a source describes: the schema, what the models say was renamed, and which files they stand in."""

    catalog: Catalog
    renames: tuple[Rename, ...] = ()
    files: tuple[Path, ...] = ()
    names_unmodelled: bool = True
    """Whether the catalog names what is not modelled as well, as a snapshot does not."""
    took: tuple[Stage, ...] = ()
    doubt: str | None = None
    """Why a migrations folder could not be replayed."""
    used: frozenset[Key] = frozenset()
    """What is there besides, made by others: it stays as it is."""


@value
class Place:
    """Where the schemas of a project stand, and what to read them with."""

    root: Path
    """What relative paths and modules are relative to: the folder of `pyproject.toml`."""
    shadow_url: str | None
    """A server to try schemas out on; None is embedded Postgres, with its data in `home`."""
    home: Path
    include: frozenset[str] = frozenset()
    """The opt-in kinds that are of interest."""
    python: Path | None = None
    """The interpreter that imports the models; None is the one that runs this."""
    again: bool = False
    """Whether the same source is read after each save, so that what was not saved is kept ready."""


@dataclass(slots=True, kw_only=True)
class Sources:
    """What reading a source may need, started when it is first needed: the shadow and the harvester."""

    place: Place
    _stack: AsyncExitStack
    _server: str | None = None
    _shadow: Shadow | None = None
    _harvester: harvest.Harvester | None = None

    async def shadow(self) -> Shadow:
        if self._shadow is not None:
            return self._shadow
        server = self.place.shadow_url or await self.embedded()
        opening = opened_shadow(server, self.place.include, ours=self.place.shadow_url is None)
        self._shadow = shadow = await self._stack.enter_async_context(opening)
        return shadow

    @property
    def starts_at_once(self) -> bool:
        """Whether a shadow takes little time, and leaves nothing behind that is not there."""
        return self.place.shadow_url is None and embedded.is_made(self.place.home)

    async def embedded(self) -> str:
        """The URL of embedded Postgres, started only once: the wheel does not count the users within a process."""
        if self._server is None:
            self._server = await self._stack.enter_async_context(embedded.running(self.place.home))
        return self._server

    async def harvester(self) -> harvest.Harvester:
        if self._harvester is not None:
            return self._harvester
        warm = harvest.warm(self.place.root, python=self.place.python, again=self.place.again)
        self._harvester = harvester = await self._stack.enter_async_context(warm)
        return harvester

    async def schema(self, source: str) -> Schema:
        """What `source` describes.

        Raises a subclass of `SchemaRefused` where it describes no schema, `Unreachable` where a database does not
        answer, `HistoryRefused` where a migrations folder is not in order.
        """
        if source == EMPTY_SOURCE:
            return Schema(catalog=EMPTY)
        if "://" in source:
            return Schema(catalog=catalog(await live.observed(source, self.place.include)))
        path = self.place.root / source
        if path.suffix == ".json" and path.is_file():
            found = snapshot.read(path)
            described = await head.described(str(path), found, self.shadow)
            return Schema(catalog=described, names_unmodelled=False, used=_used(found))
        if (path / "meta" / "_journal.json").is_file():
            return await self._replayed(folder.load(path))
        _must_be_there(path, source)
        scripts = sql_files(self.place.root, source)
        if scripts and not _holds_models(path, source):
            return Schema(catalog=await self._materialised((), scripts, path), files=scripts)
        clock = Clock()
        harvester = await self.harvester()  # first: it imports SQLAlchemy while the shadow starts
        harvested = await harvester.harvest(source, major=(await self.shadow()).major)
        clock.end("import")
        made = await self._materialised(harvested.statements, scripts, path)
        clock.end("shadow")
        return Schema(
            catalog=made,
            renames=harvested.renames,
            files=(*harvested.files, *scripts),
            took=tuple(clock.stages),
        )

    async def _materialised(self, statements: tuple[str, ...], scripts: Iterable[Path], path: Path) -> Catalog:
        pieces = tuple(piece for file in scripts for piece in script.pieces(script.read(file)))
        written = (*map(sql.inside_a_transaction, statements), *(piece.text for piece in pieces))
        if not written:
            raise errors.SourceEmpty(path=str(path))
        shadow = await self.shadow()
        try:
            return await shadow.materialise(written)
        except errors.DdlRefused as error:
            if error.number < len(statements):
                raise
            raise script.refused(pieces[error.number - len(statements)], error) from error

    async def _replayed(self, migrations: folder.Folder) -> Schema:
        """By its files, as production runs them; where some are missing, by the newest snapshot."""
        files = tuple(migrations.migration(entry.tag) for entry in migrations.entries)
        if all(files):
            return Schema(catalog=await (await self.shadow()).replay(file for file in files if file is not None))
        found = await head.replayed(migrations, self.shadow)
        return Schema(catalog=found.catalog, doubt=found.doubt)


@asynccontextmanager
async def opened(place: Place) -> AsyncGenerator[Sources]:
    async with AsyncExitStack() as stack:
        yield Sources(place=place, _stack=stack)


def _used(found: snapshot.Snapshot | snapshot.DrizzleSnapshot) -> frozenset[Key]:
    return ddl.used(found.sections) if isinstance(found, snapshot.DrizzleSnapshot) else frozenset()


def sql_files(root: Path, source: str) -> tuple[Path, ...]:
    """The `.sql` files that a source names, or that stand in its folder or where its glob begins, by name."""
    path = root / source.partition("*")[0]
    if path.suffix == ".sql" and path.is_file():
        return (path,)
    found = root.glob(source) if glob.has_magic(source) and source.endswith(".sql") else path.rglob("*.sql")
    return tuple(sorted(file for file in found if not file.name.startswith(".")))  # an editor's own


def _holds_models(path: Path, source: str) -> bool:
    if glob.has_magic(source):
        return not source.endswith(".sql")
    return not path.is_file() and not (path.is_dir() and not any(path.rglob("*.py")))


def _must_be_there(path: Path, source: str) -> None:
    """What is no path, a glob or a dotted module, is the harvester's to find."""
    written_as_path = path.suffix in {".sql", ".json", ".py"} or "/" in source
    if written_as_path and not glob.has_magic(source) and not path.exists():
        raise errors.SourceMissing(path=str(path))
    if path.is_file() and path.suffix not in {".sql", ".py"}:
        raise errors.SourceNotKnown(path=str(path))
    if path.is_dir() and not any(path.rglob("*.py")) and not any(path.rglob("*.sql")):
        raise errors.SourceWithoutSchema(path=str(path))
