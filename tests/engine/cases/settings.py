"""What is set of tables, columns and indexes that are there."""

from .case import Case

CASES = (
    Case(
        "a table tells its rows apart by all columns",
        "CREATE TABLE t(a int)",
        "CREATE TABLE t(a int); ALTER TABLE t REPLICA IDENTITY FULL",
    ),
    Case(
        "a table tells its rows apart by an index",
        "CREATE TABLE t(a int not null); create unique index i on t(a)",
        "CREATE TABLE t(a int not null); create unique index i on t(a); ALTER TABLE t REPLICA IDENTITY USING INDEX i",
    ),
    Case(
        "another index is clustered on, said of, and the replica identity",
        "CREATE TABLE t(a int primary key, b int); create index j on t(b); alter table t cluster on j",
        "CREATE TABLE t(a int primary key, b int); create index j on t(b); ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey; alter table t cluster on t_pkey; comment on index t_pkey is 'x'",
    ),
    Case(
        "columns get storage, compression, statistics and options",
        "CREATE TABLE t(a text, b int, c text)",
        "CREATE TABLE t(a text, b int, c text); alter table t alter a set storage external, alter a set statistics 50, alter c set compression pglz, alter b set (n_distinct=-0.5, n_distinct_inherited=3)",
        since=14,
    ),
    Case(
        "columns get storage, statistics and options",
        "CREATE TABLE t(a text, b int)",
        "CREATE TABLE t(a text, b int); alter table t alter a set storage external, alter a set statistics 50, alter b set (n_distinct=-0.5)",
    ),
    Case(
        "a column of another type keeps its storage",
        "CREATE TABLE t(a text); alter table t alter a set storage external",
        "CREATE TABLE t(a varchar(9)); alter table t alter a set storage external, alter a set compression pglz",
        since=14,
    ),
    Case(
        "an expression of an index gets a statistics target",
        "CREATE TABLE t(a text); create index i on t(lower(a))",
        "CREATE TABLE t(a text); create index i on t(lower(a)); alter index i alter column 1 set statistics 30",
    ),
    Case(
        "a NOT NULL is renamed",
        "CREATE TABLE t(a int not null)",
        "CREATE TABLE t(a int constraint x not null)",
    ),
    Case(
        "a NOT NULL comes with a name",
        "CREATE TABLE t(a int)",
        "CREATE TABLE t(a int constraint x not null)",
    ),
    Case(
        "a NOT NULL is no longer inherited, and said of",
        "CREATE TABLE t(a int not null)",
        "CREATE TABLE t(a int not null no inherit); comment on constraint t_a_not_null on t is 'n'",
        majors=(18,),
    ),
    Case(
        "a NOT NULL is no longer valid",
        "CREATE TABLE t(a int not null)",
        "CREATE TABLE t(a int); alter table t add constraint nn not null a not valid",
        majors=(18,),
    ),
    Case(
        "a NOT NULL comes that is not valid",
        "CREATE TABLE t(a int)",
        "CREATE TABLE t(a int); alter table t add constraint nn not null a not valid",
        majors=(18,),
    ),
    Case(
        "a foreign key is no longer enforced",
        "CREATE TABLE u(a int primary key); create table t(a int references u)",
        "CREATE TABLE u(a int primary key); create table t(a int references u not enforced)",
        majors=(18,),
    ),
)
