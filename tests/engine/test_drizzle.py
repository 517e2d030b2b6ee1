"""What a Drizzle Kit snapshot says of a schema. The expectations are what drizzle-kit 0.31 itself wrote of the same."""

import json

import asyncpg
import pytest

from ccm_engine.catalog import Catalog
from ccm_engine.drizzle.form import Projection, Table
from ccm_engine.drizzle.projection import project
from ccm_engine.drizzle.views import one_line
from ccm_engine.kinds.role import Role
from ccm_engine.read import read


async def projected(url: str, sql: str) -> Projection:
    """What is said of the objects that a script makes; the database stays empty."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(sql)
        return project(await read(connection))
    finally:
        await transaction.rollback()
        await connection.close()


async def projected_table(url: str, sql: str, name: str = "public.t") -> Table:
    return (await projected(url, sql))["tables"][name]


async def test_a_table_reads_as_drizzle_wrote_it(database: str) -> None:
    """Concordia's `invitation`, word for word and in its order of columns."""
    table = await projected_table(
        database,
        """
        CREATE TABLE "user" ("id" text PRIMARY KEY);
        CREATE TABLE "invitation" (
            "id" text PRIMARY KEY NOT NULL,
            "email" text NOT NULL,
            "status" text DEFAULT 'pending' NOT NULL,
            "created_at" timestamp DEFAULT now() NOT NULL,
            "inviter_id" text NOT NULL,
            CONSTRAINT "invitation_email_unique" UNIQUE ("email"),
            CONSTRAINT "invitation_inviter_id_user_id_fk"
                FOREIGN KEY ("inviter_id") REFERENCES "user" ("id") ON DELETE CASCADE);
        CREATE INDEX "invitation_email_idx" ON "invitation" ("email")""",
        "public.invitation",
    )
    assert list(table["columns"]) == ["id", "email", "status", "created_at", "inviter_id"]
    assert table == {
        "name": "invitation",
        "schema": "",
        "columns": {
            "id": {"name": "id", "type": "text", "primaryKey": True, "notNull": True},
            "email": {"name": "email", "type": "text", "primaryKey": False, "notNull": True},
            "status": {"name": "status", "type": "text", "primaryKey": False, "notNull": True, "default": "'pending'"},
            "created_at": {
                "name": "created_at",
                "type": "timestamp",
                "primaryKey": False,
                "notNull": True,
                "default": "now()",
            },
            "inviter_id": {"name": "inviter_id", "type": "text", "primaryKey": False, "notNull": True},
        },
        "indexes": {
            "invitation_email_idx": {
                "name": "invitation_email_idx",
                "columns": [{"expression": "email", "isExpression": False, "asc": True, "nulls": "last"}],
                "isUnique": False,
                "concurrently": False,
                "method": "btree",
                "with": {},
            }
        },
        "foreignKeys": {
            "invitation_inviter_id_user_id_fk": {
                "name": "invitation_inviter_id_user_id_fk",
                "tableFrom": "invitation",
                "tableTo": "user",
                "columnsFrom": ["inviter_id"],
                "columnsTo": ["id"],
                "onDelete": "cascade",
                "onUpdate": "no action",
            }
        },
        "compositePrimaryKeys": {},
        "uniqueConstraints": {
            "invitation_email_unique": {
                "name": "invitation_email_unique",
                "nullsNotDistinct": False,
                "columns": ["email"],
            }
        },
        "policies": {},
        "checkConstraints": {},
        "isRLSEnabled": False,
    }


