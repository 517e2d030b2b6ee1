"""One reading of an Alembic history: from its configuration to the outcome, in a process that ends with it."""

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import NoInspectionAvailable

from ccm_engine import errors
from ccm_engine.alembic_wire import Asked, Outcome
from ccm_engine.harvester import places
from ccm_engine.harvester.alembic.bind import NoDatabaseToAsk
from ccm_engine.harvester.alembic.offline import NotUsable, Recording, RevisionFailed, history
from ccm_engine.harvester.imports import Project
from ccm_engine.language import translated as _

_ASKS = "it asks the database, and there is none while the SQL is written"


def run(asked: Asked) -> Outcome:
    """Changes this process for good: folder, `sys.path`, and whatever the user's files do to it."""
    os.chdir(asked.folder)
    sys.path.append(str(asked.folder))
    logging.disable(logging.INFO)  # a line for each revision, which is of no use to who imports them
    shown = os.path.relpath(asked.ini or asked.toml or asked.root, asked.root)
    project = Project(root=asked.root)
    try:
        config = _config(asked)
        script = _script(config)
    except BaseException as error:  # each revision is imported, and the user's code may raise anything
        return _not_read(project, shown, error)
    return _history(project, config, script)


def _config(asked: Asked) -> Config:
    ini = str(asked.ini) if asked.ini else None
    return Config(ini, toml_file=str(asked.toml)) if asked.toml else Config(ini)  # before 1.16 there is only the first


def _script(config: Config) -> ScriptDirectory:
    """All revisions, imported. Of one that is missing Alembic warns, and then cannot find it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        script = ScriptDirectory.from_config(config)
        try:
            list(script.walk_revisions())
        except KeyError as error:
            said = [str(warning.message) for warning in caught if issubclass(warning.category, UserWarning)]
            raise NotUsable("; ".join(said) or repr(error)) from error
    for warning in caught:
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return script


def _history(project: Project, config: Config, script: ScriptDirectory) -> Outcome:
    env = Path(script.dir, "env.py").absolute()
    project = Project(root=project.root, named=(env.parent, *(Path(path) for path in script.version_locations or ())))
    recording = Recording(script=script, path=lambda revision: _path(project, revision))
    try:
        return history(config, recording)
    except RevisionFailed as failed:
        return _revision_refused(project, failed)
    except BaseException as error:  # as above
        place = _place(project, error) or places.in_file(project, str(env))
        return _refused(errors.AlembicEnvRefused, place, message=_message(error))


def _not_read(project: Project, config: str, error: BaseException) -> errors.AlembicRefused:
    """A mistake in a revision has a place; one in the configuration, or in how they hang together, has none."""
    if isinstance(error, SyntaxError) and error.filename and project.owns(error.filename):
        place = places.in_file(project, error.filename, line=error.lineno or 1, column=error.offset or 1)
        return _refused(errors.AlembicEnvRefused, place, message=error.msg)
    found = _place(project, error)
    if found is not None:
        return _refused(errors.AlembicEnvRefused, found, message=_message(error))
    return errors.AlembicConfigRefused(path=config, reason=_message(error))


def _revision_refused(project: Project, failed: RevisionFailed) -> errors.AlembicRefused:
    error = failed.__cause__ or failed
    file = str(failed.script.path)
    place = _place(project, error) or places.in_file(project, file)
    return _refused(errors.AlembicRevisionRefused, place, revision=failed.script.revision, message=_message(error))


def _place(project: Project, error: BaseException) -> places.Place | None:
    """The innermost line that the user has written; what is wrong in a library is told by the message."""
    frames = traceback.extract_tb(error.__traceback__)
    users_own = any(project.owns(frame.filename) for frame in frames)
    return places.of_traceback(project, error.__traceback__) if users_own else None


def _message(error: BaseException) -> str:
    match error:
        case NoDatabaseToAsk() | NoInspectionAvailable():
            return _(_ASKS)
        case NotUsable() | CommandError():
            return str(error)
        case _:
            return "".join(traceback.format_exception_only(error)).strip()


def _path(project: Project, script: Script) -> str:
    return project.relative(Path(script.path).resolve())


def _refused(kind: Callable[..., errors.AlembicRefused], place: places.Place, **more: str) -> errors.AlembicRefused:
    return kind(path=place.path, line=place.line, column=place.column, excerpt=place.excerpt, **more)
