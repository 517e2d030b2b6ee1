"""Foreign keys."""

from .case import Case

T = "CREATE TABLE t (id int PRIMARY KEY);"

CASES = (
    Case(
        "a foreign key comes without stopping anybody",
        f"{T} CREATE TABLE u (t int)",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t)",
        (
            'ALTER TABLE "u" ADD CONSTRAINT "f" FOREIGN KEY ("t") REFERENCES "t" ("id") NOT VALID',
            'ALTER TABLE "u" VALIDATE CONSTRAINT "f"',
        ),
    ),
    Case(
        "a foreign key comes along with its tables",
        "",
        f"{T} CREATE TABLE a (t int CONSTRAINT f REFERENCES t)",
        (
            'CREATE TABLE "a" (\n\t"t" integer\n)',
            'CREATE TABLE "t" (\n\t"id" integer NOT NULL,\n\tCONSTRAINT "t_pkey" PRIMARY KEY ("id")\n)',
            'ALTER TABLE "a" ADD CONSTRAINT "f" FOREIGN KEY ("t") REFERENCES "t" ("id")',
        ),
    ),
    Case(
        "a foreign key that is not valid",
        f"{T} CREATE TABLE u (t int)",
        f"{T} CREATE TABLE u (t int); ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (t) REFERENCES t NOT VALID",
        ('ALTER TABLE "u" ADD CONSTRAINT "f" FOREIGN KEY ("t") REFERENCES "t" ("id") NOT VALID',),
    ),
    Case(
        "a foreign key becomes valid",
        f"{T} CREATE TABLE u (t int); ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (t) REFERENCES t NOT VALID",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t)",
        ('ALTER TABLE "u" VALIDATE CONSTRAINT "f"',),
    ),
    Case(
        "every action",
        f"{T} CREATE TABLE u (a int, b int, c int DEFAULT 1, d int, e int)",
        f"""{T} CREATE TABLE u (a int REFERENCES t ON DELETE CASCADE ON UPDATE RESTRICT, b int REFERENCES t ON DELETE SET NULL ON UPDATE CASCADE,
            c int DEFAULT 1 REFERENCES t ON DELETE SET DEFAULT ON UPDATE SET NULL, d int REFERENCES t MATCH FULL ON DELETE RESTRICT,
            e int REFERENCES t ON UPDATE SET DEFAULT)""",
    ),
    Case(
        "an action changes",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t)",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t ON DELETE CASCADE)",
        (
            'ALTER TABLE "u" DROP CONSTRAINT "f"',
            'ALTER TABLE "u" ADD CONSTRAINT "f" FOREIGN KEY ("t") REFERENCES "t" ("id") ON DELETE CASCADE NOT VALID',
            'ALTER TABLE "u" VALIDATE CONSTRAINT "f"',
        ),
    ),
    Case(
        "some columns are set to null",
        "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE u (a int, b int)",
        "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE u (a int, b int, FOREIGN KEY (a, b) REFERENCES t ON DELETE SET NULL (b))",
        since=15,
    ),
    Case(
        "a foreign key is deferred in place",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t)",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t DEFERRABLE INITIALLY DEFERRED)",
        ('ALTER TABLE "u" ALTER CONSTRAINT "f" DEFERRABLE INITIALLY DEFERRED',),
    ),
    Case(
        "a foreign key is not valid, and is deferred",
        f"{T} CREATE TABLE u (t int); ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (t) REFERENCES t NOT VALID",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t DEFERRABLE)",
    ),
    Case(
        "a foreign key is not enforced",
        f"{T} CREATE TABLE u (t int)",
        f"{T} CREATE TABLE u (t int REFERENCES t NOT ENFORCED)",
        since=18,
    ),
    Case(
        "a foreign key is enforced",
        f"{T} CREATE TABLE u (t int REFERENCES t NOT ENFORCED)",
        f"{T} CREATE TABLE u (t int REFERENCES t)",
        since=18,
    ),
    Case(
        "a foreign key is renamed",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t)",
        f"{T} CREATE TABLE u (t int CONSTRAINT g REFERENCES t)",
        ('ALTER TABLE "u" RENAME CONSTRAINT "f" TO "g"',),
    ),
    Case(
        "a foreign key to itself",
        "CREATE TABLE t (id int PRIMARY KEY, up int)",
        "CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t)",
    ),
    Case(
        "a foreign key leads elsewhere",
        f"{T} CREATE TABLE s (id int PRIMARY KEY); CREATE TABLE u (t int CONSTRAINT f REFERENCES t)",
        f"{T} CREATE TABLE s (id int PRIMARY KEY); CREATE TABLE u (t int CONSTRAINT f REFERENCES s)",
    ),
    Case(
        "a foreign key leads to a new table instead of one that goes",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t)",
        "CREATE TABLE s (id int PRIMARY KEY); CREATE TABLE u (t int CONSTRAINT f REFERENCES s)",
    ),
    Case(
        "its unique constraint is replaced",
        "CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a)); CREATE TABLE u (a int REFERENCES t (a))",
        "CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a) INCLUDE (b)); CREATE TABLE u (a int REFERENCES t (a))",
    ),
    Case(
        "its unique constraint makes way for another of another name",
        "CREATE TABLE t (a int CONSTRAINT k UNIQUE); CREATE TABLE u (a int REFERENCES t (a))",
        "CREATE TABLE t (a int, CONSTRAINT l UNIQUE (a) WITH (fillfactor = 70)); CREATE TABLE u (a int REFERENCES t (a))",
    ),
    Case(
        "its unique index is replaced",
        "CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a); CREATE TABLE u (a int REFERENCES t (a))",
        "CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a) INCLUDE (b); CREATE TABLE u (a int REFERENCES t (a))",
    ),
    Case(
        "its unique index becomes a constraint",
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); CREATE TABLE u (a int REFERENCES t (a))",
        "CREATE TABLE t (a int CONSTRAINT i UNIQUE); CREATE TABLE u (a int REFERENCES t (a))",
    ),
    Case(
        "a foreign key over a unique index that comes",
        "CREATE TABLE t (a int); CREATE TABLE u (a int)",
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); CREATE TABLE u (a int REFERENCES t (a))",
    ),
    Case(
        "a foreign key to a partitioned table, and from one",
        f"{T} CREATE TABLE p (id int PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE u (p int)",
        f"{T} CREATE TABLE p (id int PRIMARY KEY REFERENCES t) PARTITION BY HASH (id); CREATE TABLE u (p int REFERENCES p)",
    ),
    Case(
        "a foreign key into another schema",
        f"CREATE SCHEMA app; {T} CREATE TABLE app.u (t int)",
        f"CREATE SCHEMA app; {T} CREATE TABLE app.u (t int REFERENCES t)",
    ),
    Case(
        "columns of both sides are swapped",
        "CREATE TABLE t (a int, b int, UNIQUE (a, b)); CREATE TABLE u (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES t (a, b))",
        "CREATE TABLE t (a int, b int, UNIQUE (a, b)); CREATE TABLE u (a int, b int, CONSTRAINT f FOREIGN KEY (b, a) REFERENCES t (a, b))",
    ),
    Case(
        "a foreign key has a comment",
        f"{T} CREATE TABLE u (t int)",
        f"{T} CREATE TABLE u (t int CONSTRAINT f REFERENCES t); COMMENT ON CONSTRAINT f ON u IS 'why'",
    ),
    Case(
        "a foreign key is no longer valid",
        "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES u)",
        "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES u NOT VALID",
    ),
)