TYPES = {
    "smallint": "smallint",
    "bigint": "bigint",
    "real": "real",
    "float8": "double precision",
    "numeric": "numeric",
    "numeric(10,2)": "numeric(10, 2)",
    "numeric(5,1)[]": "numeric(5, 1)[]",
    "varchar": "varchar",
    "varchar(255)": "varchar(255)",
    "varchar(5)[]": "varchar(5)[]",
    "char(4)": "char(4)",
    "timestamp": "timestamp",
    "timestamp(3)": "timestamp (3)",
    "timestamp(3)[]": "timestamp (3)[]",
    "timestamptz": "timestamp with time zone",
    "timestamptz(3)": "timestamp (3) with time zone",
    "time": "time",
    "timetz(2)": "time(2) with time zone",
    "interval day to second(3)": "interval day to second(3)",
    "bit(3)": "bit(3)",
    "jsonb": "jsonb",
    "uuid": "uuid",
    "macaddr8": "macaddr8",
    "bytea": "bytea",
}


async def test_a_type_is_spelled_as_drizzle_orm_prints_it(database: str) -> None:
    columns = ", ".join(f'"{type_}" {type_}' for type_ in TYPES)
    table = await projected_table(database, f"CREATE TABLE t ({columns})")
    assert {name: column["type"] for name, column in table["columns"].items()} == TYPES


DEFAULTS: dict[str, object] = {
    "text DEFAULT 'it''s'": "'it''s'",
    "text DEFAULT '5'": "'5'",
    "text DEFAULT 'true'": "'true'",
    "varchar(9) DEFAULT 'x'": "'x'",
    "char(4) DEFAULT 'ab'": "'ab'",
    "text[] DEFAULT '{}'": "'{}'",
    "text[] DEFAULT '{a,\"b c\",\"it''s\",NULL}'": '\'{"a","b c","it\'\'s",NULL}\'',
    "integer[] DEFAULT '{{1,2},{3,4}}'": "'{{1,2},{3,4}}'",
    "boolean[] DEFAULT '{true,false}'": "'{true,false}'",
    "numeric[] DEFAULT '{1.50}'": "'{\"1.50\"}'",
    "text[] DEFAULT ARRAY['a']": "ARRAY['a'::text]",
    "boolean DEFAULT true": True,
    "boolean DEFAULT false": False,
    "integer DEFAULT 0": 0,
    "integer DEFAULT -1": -1,
    "bigint DEFAULT -5": -5,
    "bigint DEFAULT 9223372036854775807": "9223372036854775807",
    "real DEFAULT 1.5": 1.5,
    "double precision DEFAULT -2.5": -2.5,
    "double precision DEFAULT 'NaN'": "'NaN'",
    "numeric DEFAULT 0": "'0'",
    "numeric(10,2) DEFAULT 1.50": "'1.50'",
    "numeric(10,2) DEFAULT -3": "'-3'",
    "date DEFAULT '2020-01-02'": "'2020-01-02'",
    "timestamp DEFAULT '2020-01-02 03:04:05.678'": "'2020-01-02 03:04:05.678'",
    "timestamptz DEFAULT CURRENT_TIMESTAMP": "CURRENT_TIMESTAMP",
    "uuid DEFAULT gen_random_uuid()": "gen_random_uuid()",
    "jsonb DEFAULT '[]'": "'[]'::jsonb",
    """jsonb DEFAULT '{"a": {"b": "x:  ''y, \\"z"}, "c": [1, true]}'""": (
        """'{"a":{"b":"x:  ''y, \\"z"},"c":[1,true]}'::jsonb"""
    ),
    "text DEFAULT ('a' || 'b')": "('a'::text || 'b'::text)",
}


async def test_a_default_is_a_json_value_or_sql_without_a_needless_cast(database: str) -> None:
    columns = ", ".join(f"c{number} {definition}" for number, definition in enumerate(DEFAULTS))
    table = await projected_table(database, f"CREATE TABLE t ({columns})")
    defaults = [column.get("default") for column in table["columns"].values()]
    assert json.dumps(defaults, indent=1) == json.dumps(list(DEFAULTS.values()), indent=1)  # True is not 1 here


async def test_a_column_without_default_has_no_such_key(database: str) -> None:
    """Null would be a default to Drizzle."""
    table = await projected_table(database, "CREATE TABLE t (a int, b int DEFAULT NULL)")
    assert table["columns"]["a"] == {"name": "a", "type": "integer", "primaryKey": False, "notNull": False}
    assert "default" not in table["columns"]["b"]


