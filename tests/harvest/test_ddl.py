"""What is compiled is what `create_all()` would send to an empty database."""

from collections.abc import Awaitable, Callable

import pytest

import postgres
from ccm_engine.harvest import Harvest

HarvestModule = Callable[..., Awaitable[Harvest]]
CreateDatabase = Callable[[postgres.Server], str]

AWKWARD = r"""
    from sqlalchemy import CheckConstraint, Column, DDL, Enum, Index, Integer, MetaData, Table, Text, event, text
    metadata = MetaData()
    odd = Table(
        "100%", metadata,
        Column("a%b", Text, server_default="5% \\ off", comment="50% \\ 'off'"),
        Column("n", Integer, server_default=text("7 % 4")),
        Column("kind", Enum("a%", "b\\", name="kind%")),
        comment="'%s' and %(n)s",
    )
    CheckConstraint(odd.c["a%b"].like("5%") & odd.c["a%b"].regexp_match(r"^\d%+"), name="c%", table=odd)
    Index("i%", odd.c.n % 2, postgresql_where=odd.c["a%b"].contains("x%", autoescape=True))
    event.listen(odd, "after_create", DDL("COMMENT ON COLUMN %(fullname)s.n IS 'n %% 2'"))
    @event.listens_for(odd, "after_create")
    def say(table, connection, **_):
        connection.execute(text("COMMENT ON INDEX \"i%\" IS '3 % 2 \\'"))
        connection.exec_driver_sql("COMMENT ON TYPE \"kind%\" IS '4 % 2'")
"""


async def test_percent_signs_and_backslashes_arrive_as_they_are(
    harvest_module: HarvestModule, server: postgres.Server, create_database: CreateDatabase
) -> None:
    schema = await harvest_module(AWKWARD, major=server.major)
    database = create_database(server)
    server.psql(";\n".join(schema.statements), database)
    said = server.psql(
        """
        INSERT INTO "100%" (kind) VALUES ('b\\') RETURNING *;
        SELECT obj_description('"100%"'::regclass), col_description('"100%"'::regclass, 1);
        SELECT col_description('"100%"'::regclass, 2), obj_description('"i%"'::regclass);
        SELECT obj_description('"kind%"'::regtype);
        """,
        database,
    )
    assert said.splitlines() == ["5% \\ off|3|b\\", "'%s' and %(n)s|50% \\ 'off'", "n % 2|3 % 2 \\", "4 % 2"]


async def test_events_are_statements_in_their_place(harvest_module: HarvestModule) -> None:
    """Raw DDL, DDL for one dialect, functions that execute text, DDL, expressions and rows."""
    schema = await harvest_module("""
        from sqlalchemy import Column, DDL, Integer, MetaData, Table, Text, event, func, insert, text
        from sqlalchemy.schema import CreateSequence, Sequence
        metadata = MetaData()
        author = Table("author", metadata, Column("id", Integer), Column("name", Text))
        event.listen(metadata, "before_create", DDL("CREATE EXTENSION citext"))
        event.listen(author, "before_create", DDL("SELECT 1").execute_if(dialect="sqlite"))
        event.listen(author, "before_create", DDL("SELECT 2").execute_if(dialect="postgresql"))
        event.listen(author, "before_create", DDL("SELECT 3").execute_if(callable_=lambda ddl, *_, **__: False))
        @event.listens_for(author, "after_create")
        def after(table, connection, **_):
            assert connection.dialect.name == connection.engine.name == "postgresql"
            assert connection.dialect.server_version_info >= (15,)
            connection.execute(text("CREATE FUNCTION f() RETURNS int RETURN 1"))
            connection.execute(text("SELECT :a, :b"), {"a": 1, "b": "it's"})
            connection.execute(CreateSequence(Sequence("s")))
            connection.execute(func.f(7))
            connection.execute(insert(table), [{"id": 1, "name": "50%"}, {"id": 2, "name": None}])
            connection.exec_driver_sql("SELECT '%s'")
    """)
    assert schema.statements == (
        "CREATE EXTENSION citext",
        "SELECT 2",
        "CREATE TABLE author (\n\tid INTEGER, \n\tname TEXT\n)",
        "CREATE FUNCTION f() RETURNS int RETURN 1",
        "SELECT 1, 'it''s'",
        "CREATE SEQUENCE s",
        "SELECT f(7) AS f_1",
        "INSERT INTO author (id, name) VALUES (1, '50%')",
        "INSERT INTO author (id, name) VALUES (2, NULL)",
        "SELECT '%s'",
    )


