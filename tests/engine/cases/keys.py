"""Primary keys and unique constraints."""

from .case import Case

CASES = (
    Case(
        "a primary key comes",
        "CREATE TABLE t (id int NOT NULL)",
        "CREATE TABLE t (id int PRIMARY KEY)",
        ('ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")',),
        ("scans-table",),
    ),
    Case(
        "a primary key comes over a column that may be null",
        "CREATE TABLE t (id int)",
        "CREATE TABLE t (id int PRIMARY KEY)",
    ),
    Case(
        "a primary key takes another column",
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a))",
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (b))",
    ),
    Case(
        "the columns of a primary key change places",
        "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))",
        "CREATE TABLE t (a int, b int, PRIMARY KEY (b, a))",
    ),
    Case(
        "a primary key is renamed, and said of",
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (t int REFERENCES t)",
        "CREATE TABLE t (id int CONSTRAINT k PRIMARY KEY); CREATE TABLE u (t int REFERENCES t); COMMENT ON CONSTRAINT k ON t IS 'key'",
        ('ALTER TABLE "t" RENAME CONSTRAINT "t_pkey" TO "k"', """COMMENT ON CONSTRAINT "k" ON "t" IS 'key'"""),
    ),
    Case(
        "a primary key with everything",
        "CREATE TABLE t (a int, b int, c int)",
        "CREATE TABLE t (a int, b int, c int, CONSTRAINT k PRIMARY KEY (b, a) INCLUDE (c) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED)",
    ),
    Case(
        "a primary key makes way for one of another name over another column",
        "CREATE TABLE t (a int, CONSTRAINT k PRIMARY KEY (a))",
        "CREATE TABLE t (a int, b int, CONSTRAINT l PRIMARY KEY (b))",
    ),
    Case(
        "a primary key goes with its column, and another comes",
        "CREATE TABLE t (a int, CONSTRAINT k PRIMARY KEY (a))",
        "CREATE TABLE t (b int, CONSTRAINT l PRIMARY KEY (b))",
    ),
    Case(
        "a unique constraint comes",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int UNIQUE)",
        ('ALTER TABLE "t" ADD CONSTRAINT "t_a_key" UNIQUE ("a")',),
        ("scans-table",),
    ),
    Case(
        "a table comes with several keys of the same columns, of which CREATE TABLE would make one",
        "",
        """
            CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int);
            ALTER TABLE t ADD UNIQUE (a), ADD UNIQUE (b), ADD CONSTRAINT k UNIQUE (b) DEFERRABLE;
            CREATE TABLE p (a int UNIQUE) PARTITION BY LIST (a);
            ALTER TABLE p ADD UNIQUE (a);
            CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
            CREATE TABLE u (b int REFERENCES t (b))
        """,
    ),
    Case(
        "a unique constraint with everything",
        "CREATE TABLE t (a int, b int, c int)",
        "CREATE TABLE t (a int, b int, c int, CONSTRAINT k UNIQUE NULLS NOT DISTINCT (b, a) INCLUDE (c) WITH (fillfactor = 70) DEFERRABLE)",
        since=15,
    ),
    Case(
        "nulls become equal",
        "CREATE TABLE t (a int UNIQUE)",
        "CREATE TABLE t (a int UNIQUE NULLS NOT DISTINCT)",
        since=15,
    ),
    Case(
        "a unique constraint becomes deferrable",
        "CREATE TABLE t (a int UNIQUE)",
        "CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
    ),
    Case(
        "a unique constraint includes a column",
        "CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a))",
        "CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a) INCLUDE (b))",
    ),
    Case(
        "a unique constraint is renamed",
        "CREATE TABLE t (a int CONSTRAINT x UNIQUE)",
        "CREATE TABLE t (a int CONSTRAINT y UNIQUE)",
        ('ALTER TABLE "t" RENAME CONSTRAINT "x" TO "y"',),
    ),
    Case(
        "two unique constraints swap their names",
        "CREATE TABLE t (a int CONSTRAINT x UNIQUE, b int CONSTRAINT y UNIQUE)",
        "CREATE TABLE t (a int CONSTRAINT y UNIQUE, b int CONSTRAINT x UNIQUE)",
    ),
    Case(
        "names move along a chain",
        "CREATE TABLE t (a int CONSTRAINT x UNIQUE, b int CONSTRAINT y UNIQUE)",
        "CREATE TABLE t (a int CONSTRAINT y UNIQUE, b int CONSTRAINT z UNIQUE)",
    ),
    Case(
        "options in another order",
        "CREATE TABLE t (a int UNIQUE WITH (fillfactor = 70, deduplicate_items = off))",
        "CREATE TABLE t (a int UNIQUE WITH (deduplicate_items = off, fillfactor = 70))",
        (),
    ),
    Case(
        "a key moves under a foreign key",
        "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE); CREATE TABLE u (t int REFERENCES t)",
        "CREATE TABLE t (a int UNIQUE NOT NULL, b int PRIMARY KEY); CREATE TABLE u (t int REFERENCES t (a))",
    ),
    Case(
        "periods do not overlap",
        "CREATE TABLE t (a int4range, b daterange)",
        "CREATE TABLE t (a int4range, b daterange, PRIMARY KEY (a, b WITHOUT OVERLAPS), CONSTRAINT u UNIQUE (a, b WITHOUT OVERLAPS))",
        since=18,
    ),
    Case(
        "periods refer to periods",
        "CREATE TABLE t (a int4range, b daterange, PRIMARY KEY (a, b WITHOUT OVERLAPS)); CREATE TABLE u (a int4range, b daterange)",
        """CREATE TABLE t (a int4range, b daterange, PRIMARY KEY (a, b WITHOUT OVERLAPS));
        CREATE TABLE u (a int4range, b daterange, FOREIGN KEY (a, PERIOD b) REFERENCES t (a, PERIOD b))""",
        since=18,
    ),
)