async def test_an_enum_goes_by_its_bare_name_and_its_schema(database: str) -> None:
    projection = await projected(
        database,
        """
        CREATE SCHEMA app;
        CREATE TYPE mood AS ENUM ('sad', 'it''s');
        CREATE TYPE app."Level" AS ENUM ('low', 'high');
        CREATE TABLE t (a mood DEFAULT 'sad', b app."Level"[] DEFAULT '{low}')""",
    )
    assert projection["enums"] == {
        "public.mood": {"name": "mood", "schema": "public", "values": ["sad", "it's"]},
        "app.Level": {"name": "Level", "schema": "app", "values": ["low", "high"]},
    }
    assert projection["schemas"] == {"app": "app"}
    plain = {"primaryKey": False, "notNull": False}
    assert projection["tables"]["public.t"]["columns"] == {
        "a": {"name": "a", "type": "mood", "typeSchema": "public", "default": "'sad'", **plain},
        "b": {"name": "b", "type": "Level[]", "typeSchema": "app", "default": "'{\"low\"}'", **plain},
    }


async def test_serial_stands_for_its_sequence_and_its_default(database: str) -> None:
    projection = await projected(
        database,
        """
        CREATE SCHEMA app;
        CREATE TABLE t (id serial PRIMARY KEY, "Big" bigserial, small smallserial);
        CREATE TABLE app.t (id serial)""",
    )
    assert projection["tables"]["public.t"]["columns"] == {
        "id": {"name": "id", "type": "serial", "primaryKey": True, "notNull": True},
        "Big": {"name": "Big", "type": "bigserial", "primaryKey": False, "notNull": True},
        "small": {"name": "small", "type": "smallserial", "primaryKey": False, "notNull": True},
    }
    assert projection["tables"]["app.t"]["columns"]["id"]["type"] == "serial"
    assert projection["sequences"] == {}


@pytest.mark.parametrize(
    ("column", "owner"),
    [
        pytest.param("integer NOT NULL DEFAULT nextval('numbers')", "NONE", id="not owned"),
        pytest.param("integer DEFAULT nextval('numbers')", "t.id", id="nullable"),
        pytest.param("integer NOT NULL DEFAULT nextval('numbers') + 1", "t.id", id="more than nextval"),
        pytest.param("text NOT NULL DEFAULT nextval('numbers')", "t.id", id="no whole number"),
        pytest.param("integer NOT NULL DEFAULT nextval('others')", "t.id", id="from another sequence"),
    ],
)
async def test_what_serial_would_not_make_keeps_its_sequence(database: str, column: str, owner: str) -> None:
    projection = await projected(
        database,
        f"""
        CREATE SEQUENCE numbers; CREATE SEQUENCE others;
        CREATE TABLE t (id {column});
        ALTER SEQUENCE numbers OWNED BY {owner}""",
    )
    said = projection["tables"]["public.t"]["columns"]["id"]
    assert "nextval" in str(said.get("default"))
    assert said["type"] in {"integer", "text"}
    assert set(projection["sequences"]) == {"public.numbers", "public.others"}


async def test_a_sequence_counts_in_text(database: str) -> None:
    projection = await projected(
        database,
        """
        CREATE SCHEMA app;
        CREATE SEQUENCE app.countdown INCREMENT -1;
        CREATE SEQUENCE ticket INCREMENT 5 MAXVALUE 9000 START 100 CACHE 3 CYCLE""",
    )
    assert projection["sequences"] == {
        "app.countdown": {
            "name": "countdown",
            "schema": "app",
            "increment": "-1",
            "startWith": "-1",
            "minValue": "-9223372036854775808",
            "maxValue": "-1",
            "cache": "1",
            "cycle": False,
        },
        "public.ticket": {
            "name": "ticket",
            "schema": "public",
            "increment": "5",
            "startWith": "100",
            "minValue": "1",
            "maxValue": "9000",
            "cache": "3",
            "cycle": True,
        },
    }