async def test_the_schemas_in_use_are_created_first(harvest_module: HarvestModule) -> None:
    """Those of tables, types and sequences, once each; Postgres has `public` already."""
    schema = await harvest_module("""
        from sqlalchemy import Column, Enum, Integer, MetaData, Sequence, Table
        from sqlalchemy.dialects.postgresql import DOMAIN
        metadata = MetaData(schema="shop")
        Table("a", metadata, Column("k", Enum("x", name="kind", schema="types")), Column("n", Integer))
        Table("b", metadata, Column("d", DOMAIN("digit", Integer, schema="Domains")), schema="public")
        Table("c", metadata, Column("n", Integer), schema="shop")
        Sequence("counter", schema="counters", metadata=metadata)
    """)
    assert sorted(schema.statements[:4]) == [
        f'CREATE SCHEMA IF NOT EXISTS "{name}"' for name in ("Domains", "counters", "shop", "types")
    ]
    assert not [text for text in schema.statements[4:] if "SCHEMA" in text]


@pytest.mark.parametrize(
    "creation",
    [
        'CreateSchema("Shop")',
        'CreateSchema("Shop", if_not_exists=True)',
        """DDL('create  schema "Shop" authorization current_user')""",
        """DDL('DO $$ BEGIN CREATE SCHEMA IF NOT EXISTS "Shop"; END $$')""",
    ],
)
async def test_a_schema_that_the_users_own_event_creates_is_left_to_it(
    harvest_module: HarvestModule, creation: str
) -> None:
    schema = await harvest_module(f"""
        from sqlalchemy import Column, DDL, Integer, MetaData, Table, event
        from sqlalchemy.schema import CreateSchema
        metadata = MetaData(schema="Shop")
        Table("a", metadata, Column("n", Integer))
        event.listen(metadata, "before_create", {creation})
    """)
    assert len(schema.statements) == 2
    assert "schema" in schema.statements[0].lower()


async def test_a_type_that_two_metadatas_use_is_created_once(harvest_module: HarvestModule) -> None:
    schema = await harvest_module("""
        from sqlalchemy import Column, Enum, MetaData, Table
        kind = Enum("x", "y", name="kind")
        a = Table("a", MetaData(), Column("kind", kind))
        b = Table("b", MetaData(), Column("kind", kind))
    """)
    assert [text.split("(")[0] for text in schema.statements] == [
        "CREATE TYPE kind AS ENUM ",
        "CREATE TABLE a ",
        "CREATE TABLE b ",
    ]


async def test_a_generated_column_is_what_the_servers_version_makes_of_it(harvest_module: HarvestModule) -> None:
    """PostgreSQL 18 has virtual columns; SQLAlchemy 2.1 leaves the choice to it, and says STORED to an older one."""
    text = """
        from sqlalchemy import Column, Computed, Integer, MetaData, Table
        a = Table("a", MetaData(), Column("n", Integer), Column("m", Integer, Computed("n + 1")))
    """
    new, old = await harvest_module(text, major=18), await harvest_module(text, major=15)
    assert "GENERATED ALWAYS AS (n + 1)\n" in new.statements[0]
    assert "GENERATED ALWAYS AS (n + 1) STORED\n" in old.statements[0]


async def test_what_sqlalchemy_keeps_in_sets_has_an_order(harvest_module: HarvestModule) -> None:
    """Indexes, commented constraints, and the foreign keys that close a circle: else each run would differ."""
    schema = await harvest_module("""
        from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, Table
        metadata = MetaData()
        for i in range(6):
            Table(
                f"t{i}", metadata, Column("id", Integer, primary_key=True),
                *(Column(f"k{j}", ForeignKey(f"t{j}.id", name=f"f{i}{j}"), index=True) for j in range(6) if j != i),
                *(CheckConstraint("true", name=f"c{i}{j}", comment="yes") for j in range(6)),
            )
    """)
    for kind, number in {"CREATE INDEX": 30, "COMMENT ON CONSTRAINT": 36, "ALTER TABLE": 30}.items():
        statements = [text for text in schema.statements if text.startswith(kind)]
        assert len(statements) == number
        assert statements == sorted(statements)
