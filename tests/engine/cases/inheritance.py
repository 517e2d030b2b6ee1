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
)