async def test_identity_and_generated_columns(database: str) -> None:
    table = await projected_table(
        database,
        """
        CREATE TABLE t (
            id integer GENERATED ALWAYS AS IDENTITY,
            n bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME numbers START 10 CACHE 4),
            price numeric,
            twice numeric GENERATED ALWAYS AS (price * 2) STORED,
            rounded numeric GENERATED ALWAYS AS ((price)::numeric(10,2)) STORED,
            half numeric GENERATED ALWAYS AS (price / 2) VIRTUAL)""",
    )
    columns = table["columns"]
    assert columns["id"] == {
        "name": "id",
        "type": "integer",
        "primaryKey": False,
        "notNull": True,
        "identity": {
            "type": "always",
            "name": "t_id_seq",
            "schema": "public",
            "increment": "1",
            "startWith": "1",
            "minValue": "1",
            "maxValue": "2147483647",
            "cache": "1",
            "cycle": False,
        },
    }
    identity = columns["n"].get("identity")
    assert identity is not None
    assert (identity["type"], identity["name"], identity["startWith"]) == ("byDefault", "numbers", "10")
    assert columns["twice"].get("generated") == {"as": "(price * (2)::numeric)", "type": "stored"}
    assert columns["rounded"].get("generated") == {"as": "(price)::numeric(10,2)", "type": "stored"}
    assert columns["half"] == {"name": "half", "type": "numeric", "primaryKey": False, "notNull": False}


async def test_a_primary_key_is_of_the_column_where_drizzle_would_name_it_so(database: str) -> None:
    long = "é" * 31  # 62 bytes: `_pkey` does not fit behind it
    tables = (
        await projected(
            database,
            f"""
            CREATE TABLE one (id int PRIMARY KEY);
            CREATE TABLE "{long}" (id int PRIMARY KEY);
            CREATE TABLE named (id int CONSTRAINT by_hand PRIMARY KEY);
            CREATE TABLE two (a int, b int, PRIMARY KEY (b, a))""",
        )
    )["tables"]
    marked = {
        (table["name"], column["name"])
        for table in tables.values()
        for column in table["columns"].values()
        if column["primaryKey"]
    }
    assert marked == {("one", "id"), (long, "id")}
    assert tables["public.one"]["compositePrimaryKeys"] == tables[f"public.{long}"]["compositePrimaryKeys"] == {}
    assert tables["public.named"]["compositePrimaryKeys"] == {"by_hand": {"name": "by_hand", "columns": ["id"]}}
    assert tables["public.two"]["compositePrimaryKeys"] == {"two_pkey": {"name": "two_pkey", "columns": ["b", "a"]}}


async def test_a_foreign_key_names_the_schema_of_its_target_unless_that_is_public(database: str) -> None:
    tables = (
        await projected(
            database,
            """
            CREATE SCHEMA app;
            CREATE TABLE pairs (x int, y int, PRIMARY KEY (x, y));
            CREATE TABLE app.posts (
                id int PRIMARY KEY, a int, b int,
                CONSTRAINT self FOREIGN KEY (a) REFERENCES app.posts ON DELETE SET DEFAULT,
                CONSTRAINT pair FOREIGN KEY (b, a) REFERENCES pairs (x, y) ON UPDATE SET NULL ON DELETE RESTRICT)""",
        )
    )["tables"]
    assert tables["app.posts"]["schema"] == "app"
    assert tables["app.posts"]["foreignKeys"] == {
        "self": {
            "name": "self",
            "tableFrom": "posts",
            "tableTo": "posts",
            "schemaTo": "app",
            "columnsFrom": ["a"],
            "columnsTo": ["id"],
            "onDelete": "set default",
            "onUpdate": "no action",
        },
        "pair": {
            "name": "pair",
            "tableFrom": "posts",
            "tableTo": "pairs",
            "columnsFrom": ["b", "a"],
            "columnsTo": ["x", "y"],
            "onDelete": "restrict",
            "onUpdate": "set null",
        },
    }


