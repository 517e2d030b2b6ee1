"""Alembic's environment without a database: `env.py` and each `upgrade()` are run, and what they execute is kept.

It is kept as it is executed, revision by revision, and not read off the text that `alembic upgrade heads --sql` prints.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from alembic import context
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script, ScriptDirectory
from sqlalchemy import URL, Connection, make_url

from ccm_engine.alembic_wire import History, Revision
from ccm_engine.harvester.alembic.bind import Bind
from ccm_engine.language import translated as _


class NotUsable(Exception):
    """What `env.py` asks for is not what can be written as one history."""


class RevisionFailed(Exception):
    """What a revision raised, which is the cause of this."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self.script = script


@dataclass(slots=True, kw_only=True)
class Recording:
    """The history as far as it has been run."""

    script: ScriptDirectory
    path: Callable[[Script], str]
    """How an error names the file of a revision."""
    bind: Bind = field(default_factory=Bind)
    before: tuple[str, ...] = ()
    revisions: list[Revision] = field(default_factory=list[Revision])
    failed: RevisionFailed | None = None
    begun: bool = False

    def steps(self, _heads: object, _context: MigrationContext) -> Iterator[RevisionStep]:
        """What Alembic is to run, in the order that `alembic upgrade heads` has."""
        if self.begun:
            raise NotUsable(_("it runs the migrations more than once, as for several databases or schemas"))
        self.begun = True
        self.before = self.bind.take()
        upwards = self.script.iterate_revisions("heads", None, implicit_base=True)
        for script in reversed(list(upwards)):
            step = MigrationStep.upgrade_from_script(self.script.revision_map, script)
            step.migration_fn = self._recorded(step, script)
            yield step
        self.bind.take()  # what Alembic writes down for itself between two revisions

    def _recorded(self, step: RevisionStep, script: Script) -> Callable[..., None]:
        upgrade: Callable[..., object] = step.migration_fn

        @wraps(upgrade)
        def recorded(**options: object) -> None:
            self.bind.take()
            try:
                upgrade(**options)
            except BaseException as error:  # the user's code may raise anything
                self.failed = RevisionFailed(script)
                raise self.failed from error
            self.revisions.append(self._revision(step, script, self.bind.take()))

        return recorded

    def _revision(self, step: RevisionStep, script: Script, statements: tuple[str, ...]) -> Revision:
        created = (line.partition(":") for line in script.longdoc.splitlines())
        return Revision(
            id=script.revision,
            down=tuple(step.info.down_revision_ids),
            path=self.path(script),
            message=script.doc,
            created=next((rest.strip() for name, _colon, rest in created if name.strip().lower() == "create date"), ""),
            statements=statements,
        )


class Offline(EnvironmentContext):
    """What `env.py` knows as `alembic.context`."""

    def __init__(self, config: Config, recording: Recording) -> None:
        super().__init__(
            config, recording.script, fn=recording.steps, as_sql=True, starting_rev=None, destination_rev="heads"
        )
        self._bind = recording.bind

    def configure(  # type: ignore[override]
        self,
        connection: Connection | None = None,
        url: str | URL | None = None,
        dialect_name: str | None = None,
        **options: Any,
    ) -> None:
        """As `env.py` wants it, but for where the statements go, and how."""
        _must_be_postgres(connection, url, dialect_name)
        ours = {"dialect_opts": None, "output_buffer": self._bind, "starting_rev": None, "on_version_apply": None}
        super().configure(connection=self._bind, **{**options, **ours, "literal_binds": True})  # type: ignore[arg-type]
        migration = self.get_context()
        migration.connection = migration.impl.connection = self._bind  # type: ignore[assignment]
        migration.impl._exec = self._execute  # type: ignore[method-assign]  # noqa: SLF001 - all that is executed

    def _execute(
        self,
        construct: Any,
        execution_options: Any = None,  # noqa: ARG002 - how, not what
        multiparams: Any = None,
        params: Any = None,
    ) -> None:
        self._bind.execute(construct, multiparams or params)


Offline.create_module_class_proxy(context.__dict__, context.__dict__)  # as Alembic does for the class that it replaces


def history(config: Config, recording: Recording) -> History:
    """Run it all. Raises `RevisionFailed`, `NotUsable`, and whatever `env.py` does."""
    offline = Offline(config, recording)
    try:
        with offline:
            recording.script.run_env()
    finally:
        if recording.failed is not None:  # whatever env.py has made of it
            raise recording.failed from recording.failed.__cause__
    if not recording.begun:
        raise NotUsable(_("it does not run the migrations: context.run_migrations() is not called in offline mode"))
    migration = offline.get_context()
    return History(
        revisions=tuple(recording.revisions),
        table=migration.version_table,
        schema=migration.version_table_schema,
        before=recording.before,
        after=recording.bind.take(),
    )


def _must_be_postgres(connection: Connection | None, url: str | URL | None, dialect_name: str | None) -> None:
    if connection is not None:
        backend: str | None = connection.dialect.name
    else:
        backend = make_url(url).get_backend_name() if url else dialect_name
    if backend not in {None, "postgresql"}:
        raise NotUsable(_("its database is {backend}, not PostgreSQL").format(backend=backend))
