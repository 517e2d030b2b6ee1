"""One harvest: from the import of the schema files to the outcome, in a process that ends with it."""

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from traceback import format_exception_only
from types import ModuleType

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import configure_mappers

from ccm_engine import errors
from ccm_engine.harvester import ddl, metadata, modules, places
from ccm_engine.harvester.imports import Project
from ccm_engine.harvester.layer import Layer
from ccm_engine.harvester.wire import Harvest, Outcome, Request


def harvest(request: Request, layer: Layer) -> Outcome:
    """Changes this process for good: folder, `sys.path`, `sys.modules`, and whatever the user's files do to it."""
    os.chdir(request.root)
    try:
        wanted = modules.resolve(request.root, request.source)
        project = Project(root=request.root, named=tuple(module.territory for module in wanted))
        imported = _import(project, wanted, layer)
        layer.spare()
        _configure_mappers(project, imported)
        return _compile(project, imported, request, layer)
    except errors.SchemaRefused as refused:
        return refused


def _import(project: Project, wanted: Sequence[modules.Module], layer: Layer) -> tuple[ModuleType, ...]:
    """The modules of the project that importing the wanted ones has brought in, these included."""
    sys.path[:] = layer.path
    sys.path[:] = modules.search_path(project.root, wanted)
    finder = layer.finder
    finder.project = project
    if finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)
    importlib.invalidate_caches()
    for module in wanted:
        try:
            importlib.import_module(module.name)
        except BaseException as error:  # the user's code may raise anything, SystemExit too: all of it is an outcome
            raise _not_imported(project, module.file, error) from error
        if not finder.has_loaded(module.file):
            path, other = project.relative(module.file), sys.modules[module.name]
            raise errors.ModuleNameTaken(path=path, name=module.name, other=repr(other))
    return finder.modules()


def _configure_mappers(project: Project, imported: Sequence[ModuleType]) -> None:
    try:
        configure_mappers()
    except BaseException as error:  # it calls the user's lambdas and listeners
        raise _not_configured(project, imported, error) from error


def _compile(project: Project, imported: Sequence[ModuleType], request: Request, layer: Layer) -> Harvest:
    found = layer.all_found()
    ready = layer.still_ready(found)
    recorder = ddl.Recorder(request.major, ready.recorded)
    try:
        for each in found:
            recorder.create(each, ready.others(each) if ready.tables else None)
        renames = (*ready.renames, *(hint for each in found for hint in metadata.renames(ready.others(each))))
    except BaseException as error:  # it calls the user's listeners and compilation hooks
        raise _not_compiled(project, imported, found, recorder, error) from error
    statements = ddl.statements(recorder.recorded)
    if not statements:
        names = "\n".join(f"    {module.__name__}" for module in imported)
        raise errors.SchemaSourceEmpty(source=request.source, modules=names)
    files = (Path(module.__file__) for module in imported if module.__file__)
    return Harvest(statements=statements, renames=renames, files=tuple(files))


def _not_imported(project: Project, file: Path, error: BaseException) -> errors.SchemaRefused:
    if isinstance(error, SyntaxError) and error.filename and project.owns(error.filename):
        place = places.in_file(project, error.filename, line=error.lineno or 1, column=error.offset or 1)
        return _refused(errors.SchemaNotParsed, place, error.msg)
    place = places.of_traceback(project, error.__traceback__) or places.in_file(project, str(file))
    if isinstance(error, ModuleNotFoundError):
        return _refused(errors.SchemaNeedsModule, place, _message(error), python=sys.executable)
    return _refused(errors.SchemaNotImported, place, _message(error))


def _not_configured(project: Project, imported: Sequence[ModuleType], error: BaseException) -> errors.SchemaRefused:
    place = places.of_traceback(project, error.__traceback__) or places.of_failed_mapper(project, imported)
    return _refused(errors.MappersNotConfigured, place or places.somewhere_in(project, imported[0]), _message(error))


def _not_compiled(
    project: Project,
    imported: Sequence[ModuleType],
    found: Iterable[MetaData],
    recorder: ddl.Recorder,
    error: BaseException,
) -> errors.SchemaRefused:
    message = _message(error)
    if place := places.of_traceback(project, error.__traceback__):
        return _refused(errors.ListenerFailed, place, message, listener=place.function)
    failed = recorder.table()
    tables = [failed] if failed is not None else _named_in(message, found)
    known = (place for table in tables if (place := places.of_table(project, imported, table)))
    return _refused(errors.SchemaNotCompiled, next(known, places.somewhere_in(project, imported[0])), message)


def _named_in(message: str, found: Iterable[MetaData]) -> Iterator[Table]:
    """The tables of which SQLAlchemy says `'name'` or `'name.column'`."""
    tables = (table for each in found for table in each.tables.values())
    return (table for table in tables if f"'{table.name}'" in message or f"'{table.name}." in message)


def _message(error: BaseException) -> str:
    return "".join(format_exception_only(error)).strip()


def _refused(
    kind: Callable[..., errors.SchemaRefused], place: places.Place, message: str, **more: str
) -> errors.SchemaRefused:
    return kind(path=place.path, line=place.line, column=place.column, excerpt=place.excerpt, message=message, **more)