CHECKS = {
    "a > 0": "a > 0",
    "a > 0 AND b IS NOT NULL": "(a > 0) AND (b IS NOT NULL)",
    "b <> ')' OR a = 1": "(b <> ')'::text) OR (a = 1)",
    "starts_with(b, '(')": "starts_with(b, '('::text)",
    "(a > 1)::int::boolean": "(((a > 1))::integer)::boolean",
}


async def test_a_check_loses_its_outer_parentheses(database: str) -> None:
    checks = ", ".join(f"CONSTRAINT c{number} CHECK ({text})" for number, text in enumerate(CHECKS))
    table = await projected_table(database, f"CREATE TABLE t (a int, b text, {checks})")
    assert [check["value"] for check in table["checkConstraints"].values()] == list(CHECKS.values())


INDEXES: dict[str, dict[str, object]] = {
    "btree (a DESC, b NULLS FIRST)": {
        "columns": [
            {"expression": "a", "isExpression": False, "asc": False, "nulls": "first"},
            {"expression": "b", "isExpression": False, "asc": True, "nulls": "first"},
        ]
    },
    "btree (b text_pattern_ops) WHERE (a > 0)": {
        "columns": [
            {"expression": "b", "isExpression": False, "asc": True, "nulls": "last", "opclass": "text_pattern_ops"}
        ],
        "where": "(a > 0)",
    },
    "btree (lower(b) text_pattern_ops DESC NULLS LAST)": {
        "columns": [
            {
                "expression": "lower(b) text_pattern_ops DESC NULLS LAST",
                "isExpression": True,
                "asc": True,
                "nulls": "last",
            }
        ]
    },
    'btree (b COLLATE "C")': {
        "columns": [{"expression": '"b" COLLATE pg_catalog."C"', "isExpression": True, "asc": True, "nulls": "last"}]
    },
    "btree (a) WITH (fillfactor = 70, deduplicate_items = off)": {
        "columns": [{"expression": "a", "isExpression": False, "asc": True, "nulls": "last"}],
        "with": {"fillfactor": 70, "deduplicate_items": "off"},
    },
    "gin (c) WITH (fastupdate = false)": {
        "columns": [{"expression": "c", "isExpression": False, "asc": True, "nulls": "last"}],
        "method": "gin",
        "with": {"fastupdate": False},
    },
}


async def test_an_index_has_a_structure(database: str) -> None:
    created = ";".join(f"CREATE INDEX i{number} ON t USING {text}" for number, text in enumerate(INDEXES))
    table = await projected_table(database, f"CREATE TABLE t (a int, b text, c jsonb); {created}")
    ordinary: dict[str, object] = {"isUnique": False, "concurrently": False, "method": "btree", "with": {}}
    assert table["indexes"] == {
        f"i{number}": {"name": f"i{number}", **ordinary, **expected} for number, expected in enumerate(INDEXES.values())
    }


async def test_a_unique_index_is_an_index_and_a_unique_constraint_is_not(database: str) -> None:
    table = await projected_table(
        database,
        """
        CREATE TABLE t (a int, b int, CONSTRAINT once UNIQUE NULLS NOT DISTINCT (b, a));
        CREATE UNIQUE INDEX i ON t (a)""",
    )
    assert [index["isUnique"] for index in table["indexes"].values()] == [True]
    assert table["uniqueConstraints"] == {"once": {"name": "once", "nullsNotDistinct": True, "columns": ["b", "a"]}}


async def test_row_security_is_said(database: str) -> None:
    table = await projected_table(database, "CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY")
    assert table["isRLSEnabled"] is True


