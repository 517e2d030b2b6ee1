"""DDL of the application's own, run by SQLAlchemy's events: strings, elements, functions, conditions."""

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, Text, event, text
from sqlalchemy.dialects.postgresql import ENUM
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import AddConstraint, CheckConstraint, CreateIndex, ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.ddl import BaseDDLElement
from sqlalchemy.sql.schema import SchemaItem

from .bases import Plain, Shop, ddl, run


class CommentOn(ExecutableDDLElement):
    """A statement that SQLAlchemy has no class for, with a compiler of our own."""

    inherit_cache = False

    def __init__(self, what: str, comment: str) -> None:
        self.what = what
        self.comment = comment


@compiles(CommentOn, "postgresql")
def _comment_on(element: CommentOn, compiler: DDLCompiler, **_: object) -> str:
    comment = compiler.sql_compiler.render_literal_value(element.comment, Text())
    return f"COMMENT ON {element.what} IS {comment}"


by_hand = ENUM("made", "by", "DDL", name="made_by_hand", create_type=False)

listened = Table(
    "listened",
    Plain.metadata,
    Column("id", Integer, primary_key=True),
    Column("name % of", Text),
    Column[str]("by_hand", by_hand),
    info={"watched": True},
)

run("before_create", Plain.metadata, "CREATE TYPE made_by_hand AS ENUM ('made', 'by', 'DDL', '5 %%')")

# strings
run(
    "after_create",
    listened,
    'CREATE INDEX %(table)s_low ON %(fullname)s (lower("name %% of"))',
    'CREATE UNIQUE INDEX "%(table)s_5 %%" ON %(fullname)s ((id %% 5), id)',
    "ALTER TABLE %(fullname)s SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)",
    """ALTER TABLE %(fullname)s ADD CONSTRAINT "it's 5 %%" CHECK ("name %% of" NOT LIKE '%%it''s 5 \\%%')""",
    "ALTER TABLE %(fullname)s ADD CHECK (id > 0) NO INHERIT, ADD CONSTRAINT later CHECK (id < 1000) NOT VALID",
    """INSERT INTO %(fullname)s ("name %% of", by_hand) VALUES ('100 %%', '5 %%')""",
    "ALTER TABLE %(fullname)s ADD COLUMN added integer DEFAULT 5 NOT NULL, ALTER COLUMN by_hand SET DEFAULT 'made'",
    "CREATE SEQUENCE %(table)s_owned OWNED BY %(fullname)s.added",
    "COMMENT ON SEQUENCE %(table)s_owned IS 'made by an event'",
)


def _can_return(  # noqa: PLR0913  SQLAlchemy gives the arguments
    ddl: BaseDDLElement,
    target: SchemaItem | str,
    bind: Connection | None,
    tables: list[Table] | None = None,
    state: object = None,
    *,
    dialect: Dialect,
    **_: object,
) -> bool:
    return dialect.insert_returning


# conditions: by dialect, and by a function
event.listen(listened, "after_create", ddl("no PostgreSQL at all").execute_if(dialect="sqlite"))
event.listen(
    listened,
    "after_create",
    ddl("CREATE INDEX %(table)s_if ON %(fullname)s (added)").execute_if(dialect="postgresql", callable_=_can_return),
)

# elements: SQLAlchemy's own, and ours
event.listen(listened, "after_create", AddConstraint(CheckConstraint(listened.c.id != 13, name="not thirteen")))
for _what in ("TYPE made_by_hand", "INDEX listened_low", "CONSTRAINT later ON listened", 'SCHEMA "Mixed Case"'):
    event.listen(Plain.metadata, "after_create", CommentOn(_what, f"{_what}, with 5 % and a back\\slash"))

Index("only_on_postgres", listened.c.id).ddl_if(dialect="postgresql")
Index("never_on_postgres", listened.c.id).ddl_if(dialect="mysql")


# functions: with a connection, and whatever SQL they please
@event.listens_for(listened, "after_create")
def _with_text(_target: Table, connection: Connection, **_: object) -> None:
    connection.execute(text("CREATE INDEX from_a_function ON listened (id, (\"name % of\" || '5 % \\:x'))"))
    connection.execute(text("INSERT INTO listened (\"name % of\") VALUES ('50 %')"))
    block = """
        DO $$ BEGIN
            EXECUTE 'ALTER TABLE listened ADD COLUMN from_a_block text DEFAULT ''5 %''';
        END $$
    """
    connection.execute(text(block))


@event.listens_for(Plain.metadata, "after_create")
def _once_all_are_there(_target: MetaData, connection: Connection, **_: object) -> None:
    late = Table("late", MetaData(), Column("id", Integer, primary_key=True), schema="app")
    late.create(connection, checkfirst=False)
    connection.execute(CreateIndex(Index("late_index", late.c.id.desc())))
    connection.execute(text("ALTER TABLE app.late ADD FOREIGN KEY (id) REFERENCES listened ON DELETE CASCADE"))


@event.listens_for(Shop.metadata, "before_create")
def _before_the_second(_target: MetaData, connection: Connection, **_: object) -> None:
    connection.execute(text('CREATE TABLE "Shop Floor".ledger (LIKE listened INCLUDING ALL)'))
