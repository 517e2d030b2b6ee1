"""Children that inherit, and their parents."""

from .case import Case

CASES = (
    Case(
        "a child comes with its own defaults and comments",
        "",
        "CREATE TABLE a(x int not null default 1 check (x>0), y text); CREATE TABLE b(z int) INHERITS (a); ALTER TABLE b ALTER x SET DEFAULT 5, ALTER y SET NOT NULL; COMMENT ON COLUMN b.y IS 'c'",
    ),
    Case(
        "a table leaves its parent, and gets it back",
        "CREATE TABLE a(x int, y text); CREATE TABLE b(x int, y text, z int) INHERITS (a)",
        "CREATE TABLE a(x int, y text); CREATE TABLE b(x int, y text, z int)",
    ),
    Case(
        "a parent's column changes that the child has as well",
        "CREATE TABLE a(x int, y text); CREATE TABLE b(x int, z int) INHERITS (a)",
        "CREATE TABLE a(x bigint default 3); CREATE TABLE b(x bigint, z int) INHERITS (a)",
    ),
    Case(
        "the default of the parent changes, and that of the child stays",
        "CREATE TABLE a(x int); CREATE TABLE b(z int) INHERITS (a); alter table b alter x set default 7",
        "CREATE TABLE a(x bigint default 2 not null, w int check (w>1)); CREATE TABLE b(z int) INHERITS (a); alter table b alter x set default 7",
    ),
    Case(
        "a parent's column may be null, and a key of the child is over it",
        "CREATE TABLE a(x int not null); CREATE TABLE b(z int) INHERITS (a)",
        "CREATE TABLE a(x int); CREATE TABLE b(z int, primary key (x)) INHERITS (a)",
        one_way=True,
    ),
    Case(
        "a parent's column may be null, and the child's not",
        "CREATE TABLE a(x int not null); CREATE TABLE b(z int) INHERITS (a); alter table b alter x set not null",
        "CREATE TABLE a(x int); CREATE TABLE b(z int) INHERITS (a); alter table b alter x set not null",
        one_way=True,
    ),
    Case(
        "parent and child get the same column",
        "CREATE TABLE a(x int); CREATE TABLE b(x int) INHERITS(a)",
        "CREATE TABLE a(x int, e int); CREATE TABLE b(x int, e int) INHERITS(a)",
    ),
    Case(
        "a column of the parent goes, and one child keeps it as its own",
        "CREATE TABLE b (c int, e int NOT NULL DEFAULT 3 CHECK (e > 0)); CREATE TABLE a (x int) INHERITS (b); CREATE TABLE d () INHERITS (b); CREATE TABLE dd () INHERITS (d)",
        "CREATE TABLE b (c int); CREATE TABLE a (x int, e int CONSTRAINT b_e_not_null NOT NULL DEFAULT 3, CONSTRAINT b_e_check CHECK (e > 0)) INHERITS (b); CREATE TABLE d () INHERITS (b); CREATE TABLE dd () INHERITS (d)",
        (
            'ALTER TABLE ONLY "b" DROP CONSTRAINT "b_e_check"',
            'ALTER TABLE "d" DROP CONSTRAINT "b_e_check"',
            'ALTER TABLE ONLY "b" ALTER COLUMN "e" DROP NOT NULL',
            'ALTER TABLE ONLY "b" DROP COLUMN "e"',
            'ALTER TABLE "d" DROP COLUMN "e"',
        ),
        ("deletes-data", "deletes-data"),
        one_way=True,
    ),
    Case(
        "a column of the parent goes, and the child keeps it as another type",
        "CREATE TABLE b (c int, e int); CREATE TABLE a () INHERITS (b); CREATE TABLE aa () INHERITS (a)",
        "CREATE TABLE b (c int); CREATE TABLE a (e text DEFAULT 'x') INHERITS (b); CREATE TABLE aa () INHERITS (a)",
        (
            'ALTER TABLE ONLY "b" DROP COLUMN "e"',
            'ALTER TABLE "a" ALTER COLUMN "e" SET DATA TYPE text USING "e"::text',
            """ALTER TABLE "a" ALTER COLUMN "e" SET DEFAULT 'x'""",
        ),
        ("deletes-data", "rewrites-table"),
        one_way=True,
    ),
    Case(
        "a check of the child becomes its parent's",
        "CREATE TABLE b (c int); CREATE TABLE a (CONSTRAINT k CHECK (c > 0)) INHERITS (b)",
        "CREATE TABLE b (c int, CONSTRAINT k CHECK (c > 0)); CREATE TABLE a () INHERITS (b)",
    ),
    Case(
        "a check of the parent goes, and one child keeps it",
        "CREATE TABLE b (c int, CONSTRAINT k CHECK (c > 0)); CREATE TABLE a () INHERITS (b); CREATE TABLE z () INHERITS (b)",
        "CREATE TABLE b (c int); CREATE TABLE a (CONSTRAINT k CHECK (c > 0)) INHERITS (b); CREATE TABLE z () INHERITS (b)",
    ),
    Case(
        "parents change places, and their columns change as well",
        "CREATE TABLE a (x int, y int); CREATE TABLE b (x int, z int); CREATE TABLE c () INHERITS (a, b)",
        "CREATE TABLE a (x bigint, y int); CREATE TABLE b (x bigint, z text); CREATE TABLE c (x bigint, y int, z text) INHERITS (b, a)",
        one_way=True,
    ),
    Case(
        "a table gets a parent that changes its columns, and leaves it",
        "CREATE TABLE a (x int, y int); CREATE TABLE c (x int, y int)",
        "CREATE TABLE a (x bigint, y int, n text); CREATE TABLE c (x bigint, y int, n text) INHERITS (a)",
    ),
    Case(
        "a check that comes from the parent is called otherwise",
        "CREATE TABLE a (x int CONSTRAINT c CHECK (x > 0)); CREATE TABLE b () INHERITS (a)",
        "CREATE TABLE a (x int CONSTRAINT d CHECK (x > 0)); CREATE TABLE b () INHERITS (a)",
        ('ALTER TABLE "a" RENAME CONSTRAINT "c" TO "d"',),
    ),
    Case(
        "values of an enum change places under a column that comes from the parent",
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE a (x mood DEFAULT 'ok'); CREATE TABLE b () INHERITS (a)",
        "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE a (x mood DEFAULT 'ok'); CREATE TABLE b () INHERITS (a)",
    ),
    Case(
        "another parent has a column of the same name",
        "CREATE TABLE a (x int); CREATE TABLE c (x int, w int); CREATE TABLE b () INHERITS (a)",
        "CREATE TABLE a (x int); CREATE TABLE c (x int, w int); CREATE TABLE b (w int) INHERITS (a, c)",
        one_way=True,
    ),
    Case(
        "one of two parents that have a column of the same name goes",
        "CREATE TABLE a (x int); CREATE TABLE c (x int); CREATE TABLE b () INHERITS (a, c)",
        "CREATE TABLE a (x int); CREATE TABLE b () INHERITS (a)",
    ),
    Case(
        "a NOT NULL that was the parent's alone comes down",
        "CREATE TABLE a (x int NOT NULL NO INHERIT); CREATE TABLE b () INHERITS (a)",
        "CREATE TABLE a (x int NOT NULL); CREATE TABLE b () INHERITS (a)",
        since=18,
        one_way=True,
    ),
)