async def test_a_policy_stands_with_its_table(database: str) -> None:
    table = await projected_table(
        database,
        """
        CREATE TABLE t (a int);
        CREATE POLICY own ON t AS RESTRICTIVE FOR SELECT TO pg_monitor, pg_checkpoint USING (a > 0);
        CREATE POLICY new ON t FOR INSERT WITH CHECK (a > 1 AND a < 9);
        CREATE POLICY "any" ON t USING (true)""",
    )
    assert table["policies"] == {
        "any": {"name": "any", "as": "PERMISSIVE", "for": "ALL", "to": ["public"], "using": "true"},
        "new": {
            "name": "new",
            "as": "PERMISSIVE",
            "for": "INSERT",
            "to": ["public"],
            "withCheck": "((a > 1) AND (a < 9))",
        },
        "own": {
            "name": "own",
            "as": "RESTRICTIVE",
            "for": "SELECT",
            "to": ["pg_checkpoint", "pg_monitor"],
            "using": "(a > 0)",
        },
    }


async def test_a_view_has_its_columns_and_a_query_of_one_line(database: str) -> None:
    projection = await projected(
        database,
        """
        CREATE SCHEMA app;
        CREATE TABLE t (id int, price numeric(10,2), at timestamptz(3), "Name" varchar(9));
        CREATE VIEW app.v AS SELECT id, upper("Name") AS big FROM t WHERE id > 0 AND price < 9;
        CREATE MATERIALIZED VIEW m AS SELECT price, at FROM t""",
    )
    plain = {"primaryKey": False, "notNull": False}
    assert projection["views"] == {
        "app.v": {
            "columns": {
                "id": {"name": "id", "type": "integer", **plain},
                "big": {"name": "big", "type": "text", **plain},
            },
            "definition": """SELECT id, upper("Name"::text) AS big FROM t WHERE id > 0 AND price < 9::numeric""",
            "name": "v",
            "schema": "app",
            "isExisting": False,
            "materialized": False,
        },
        "public.m": {
            "columns": {
                "price": {"name": "price", "type": "numeric(10, 2)", **plain},
                "at": {"name": "at", "type": "timestamp (3) with time zone", **plain},
            },
            "definition": "SELECT price, at FROM t",
            "name": "m",
            "schema": "public",
            "isExisting": False,
            "materialized": True,
        },
    }


QUERIES = {
    "SELECT a FROM t WHERE a IN (1, 2)": "SELECT a FROM t WHERE a = ANY (ARRAY[1, 2])",
    "SELECT '2  ;\n(b)' AS \"of  a\" FROM t": "SELECT '2  ;\n(b)'::text AS \"of  a\" FROM t",
    "SELECT t.a FROM t JOIN u ON u.a = t.a": "SELECT t.a FROM t JOIN u ON u.a = t.a",
    "SELECT a FROM t UNION ALL SELECT a FROM u": "SELECT t.a FROM t UNION ALL SELECT u.a FROM u",
    "SELECT count(*) AS n FROM t GROUP BY a": "SELECT count(*) AS n FROM t GROUP BY a",
}


async def test_a_query_loses_the_parentheses_that_it_does_not_need(database: str) -> None:
    made = ";".join(f"CREATE VIEW v{number} AS {query}" for number, query in enumerate(QUERIES))
    views = (await projected(database, f"CREATE TABLE t (a int); CREATE TABLE u (a int); {made}"))["views"]
    assert [view.get("definition") for view in views.values()] == list(QUERIES.values())


def test_a_query_that_the_parser_does_not_know_stays_as_it_is() -> None:
    assert one_line(" SELECT a\n   FROM FROM  (b)") == "SELECT a FROM FROM (b)"


