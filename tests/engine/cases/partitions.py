"""Partitions: attached, detached, and what they have of the whole."""

from .case import Case

P = "CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);"

CASES = (
    Case(
        "a partition comes",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    ),
    Case(
        "a table comes with its partitions",
        "",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
    ),
    Case(
        "a default partition comes",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE TABLE pd PARTITION OF p DEFAULT",
    ),
    Case(
        "a partition is detached",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 (id int constraint p_id_not_null NOT NULL, at date constraint p_at_not_null NOT NULL, a text)",
    ),
    Case(
        "a bound changes",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2027-01-01');",
    ),
    Case(
        "two partitions change bounds",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
    ),
    Case(
        "an index comes to all partitions",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');CREATE INDEX i ON p(a)",
    ),
    Case(
        "an index of a partition has a name of its own",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE INDEX i ON p(a); ALTER INDEX p1_a_idx RENAME TO odd",
    ),
    Case(
        "a primary key comes to all partitions",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER TABLE p ADD PRIMARY KEY (id,at)",
    ),
    Case(
        "a partition comes whose primary key has a name of its own",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);ALTER TABLE p ADD PRIMARY KEY (id,at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER INDEX p1_pkey RENAME TO odd",
    ),
    Case(
        "a partition comes whose index has a name of its own",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE INDEX i ON p(a); ",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE INDEX i ON p(a);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER INDEX p1_a_idx RENAME TO odd",
    ),
    Case(
        "a partition has things of its own",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER TABLE p1 ALTER a SET DEFAULT 'x', ALTER a SET NOT NULL, ADD CHECK (id>0); CREATE INDEX own ON p1(id); ALTER TABLE p1 ADD UNIQUE (id)",
    ),
    Case(
        "the default of the whole changes, and that of a partition stays",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER TABLE p1 ALTER a SET DEFAULT 'x'",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text default 'z') PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER TABLE p1 ALTER a SET DEFAULT 'x'",
    ),
    Case(
        "columns of the whole change, come and go",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        "CREATE TABLE p (id bigint NOT NULL, at date NOT NULL, b text NOT NULL DEFAULT 'q' CHECK (b<>'')) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    ),
    Case(
        "a foreign key comes to all partitions",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE TABLE u(id int primary key)",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');CREATE TABLE u(id int primary key); ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES u",
    ),
    Case(
        "a foreign key leads to a partitioned table",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER TABLE p ADD UNIQUE (id, at); CREATE TABLE u(i int, at date)",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER TABLE p ADD UNIQUE (id, at); CREATE TABLE u(i int, at date, FOREIGN KEY (i,at) REFERENCES p(id,at))",
    ),
    Case(
        "a partition is detached with its keys, checks and indexes",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');ALTER TABLE p ADD PRIMARY KEY (id,at), ADD CHECK (id>0); CREATE INDEX i ON p(a)",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);ALTER TABLE p ADD PRIMARY KEY (id,at), ADD CHECK (id>0); CREATE INDEX i ON p(a); CREATE TABLE p1 (id int constraint p_id_not_null NOT NULL, at date constraint p_at_not_null NOT NULL, a text, CONSTRAINT p_id_check CHECK (id>0), PRIMARY KEY (id,at)); CREATE INDEX ON p1(a)",
    ),
    Case(
        "a partition comes that has partitions",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (id); CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1,2); CREATE TABLE p12 PARTITION OF p1 DEFAULT; CREATE INDEX i ON p(a); ALTER TABLE p ADD PRIMARY KEY (id,at)",
    ),
    Case(
        "keys and indexes come to partitions of partitions",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (id); CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1,2);",
        "CREATE TABLE p (id int NOT NULL, at date NOT NULL, a text) PARTITION BY RANGE (at);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (id); CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1,2); CREATE INDEX i ON p(a); ALTER TABLE p ADD PRIMARY KEY (id,at)",
    ),
    Case(
        "partitions by hash",
        "",
        "CREATE TABLE h(a int) PARTITION BY HASH(a); CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (modulus 2, remainder 0); CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (modulus 2, remainder 1)",
    ),
    Case(
        "an identity of a partitioned table",
        "",
        "CREATE TABLE h(a int generated always as identity, b int) PARTITION BY HASH(b); CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (modulus 2, remainder 0)",
    ),
    Case(
        "the key changes of a table that has no partitions",
        "CREATE TABLE b (c int, d int) PARTITION BY RANGE (c); CREATE INDEX ON b (d); CREATE VIEW v AS SELECT * FROM b",
        "CREATE TABLE b (c int, d int) PARTITION BY LIST (c); CREATE INDEX ON b (d); CREATE VIEW v AS SELECT * FROM b",
    ),
    Case(
        "a table that has no partitions is no longer partitioned",
        "CREATE TABLE b (c int, d int) PARTITION BY RANGE (c); CREATE INDEX ON b (d)",
        "CREATE TABLE b (c int, d int); CREATE INDEX ON b (d)",
        one_way=True,
    ),
    Case(
        "a partition is detached from a table whose columns change",
        "CREATE TABLE b (c int NOT NULL, d int, e text) PARTITION BY RANGE (c); CREATE TABLE b1 PARTITION OF b FOR VALUES FROM (1) TO (2)",
        "CREATE TABLE b (c int NOT NULL, d bigint, x text DEFAULT 'x') PARTITION BY RANGE (c); CREATE TABLE b1 (c int CONSTRAINT b_c_not_null NOT NULL, d int, e text)",
    ),
    Case(
        "a bound changes, and so do the columns of the whole",
        "CREATE TABLE b (c int, d int) PARTITION BY RANGE (c); CREATE TABLE b1 PARTITION OF b FOR VALUES FROM (1) TO (2)",
        "CREATE TABLE b (c int, d bigint NOT NULL DEFAULT 4, x text DEFAULT 'x' CHECK (x > 'a')) PARTITION BY RANGE (c); CREATE TABLE b1 PARTITION OF b FOR VALUES FROM (1) TO (20)",
    ),
    Case(
        "a partition moves to another table, and the columns of both change",
        "CREATE TABLE b (c int, d int) PARTITION BY RANGE (c); CREATE TABLE b1 PARTITION OF b FOR VALUES FROM (1) TO (2); CREATE TABLE z (c int, d int) PARTITION BY LIST (c)",
        "CREATE TABLE b (c int) PARTITION BY RANGE (c); CREATE TABLE z (c int, d int, e int) PARTITION BY LIST (c); CREATE TABLE b1 PARTITION OF z FOR VALUES IN (1); CREATE TABLE z2 PARTITION OF z DEFAULT",
    ),
    Case(
        "a partition of a partition moves up, and its parent is detached",
        "CREATE TABLE b (c int, d int) PARTITION BY RANGE (c); CREATE TABLE b1 PARTITION OF b FOR VALUES FROM (1) TO (2) PARTITION BY LIST (d); CREATE TABLE b11 PARTITION OF b1 FOR VALUES IN (1); CREATE INDEX bi ON b (d)",
        "CREATE TABLE b (c int, d int, f int DEFAULT 3) PARTITION BY RANGE (c); CREATE TABLE b1 (c int, d int) PARTITION BY LIST (d); CREATE TABLE b11 PARTITION OF b FOR VALUES FROM (3) TO (4); CREATE INDEX bi ON b (d)",
    ),
    Case(
        "a table becomes a partition of one whose columns change",
        "CREATE TABLE p (x int, y int, z int) PARTITION BY LIST (x); CREATE TABLE c (x int, y int, z int, i int)",
        "CREATE TABLE p (x int, y bigint, n text DEFAULT 'k' NOT NULL, UNIQUE (x, y), CHECK (y > 0)) PARTITION BY LIST (x); CREATE TABLE c PARTITION OF p FOR VALUES IN (1)",
    ),
    Case(
        "much is said of the parts of an index and of a key",
        """CREATE TABLE p (a int NOT NULL, b int) PARTITION BY RANGE (a);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2)""",
        """CREATE TABLE p (a int NOT NULL, b int, PRIMARY KEY (a)) PARTITION BY RANGE (a); CREATE INDEX i ON p ((b + 1));
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2); CREATE TABLE p2 PARTITION OF p DEFAULT;
        COMMENT ON INDEX p1_expr_idx IS 'one'; ALTER INDEX p1_expr_idx ALTER COLUMN 1 SET STATISTICS 100;
        ALTER TABLE p1 CLUSTER ON p1_expr_idx; COMMENT ON CONSTRAINT p1_pkey ON p1 IS 'key';
        COMMENT ON INDEX p2_expr_idx IS 'two'; ALTER TABLE p2 CLUSTER ON p2_pkey; COMMENT ON INDEX p2_pkey IS 'index'""",
    ),
    Case(
        "a foreign key of a partition has a comment",
        f"{P} CREATE TABLE u (a int PRIMARY KEY); CREATE TABLE p1 PARTITION OF p DEFAULT",
        f"""{P} CREATE TABLE u (a int PRIMARY KEY); CREATE TABLE p1 PARTITION OF p DEFAULT;
        ALTER TABLE p ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES u; COMMENT ON CONSTRAINT f ON p1 IS 'part'""",
    ),
    Case(
        "a check that is not valid in the whole table, and one that is in a partition",
        f"{P} CREATE TABLE p1 PARTITION OF p DEFAULT",
        f"""{P} CREATE TABLE p1 PARTITION OF p DEFAULT; ALTER TABLE p ADD CONSTRAINT c CHECK (b > 0) NOT VALID;
        CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (1) TO (2)""",
    ),
    Case(
        "a partition keeps a check that the whole table had as well",
        f"{P} CREATE TABLE p1 PARTITION OF p DEFAULT; ALTER TABLE p ADD CONSTRAINT c CHECK (b > 0)",
        f"{P} CREATE TABLE p1 PARTITION OF p DEFAULT; ALTER TABLE p1 ADD CONSTRAINT c CHECK (b > 0)",
    ),
    Case(
        "a partition has a key of its own over a column that is not null in all",
        "CREATE TABLE p (a int NOT NULL, b int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT",
        """CREATE TABLE p (a int NOT NULL, b int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT;
        ALTER TABLE p1 ADD PRIMARY KEY (a)""",
    ),
    Case(
        "a key of a partition becomes a part of that of the whole table",
        """CREATE TABLE p (a int NOT NULL, b int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT;
        ALTER TABLE p1 ADD PRIMARY KEY (a)""",
        """CREATE TABLE p (a int NOT NULL, b int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT;
        ALTER TABLE p ADD PRIMARY KEY (a)""",
        one_way=True,
    ),
    Case(
        "a partition was made apart, with its own names of NOT NULL",
        "CREATE TABLE p (a int NOT NULL, b int NOT NULL) PARTITION BY RANGE (a)",
        """CREATE TABLE p (a int NOT NULL, b int NOT NULL) PARTITION BY RANGE (a);
        CREATE TABLE p1 (b int NOT NULL, a int NOT NULL); ALTER TABLE p ATTACH PARTITION p1 DEFAULT""",
    ),
    Case(
        "a partition goes of a table that a foreign key leads to",
        f"""{P} ALTER TABLE p ADD PRIMARY KEY (a); CREATE TABLE u (a int REFERENCES p);
        CREATE TABLE p1 PARTITION OF p DEFAULT""",
        f"{P} ALTER TABLE p ADD PRIMARY KEY (a); CREATE TABLE u (a int REFERENCES p)",
        ('ALTER TABLE "p" DETACH PARTITION "p1"', 'DROP TABLE "p1"'),
        ("deletes-data",),
    ),
    Case(
        "storage parameters of a part of an index",
        f"{P} CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX i ON p (b) WITH (fillfactor = 80)",
        f"""{P} CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX i ON p (b) WITH (fillfactor = 80);
        ALTER INDEX p1_b_idx SET (fillfactor = 50)""",
        ('ALTER INDEX "p1_b_idx" SET (fillfactor=50)',),
    ),
    Case(
        "values of an enum change places under the column of all partitions",
        """CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE p (a int, b mood DEFAULT 'ok') PARTITION BY RANGE (a);
        CREATE TABLE p1 PARTITION OF p DEFAULT""",
        """CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE p (a int, b mood DEFAULT 'ok') PARTITION BY RANGE (a);
        CREATE TABLE p1 PARTITION OF p DEFAULT""",
    ),
    Case(
        "an index of the whole table alone",
        f"{P} CREATE TABLE p1 PARTITION OF p DEFAULT",
        f"{P} CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX i ON ONLY p (b)",
        ('CREATE INDEX "i" ON ONLY "p" USING btree ("b")',),
        ("blocks-writes",),
    ),
    Case(
        "an index of the whole table and of some partitions",
        f"{P} CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2); CREATE TABLE p2 PARTITION OF p DEFAULT",
        f"""{P} CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2); CREATE TABLE p2 PARTITION OF p DEFAULT;
        CREATE INDEX i ON ONLY p (b); CREATE INDEX odd ON p1 (b); ALTER INDEX i ATTACH PARTITION odd""",
    ),
    Case(
        "an index of the whole table alone gets its parts without stopping anybody",
        f"{P} CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX i ON ONLY p (b)",
        f"{P} CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX i ON p (b)",
        (
            'CREATE INDEX CONCURRENTLY "p1_b_idx" ON "p1" USING btree ("b")',
            'ALTER INDEX "i" ATTACH PARTITION "p1_b_idx"',
        ),
    ),
    Case(
        "a partition goes while a foreign key comes that leads to the whole table",
        "CREATE TABLE p (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT",
        f"{P} ALTER TABLE p ADD PRIMARY KEY (a); CREATE TABLE u (a int REFERENCES p)",
        one_way=True,
    ),
    Case(
        "what is said of an index and a constraint of a partition comes with the partition",
        "",
        """CREATE TABLE z (a int PRIMARY KEY);
        CREATE TABLE p (a int REFERENCES z, b int, PRIMARY KEY (a)) PARTITION BY RANGE (a); CREATE INDEX i ON p (b);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); COMMENT ON INDEX p1_b_idx IS 'of one';
        CREATE TABLE p2 PARTITION OF p DEFAULT; ALTER TABLE p2 CLUSTER ON p2_pkey;
        COMMENT ON CONSTRAINT p_a_fkey ON p2 IS 'f'""",
    ),
)
