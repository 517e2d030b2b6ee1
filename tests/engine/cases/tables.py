"""Tables: what they are, apart from their columns."""

from .case import Case

CASES = (
    Case("a table comes", "", "CREATE TABLE t (id int)", ('CREATE TABLE "t" (\n\t"id" integer\n)',)),
    Case("a table goes", "CREATE TABLE t (id int)", "", ('DROP TABLE "t"',), ("deletes-data",)),
    Case("a table without columns", "", "CREATE TABLE t ()", ('CREATE TABLE "t" ()',)),
    Case(
        "a table comes with all that Postgres makes in one statement",
        "",
        """CREATE TABLE t (id int PRIMARY KEY, email text UNIQUE NOT NULL, price numeric(10, 2) DEFAULT 0 CHECK (price >= 0))""",
        (
            'CREATE TABLE "t" (\n\t"id" integer NOT NULL,\n\t"email" text NOT NULL,\n'
            '\t"price" numeric(10,2) DEFAULT 0,\n\tCONSTRAINT "t_pkey" PRIMARY KEY ("id"),\n'
            '\tCONSTRAINT "t_email_key" UNIQUE ("email"),\n'
            '\tCONSTRAINT "t_price_check" CHECK ((price >= (0)::numeric))\n)',
        ),
    ),
    Case(
        "a table becomes unlogged",
        "CREATE TABLE t (id int)",
        "CREATE UNLOGGED TABLE t (id int)",
        ('ALTER TABLE "t" SET UNLOGGED',),
    ),
    Case("a table of an access method", "CREATE TABLE t (id int)", "CREATE TABLE t (id int) USING heap", ()),
    Case(
        "options come",
        "CREATE TABLE t (id int)",
        "CREATE TABLE t (id int) WITH (fillfactor = 70, autovacuum_enabled = false)",
        ('ALTER TABLE "t" SET (autovacuum_enabled=false, fillfactor=70)',),
    ),
    Case(
        "options change, come and go, whatever their order",
        "CREATE TABLE t (id int, a text) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false)",
        "CREATE TABLE t (id int, a text) WITH (autovacuum_vacuum_threshold = 9, fillfactor = 80, toast.vacuum_truncate = false)",
    ),
    Case(
        "options of the TOAST table come along with the first column that needs one",
        "CREATE TABLE t (id int)",
        "CREATE TABLE t (id int, a text) WITH (toast.autovacuum_enabled = false)",
    ),
    Case(
        "the same options in another order",
        "CREATE TABLE t (id int) WITH (fillfactor = 70, autovacuum_enabled = false)",
        "CREATE TABLE t (id int) WITH (autovacuum_enabled = false, fillfactor = 70)",
        (),
    ),
    Case(
        "row security is enabled, then forced",
        "CREATE TABLE t (id int)",
        "CREATE TABLE t (id int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY",
        ('ALTER TABLE "t" ENABLE ROW LEVEL SECURITY', 'ALTER TABLE "t" FORCE ROW LEVEL SECURITY'),
    ),
    Case(
        "a table comes with row security",
        "",
        "CREATE TABLE t (id int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY",
    ),
    Case(
        "a partitioned table",
        "",
        """CREATE TABLE t (id int, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE u (id int, kind text) PARTITION BY LIST (lower(kind));
        CREATE INDEX ON t (at)""",
    ),
    Case(
        "a partitioned table gets a column, an index, a check, and a foreign key",
        "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (id int, at date) PARTITION BY RANGE (at)",
        """CREATE TABLE u (id int PRIMARY KEY);
        CREATE TABLE t (id int, at date, u int REFERENCES u, CHECK (u > 0)) PARTITION BY RANGE (at);
        CREATE INDEX ON t (u); CREATE UNIQUE INDEX ON t (u, at)""",
    ),
    Case(
        "a table inherits",
        "",
        """CREATE TABLE parent (id int NOT NULL, a text DEFAULT 'x' CHECK (a <> ''));
        CREATE TABLE other (z int);
        CREATE TABLE child (b int UNIQUE) INHERITS (parent, other);
        CREATE TABLE a_grandchild (c int) INHERITS (child)""",
    ),
    Case(
        "parent and child change",
        "CREATE TABLE parent (id int, gone int); CREATE TABLE child (b int) INHERITS (parent)",
        """CREATE TABLE parent (id bigint NOT NULL, come text, CHECK (id > 0));
        CREATE TABLE child (b int, c int, CHECK (c > 0)) INHERITS (parent)""",
    ),
    Case(
        "a comment changes",
        "CREATE TABLE t (id int); COMMENT ON TABLE t IS 'one'",
        "CREATE TABLE t (id int)",
        ('COMMENT ON TABLE "t" IS NULL',),
    ),
    Case(
        "a table comes with all its comments",
        "",
        """CREATE TABLE t (id int PRIMARY KEY, n int CONSTRAINT positive CHECK (n > 0), UNIQUE (n), REFERS int REFERENCES t);
        CREATE INDEX i ON t (n);
        COMMENT ON TABLE t IS 'a table -- with a comment; and --> statement-breakpoint';
        COMMENT ON COLUMN t.id IS E'line\\none';
        COMMENT ON CONSTRAINT t_pkey ON t IS 'key';
        COMMENT ON CONSTRAINT t_n_key ON t IS 'unique';
        COMMENT ON CONSTRAINT positive ON t IS 'check';
        COMMENT ON CONSTRAINT t_refers_fkey ON t IS 'reference';
        COMMENT ON INDEX i IS 'index'""",
    ),
    Case(
        "a table goes with all that hangs on it",
        """CREATE TABLE t (id serial PRIMARY KEY, a text UNIQUE, b int GENERATED ALWAYS AS IDENTITY CHECK (b > 0));
        CREATE INDEX ON t (b); CREATE TABLE u (t int REFERENCES t)""",
        "CREATE TABLE u (t int)",
    ),
    Case(
        "tables in a circle of foreign keys come and go together",
        "",
        """CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
        ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b""",
    ),
    Case(
        "three tables in a circle, of which one stays",
        "CREATE TABLE a (id int PRIMARY KEY)",
        """CREATE TABLE a (id int PRIMARY KEY, c int); CREATE TABLE b (id int PRIMARY KEY REFERENCES a);
        CREATE TABLE c (id int PRIMARY KEY REFERENCES b); ALTER TABLE a ADD FOREIGN KEY (c) REFERENCES c""",
    ),
    Case(
        "tables that refer to each other become unlogged",
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY REFERENCES a); CREATE TABLE aa (b int REFERENCES b)",
        """CREATE UNLOGGED TABLE a (id int PRIMARY KEY); CREATE UNLOGGED TABLE b (id int PRIMARY KEY REFERENCES a);
        CREATE UNLOGGED TABLE aa (b int REFERENCES b)""",
    ),
    Case(
        "comments come everywhere",
        """CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); CREATE DOMAIN app.d AS int; CREATE SEQUENCE app.s;
        CREATE TABLE app.t (id int CONSTRAINT k PRIMARY KEY, mood app.mood, d app.d, n int CONSTRAINT c CHECK (n > 0),
            CONSTRAINT u UNIQUE (n), CONSTRAINT f FOREIGN KEY (n) REFERENCES app.t, CONSTRAINT x EXCLUDE (n WITH =));
        CREATE INDEX i ON app.t (n)""",
        """CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); CREATE DOMAIN app.d AS int; CREATE SEQUENCE app.s;
        CREATE TABLE app.t (id int CONSTRAINT k PRIMARY KEY, mood app.mood, d app.d, n int CONSTRAINT c CHECK (n > 0),
            CONSTRAINT u UNIQUE (n), CONSTRAINT f FOREIGN KEY (n) REFERENCES app.t, CONSTRAINT x EXCLUDE (n WITH =));
        CREATE INDEX i ON app.t (n);
        COMMENT ON SCHEMA app IS '1'; COMMENT ON TYPE app.mood IS '2'; COMMENT ON DOMAIN app.d IS '3';
        COMMENT ON SEQUENCE app.s IS '4'; COMMENT ON TABLE app.t IS '5'; COMMENT ON COLUMN app.t.id IS '6';
        COMMENT ON CONSTRAINT k ON app.t IS '7'; COMMENT ON CONSTRAINT c ON app.t IS '8';
        COMMENT ON CONSTRAINT u ON app.t IS '9'; COMMENT ON CONSTRAINT f ON app.t IS '10';
        COMMENT ON CONSTRAINT x ON app.t IS '11'; COMMENT ON INDEX app.i IS '12'""",
        (
            """COMMENT ON SCHEMA "app" IS '1'""",
            """COMMENT ON TYPE "app"."mood" IS '2'""",
            """COMMENT ON DOMAIN "app"."d" IS '3'""",
            """COMMENT ON SEQUENCE "app"."s" IS '4'""",
            """COMMENT ON TABLE "app"."t" IS '5'""",
            """COMMENT ON COLUMN "app"."t"."id" IS '6'""",
            """COMMENT ON CONSTRAINT "k" ON "app"."t" IS '7'""",
            """COMMENT ON CONSTRAINT "u" ON "app"."t" IS '9'""",
            """COMMENT ON CONSTRAINT "c" ON "app"."t" IS '8'""",
            """COMMENT ON CONSTRAINT "x" ON "app"."t" IS '11'""",
            """COMMENT ON CONSTRAINT "f" ON "app"."t" IS '10'""",
            """COMMENT ON INDEX "app"."i" IS '12'""",
        ),
    ),
    Case(
        "tables swap their serials",
        """CREATE SEQUENCE s; CREATE SEQUENCE r;
        CREATE TABLE a (x int DEFAULT nextval('s')); CREATE TABLE b (x int DEFAULT nextval('r'))""",
        """CREATE SEQUENCE s; CREATE SEQUENCE r;
        CREATE TABLE a (x int DEFAULT nextval('r')); CREATE TABLE b (x int DEFAULT nextval('s'))""",
    ),
    Case(
        "a table is of a type, which changes",
        "CREATE TYPE ct AS (a int, b text); CREATE TABLE t OF ct (a NOT NULL DEFAULT 3, PRIMARY KEY (a))",
        "CREATE TYPE ct AS (a bigint, c int); CREATE TABLE t OF ct (a NOT NULL DEFAULT 3, PRIMARY KEY (a))",
    ),
    Case(
        "a table is no longer of a type",
        "CREATE TYPE ct AS (a int, b text); CREATE TABLE t OF ct",
        "CREATE TYPE ct AS (a int, b text); CREATE TABLE t (a bigint, x int)",
    ),
    Case(
        "a table is of another type",
        "CREATE TYPE ct AS (a int, b text); CREATE TABLE t OF ct; CREATE TABLE u OF ct",
        "CREATE TYPE ct AS (a int, b text, d int); CREATE TYPE cu AS (a bigint, x int); CREATE TABLE t OF cu; CREATE TABLE u OF ct",
    ),
    Case(
        "a table takes the name of one that was renamed and goes, whose NOT NULL has kept its own",
        "CREATE TABLE t (a int NOT NULL, b text); ALTER TABLE t RENAME TO u",
        "CREATE TABLE t (a int NOT NULL, b text)",
    ),
)