OPTIONS: dict[str, dict[str, object]] = {
    "VIEW v WITH (security_barrier, check_option = cascaded)": {
        "with": {"securityBarrier": True, "checkOption": "cascaded"}
    },
    "VIEW v WITH (security_invoker = off)": {"with": {"securityInvoker": False}},
    "MATERIALIZED VIEW v WITH (fillfactor = 80, autovacuum_enabled = no, autovacuum_vacuum_scale_factor = 0.2)": {
        "with": {"fillfactor": 80, "autovacuumEnabled": False, "autovacuumVacuumScaleFactor": 0.2}
    },
    "MATERIALIZED VIEW v WITH (vacuum_index_cleanup = false, toast_tuple_target = 256)": {
        "with": {"vacuumIndexCleanup": "off", "toastTupleTarget": 256}
    },
    "MATERIALIZED VIEW v WITH (autovacuum_analyze_threshold = 5, toast.autovacuum_enabled = false)": {},
    "MATERIALIZED VIEW v USING heap TABLESPACE pg_default": {},
}


@pytest.mark.parametrize(("head", "expected"), OPTIONS.items(), ids=OPTIONS)
async def test_a_view_has_the_options_that_drizzle_knows(database: str, head: str, expected: dict[str, object]) -> None:
    view = (await projected(database, f"CREATE TABLE t (a int); CREATE {head} AS SELECT a FROM t"))["views"]["public.v"]
    standing = {"columns", "definition", "name", "schema", "isExisting", "materialized"}
    assert {name: value for name, value in view.items() if name not in standing} == expected


async def test_a_materialized_view_may_be_empty(database: str) -> None:
    sql = "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a WITH NO DATA"
    assert (await projected(database, sql))["views"]["public.v"].get("withNoData") is True


def test_roles_are_there_where_the_catalog_holds_them() -> None:
    roles = (
        Role(name="plain"),
        Role(name="boss", attributes=("CREATEDB", "CREATEROLE", "NOINHERIT", "LOGIN")),
    )
    assert project(Catalog.of(roles))["roles"] == {
        "boss": {"name": "boss", "createDb": True, "createRole": True, "inherit": False},
        "plain": {"name": "plain", "createDb": False, "createRole": False, "inherit": True},
    }


async def test_a_partition_is_part_of_its_table(database: str) -> None:
    """A TypeScript schema names the table alone, and Drizzle would drop what it does not name."""
    tables = (
        await projected(
            database,
            """
            CREATE TABLE t (a int) PARTITION BY RANGE (a);
            CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (9)""",
        )
    )["tables"]
    assert list(tables) == ["public.t"]


async def test_what_drizzle_has_no_word_for_is_left_out(database: str) -> None:
    """One unknown key and Drizzle's validator would refuse the whole file."""
    plain = """
        CREATE TABLE t (
            a int, b text, during tsrange,
            CONSTRAINT t_u UNIQUE (a), CONSTRAINT t_c CHECK (a > 0),
            CONSTRAINT t_f FOREIGN KEY (a) REFERENCES t (a));
        CREATE UNIQUE INDEX i ON t (b)"""
    rich = """
        CREATE DOMAIN word AS text CHECK (VALUE <> '');
        CREATE TABLE t (
            a int, b text COLLATE "C", during tsrange,
            CONSTRAINT t_u UNIQUE (a) INCLUDE (b), CONSTRAINT t_c CHECK (a > 0) NO INHERIT NOT VALID,
            CONSTRAINT t_f FOREIGN KEY (a) REFERENCES t (a) MATCH FULL DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT t_x EXCLUDE USING gist (during WITH &&)) WITH (fillfactor = 70);
        CREATE UNIQUE INDEX i ON t (b) INCLUDE (a) NULLS NOT DISTINCT;
        COMMENT ON TABLE t IS 'a table';
        COMMENT ON COLUMN t.a IS 'a column'"""
    assert await projected(database, rich) == await projected(database, plain)


async def test_the_sections_that_are_always_empty_are_there(database: str) -> None:
    """Drizzle's validator demands them."""
    empty: Projection = {
        "tables": {},
        "enums": {},
        "schemas": {},
        "sequences": {},
        "roles": {},
        "policies": {},
        "views": {},
        "_meta": {"columns": {}, "schemas": {}, "tables": {}},
    }
    assert await projected(database, "SELECT") == empty
