"""Columns that come, go, and change in place."""

from .case import Case

CASES = (
    Case(
        "a column comes",
        "CREATE TABLE t (id int)",
        "CREATE TABLE t (id int, bio text)",
        ('ALTER TABLE "t" ADD COLUMN "bio" text',),
    ),
    Case(
        "a column goes",
        "CREATE TABLE t (id int, bio text)",
        "CREATE TABLE t (id int)",
        ('ALTER TABLE "t" DROP COLUMN "bio"',),
        ("deletes-data",),
    ),
    Case(
        "a column comes with everything",
        "CREATE TABLE t (id int)",
        """CREATE TABLE t (id int, "a b" varchar(20) COLLATE "C" NOT NULL DEFAULT 'x''y' UNIQUE CHECK ("a b" <> ''));
        COMMENT ON COLUMN t."a b" IS 'said'""",
    ),
    Case(
        "a column that must not be null comes without a default",
        "CREATE TABLE t (id int)",
        "CREATE TABLE t (id int, a text NOT NULL)",
        ('ALTER TABLE "t" ADD COLUMN "a" text NOT NULL',),
        ("fails-on-rows",),
    ),
    Case(
        "a varchar widens",
        "CREATE TABLE t (a varchar(10)); CREATE INDEX ON t (a)",
        "CREATE TABLE t (a varchar(20)); CREATE INDEX ON t (a)",
        ('ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE varchar(20)',),
        ("rewrites-table",),
    ),
    Case(
        "a varchar becomes text, with its default, its check and its index",
        "CREATE TABLE t (a varchar(10) DEFAULT 'x' CHECK (a <> '')); CREATE INDEX ON t (lower(a)) WHERE a <> 'y'",
        "CREATE TABLE t (a text DEFAULT 'x' CHECK (a <> '')); CREATE INDEX ON t (lower(a)) WHERE a <> 'y'",
    ),
    Case("a char narrows", "CREATE TABLE t (a char(10) DEFAULT 'x')", "CREATE TABLE t (a char(2) DEFAULT 'x')"),
    Case(
        "text becomes a number",
        "CREATE TABLE t (a text NOT NULL DEFAULT '1')",
        "CREATE TABLE t (a int NOT NULL DEFAULT 1)",
        (
            'ALTER TABLE "t" ALTER COLUMN "a" DROP DEFAULT',
            'ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE integer USING "a"::text::integer',
            'ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT 1',
        ),
        ("rewrites-table", "fails-on-rows"),
    ),
    Case(
        "text becomes a number under a check and an index that must be made anew",
        "CREATE TABLE t (a text CONSTRAINT c CHECK (a <> '')); CREATE INDEX i ON t (lower(a))",
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0)); CREATE INDEX i ON t ((a + 1))",
    ),
    Case(
        "a number widens under its key and its foreign key",
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (t int REFERENCES t)",
        "CREATE TABLE t (id bigint PRIMARY KEY); CREATE TABLE u (t bigint REFERENCES t)",
    ),
    Case(
        "text becomes uuid under its key and its foreign key",
        "CREATE TABLE t (id text PRIMARY KEY, up text REFERENCES t); CREATE TABLE u (t text REFERENCES t)",
        "CREATE TABLE t (id uuid PRIMARY KEY, up uuid REFERENCES t); CREATE TABLE u (t uuid REFERENCES t)",
    ),
    Case(
        "text becomes uuid under a foreign key that is renamed",
        "CREATE TABLE t (id text PRIMARY KEY); CREATE TABLE u (t text CONSTRAINT f REFERENCES t)",
        "CREATE TABLE t (id uuid PRIMARY KEY); CREATE TABLE u (t uuid CONSTRAINT g REFERENCES t)",
    ),
    Case(
        "text becomes a date under an index with an operator class",
        "CREATE TABLE t (a text); CREATE INDEX i ON t (a text_pattern_ops)",
        "CREATE TABLE t (a date); CREATE INDEX i ON t (a)",
    ),
    Case("text becomes json", "CREATE TABLE t (a text DEFAULT '{}')", "CREATE TABLE t (a jsonb DEFAULT '{}')"),
    Case(
        "a timestamp gets a time zone",
        "CREATE TABLE t (a timestamp DEFAULT now())",
        "CREATE TABLE t (a timestamptz DEFAULT now())",
    ),
    Case(
        "precision changes",
        "CREATE TABLE t (a numeric(10, 2), b timestamp(3), c interval, d bit(3))",
        "CREATE TABLE t (a numeric, b timestamp(6), c interval day to second(2), d bit(5))",
    ),
    Case(
        "a text becomes an array",
        "CREATE TABLE t (a text NOT NULL)",
        "CREATE TABLE t (a text[] NOT NULL)",
        one_way=True,
    ),
    Case("an array becomes a text", "CREATE TABLE t (a text[])", "CREATE TABLE t (a text)", one_way=True),
    Case(
        "an array of texts becomes one of numbers",
        "CREATE TABLE t (a text[] DEFAULT '{}')",
        "CREATE TABLE t (a int[] DEFAULT '{}')",
    ),
    Case(
        "an enum becomes an array of it",
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (a mood DEFAULT 'sad')",
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (a mood[] DEFAULT '{sad}')",
        one_way=True,
    ),
    Case(
        "a text becomes an enum that comes",
        "CREATE TABLE t (a text DEFAULT 'sad', b text[])",
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (a mood DEFAULT 'sad', b mood[])",
    ),
    Case("a number becomes a boolean", "CREATE TABLE t (a int DEFAULT 1)", "CREATE TABLE t (a bool DEFAULT true)"),
    Case(
        "a default changes",
        "CREATE TABLE t (a int DEFAULT 1)",
        "CREATE TABLE t (a int DEFAULT 2)",
        ('ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT 2',),
    ),
    Case(
        "a default goes",
        "CREATE TABLE t (a int DEFAULT 1)",
        "CREATE TABLE t (a int)",
        ('ALTER TABLE "t" ALTER COLUMN "a" DROP DEFAULT',),
    ),
    Case(
        "defaults of every kind",
        "CREATE TABLE t (a int)",
        r"""CREATE TABLE t (a int, b text DEFAULT 'it''s', c text DEFAULT E'a\nb\\', d text[] DEFAULT ARRAY['x', 'y'],
            e jsonb DEFAULT '{"a": [1]}', f timestamptz DEFAULT now(), g date DEFAULT CURRENT_DATE, h bytea DEFAULT '\xff',
            i numeric(5, 2) DEFAULT -1.5, j interval DEFAULT '1 day', k bool DEFAULT false, l varchar(5) DEFAULT 'x',
            m char(3) DEFAULT 'ab', n "char" DEFAULT 'c', o text DEFAULT '--> statement-breakpoint',
            p text DEFAULT '; -- ccm: commit', q uuid DEFAULT gen_random_uuid(), r float DEFAULT 'NaN', s inet DEFAULT '::1',
            u timestamp(3) DEFAULT '2024-01-02 03:04:05.678', v bit(3) DEFAULT B'101', w text DEFAULT NULL, x int DEFAULT NULL)""",
    ),
    Case(
        "a column must not be null",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int NOT NULL)",
        ('ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL',),
        ("scans-table",),
    ),
    Case(
        "a column may be null",
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE TABLE t (a int)",
        ('ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL',),
    ),
    Case(
        "types change under unique, covering and partial indexes, and an exclusion",
        """CREATE TABLE t (a int UNIQUE, b varchar(9), c int, EXCLUDE (a WITH =) WHERE (c > 0), UNIQUE (c, b));
        CREATE INDEX ON t (a) INCLUDE (b); CREATE INDEX ON t (c varchar_ops) WHERE b <> '';""".replace(
            "c varchar_ops", "b varchar_ops"
        ),
        """CREATE TABLE t (a bigint UNIQUE, b text, c smallint, EXCLUDE (a WITH =) WHERE (c > 0), UNIQUE (c, b));
        CREATE INDEX ON t (a) INCLUDE (b); CREATE INDEX ON t (b varchar_ops) WHERE b <> ''""",
    ),
    Case(
        "a type changes under a generated column, its index, its check and its statistics",
        """CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 1) STORED CHECK (g > 0)); CREATE INDEX ON t (g);
        CREATE TABLE u (n int)""",
        """CREATE TABLE t (a bigint, g int GENERATED ALWAYS AS (a + 1) STORED CHECK (g > 0)); CREATE INDEX ON t (g);
        CREATE TABLE u (n int)""",
    ),
    Case(
        "a type changes in a parent, under a key and an index of its child",
        """CREATE TABLE parent (id int); CREATE TABLE child (n int, PRIMARY KEY (id)) INHERITS (parent);
        CREATE INDEX ON child (id, n)""",
        """CREATE TABLE parent (id bigint); CREATE TABLE child (n int, PRIMARY KEY (id)) INHERITS (parent);
        CREATE INDEX ON child (id, n)""",
    ),
    Case(
        "a primary key goes, and its column may be null",
        "CREATE TABLE t (a int PRIMARY KEY)",
        "CREATE TABLE t (a int)",
        (
            'ALTER TABLE "t" DROP CONSTRAINT "t_pkey"',
            'ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL',
        ),
    ),
    Case(
        "a collation changes",
        """CREATE TABLE t (a text COLLATE "C"); CREATE INDEX ON t (a)""",
        "CREATE TABLE t (a text); CREATE INDEX ON t (a)",
        ('ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE text',),
        ("rewrites-table",),
    ),
    Case(
        "a collation changes along with the type",
        """CREATE TABLE t (a varchar(9) COLLATE "C")""",
        """CREATE TABLE t (a text COLLATE "POSIX")""",
    ),
    Case(
        "a comment changes",
        "CREATE TABLE t (a int); COMMENT ON COLUMN t.a IS 'one'",
        "CREATE TABLE t (a int); COMMENT ON COLUMN t.a IS 'two'",
        ("""COMMENT ON COLUMN "t"."a" IS 'two'""",),
    ),
    Case(
        "a column goes with its index, its sequence, its check, and the constraints of several columns",
        """CREATE TABLE t (a serial, b int, c int, PRIMARY KEY (a, b), UNIQUE (b, a), CHECK (a > c), CHECK (a > 0));
        CREATE INDEX ON t (a); CREATE INDEX ON t (b) INCLUDE (a); CREATE INDEX ON t ((a + b)); CREATE INDEX ON t (b) WHERE a > 0;
        CREATE TABLE u (a int, b int, FOREIGN KEY (a, b) REFERENCES t)""",
        "CREATE TABLE t (b int NOT NULL, c int); CREATE TABLE u (a int, b int)",
    ),
    Case(
        "a column goes, and its constraints go on without it",
        """CREATE TABLE t (a int, b int, CONSTRAINT k PRIMARY KEY (a, b), CONSTRAINT c CHECK (a > b)); CREATE INDEX i ON t (a, b);
        CREATE TABLE u (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES t)""",
        """CREATE TABLE t (b int, CONSTRAINT k PRIMARY KEY (b), CONSTRAINT c CHECK (b > 0)); CREATE INDEX i ON t (b);
        CREATE TABLE u (b int, CONSTRAINT f FOREIGN KEY (b) REFERENCES t)""",
    ),
    Case("every column is replaced", "CREATE TABLE t (a int, b int)", "CREATE TABLE t (c text, d text)"),
    Case(
        "a column is called otherwise, and nobody says so",
        "CREATE TABLE t (a int, b int)",
        "CREATE TABLE t (a int, c int)",
        ('ALTER TABLE "t" ADD COLUMN "c" integer', 'ALTER TABLE "t" DROP COLUMN "b"'),
        ("deletes-data",),
    ),
    Case("the order of columns is not compared", "CREATE TABLE t (a int, b int)", "CREATE TABLE t (b int, a int)", ()),
    Case(
        "names that need quotes",
        """CREATE TABLE "T a.b" ("select" int, "a""b" int, "Ünï" int)""",
        """CREATE TABLE "T a.b" ("select" bigint PRIMARY KEY, "a""b" text DEFAULT 'x' CHECK ("a""b" <> ''), "Ünï" int UNIQUE REFERENCES "T a.b");
        CREATE INDEX "i ""x"".y" ON "T a.b" ("a""b", ("select" + 1)); COMMENT ON COLUMN "T a.b"."a""b" IS 'x'""",
    ),
    Case(
        "a generated column comes",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        ('ALTER TABLE "t" ADD COLUMN "b" integer GENERATED ALWAYS AS ((a * 2)) STORED',),
        ("rewrites-table",),
    ),
    Case(
        "the expression of a generated column changes, under an index",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED); CREATE INDEX ON t (b); COMMENT ON COLUMN t.b IS 'twice'",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) STORED); CREATE INDEX ON t (b); COMMENT ON COLUMN t.b IS 'thrice'",
    ),
    Case(
        "a generated column keeps its values as a plain one",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE TABLE t (a int, b int)",
        ('ALTER TABLE "t" ALTER COLUMN "b" DROP EXPRESSION',),
        one_way=True,
    ),
    Case(
        "a generated column becomes a plain one of another type",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE TABLE t (a int, b text DEFAULT 'x')",
        one_way=True,
    ),
    Case(
        "the type of a generated column changes",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE TABLE t (a int, b bigint GENERATED ALWAYS AS (a * 2) STORED)",
    ),
    Case(
        "the type of a column changes that a generated one reads",
        "CREATE TABLE t (a int, b bigint GENERATED ALWAYS AS (a * 2) STORED, c int)",
        "CREATE TABLE t (a smallint, b bigint GENERATED ALWAYS AS (a * 2) STORED, c int)",
    ),
    Case(
        "a column goes along with the generated one that reads it",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int)",
        "CREATE TABLE t (c int)",
    ),
    Case(
        "a column goes that a generated one no longer reads",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int)",
        "CREATE TABLE t (b int GENERATED ALWAYS AS (c * 2) STORED, c int)",
    ),
    Case(
        "a virtual column comes and changes",
        "CREATE TABLE t (a int, c int GENERATED ALWAYS AS (a + 1) VIRTUAL)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, c int GENERATED ALWAYS AS (a + 2) VIRTUAL)",
        since=18,
    ),
    Case(
        "a stored column becomes virtual",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)",
        since=18,
    ),
    Case(
        "a virtual column becomes a plain one",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)",
        "CREATE TABLE t (a int, b int)",
        since=18,
        one_way=True,
    ),
    Case(
        "column types of one word and of many",
        "",
        """CREATE TABLE t (a bigint, b smallint, c real, d double precision, e numeric, f money, g bytea, h char, i bpchar, j "char",
        k name, l date, m time, n timetz, o time(2), p timetz(2), q timestamptz(2), r interval year to month, s json, t jsonb, u xml,
        v uuid, w inet, x cidr, y macaddr, z macaddr8, aa bit, ab bit varying, ac varbit(3), ad point, ae polygon, af tsvector,
        ag tsquery, ah int4range, ai int4multirange, aj tstzrange, ak oid, al regclass, am text[][], an int[3], ao pg_lsn,
        ap txid_snapshot, aq jsonpath, ar varchar)""",
        since=14,  # int4multirange
    ),
)
