"""Views: their query, columns, options, defaults and comments, and what stands over and under them."""

from .case import Case

T = "CREATE TABLE t (id int PRIMARY KEY, a int, b text, c varchar(9));"
U = "CREATE TABLE u (id int, a int);"

CASES = (
    Case(
        "a view comes, with comments",
        T,
        f"""{T} CREATE VIEW v AS SELECT id, a + 1 AS "Odd name" FROM t WHERE a > 0;
        COMMENT ON VIEW v IS 'it''s a view'; COMMENT ON COLUMN v."Odd name" IS 'one more'""",
        (
            'CREATE VIEW "v" AS\nSELECT id,\n    (a + 1) AS "Odd name"\n   FROM t\n  WHERE (a > 0)',
            """COMMENT ON COLUMN "v"."Odd name" IS 'one more'""",
            """COMMENT ON VIEW "v" IS 'it''s a view'""",
        ),
        majors=(18,),
    ),
    Case("a view goes", f"{T} CREATE VIEW v AS SELECT a FROM t", T, ('DROP VIEW "v"',)),
    Case(
        "a view of odd names",
        'CREATE SCHEMA "my app"; CREATE TABLE "my app"."Strange Name" ("a ""b" int)',
        """CREATE SCHEMA "my app"; CREATE TABLE "my app"."Strange Name" ("a ""b" int);
        CREATE VIEW "my app"."V;" AS SELECT "a ""b" AS "select" FROM "my app"."Strange Name";
        COMMENT ON VIEW "my app"."V;" IS 'x'; COMMENT ON COLUMN "my app"."V;"."select" IS 'y'""",
    ),
    Case(
        "the query is replaced",
        f"{T} CREATE VIEW v AS SELECT 1 AS x; COMMENT ON VIEW v IS 'stays'; CREATE VIEW w AS SELECT x FROM v",
        f"{T} CREATE VIEW v AS SELECT 2 AS x; COMMENT ON VIEW v IS 'stays'; CREATE VIEW w AS SELECT x FROM v",
        ('CREATE OR REPLACE VIEW "v" AS\nSELECT 2 AS x',),
    ),
    Case(
        "columns come at the end",
        "CREATE VIEW v AS SELECT 1 AS x; CREATE VIEW w AS SELECT * FROM v",
        "CREATE VIEW v AS SELECT 1 AS x, 2 AS y; CREATE VIEW w AS SELECT x FROM v",
        ('CREATE OR REPLACE VIEW "v" AS\nSELECT 1 AS x,\n    2 AS y',),
        majors=(18,),
    ),
    Case(
        "a column comes in between, and what stands over it is made anew",
        "CREATE VIEW v AS SELECT 1 AS x, 2 AS z; CREATE VIEW w AS SELECT z FROM v; COMMENT ON VIEW w IS 'over'",
        "CREATE VIEW v AS SELECT 1 AS x, 3 AS y, 2 AS z; CREATE VIEW w AS SELECT z FROM v; COMMENT ON VIEW w IS 'over'",
        (
            'DROP VIEW "w"',
            'DROP VIEW "v"',
            'CREATE VIEW "v" AS\nSELECT 1 AS x,\n    3 AS y,\n    2 AS z',
            'CREATE VIEW "w" AS\nSELECT z\n   FROM v',
            """COMMENT ON VIEW "w" IS 'over'""",
        ),
        majors=(18,),
    ),
    Case(
        "a column changes its type",
        "CREATE VIEW v AS SELECT 1 AS x",
        "CREATE VIEW v AS SELECT 'a'::text AS x",
        ('DROP VIEW "v"', """CREATE VIEW "v" AS\nSELECT 'a'::text AS x"""),
    ),
    Case(
        "a column changes its length",
        f"{T} CREATE VIEW v AS SELECT c FROM t",
        f"{T} CREATE VIEW v AS SELECT c::varchar(5) AS c FROM t",
    ),
    Case(
        "a column changes its collation",
        f"{T} CREATE VIEW v AS SELECT b FROM t",
        f'{T} CREATE VIEW v AS SELECT b COLLATE "C" AS b FROM t',
    ),
    Case(
        "a column is renamed",
        f"{T} CREATE VIEW v AS SELECT id, a FROM t; CREATE VIEW w AS SELECT a FROM v",
        f'{T} CREATE VIEW v AS SELECT id, a AS "B" FROM t; CREATE VIEW w AS SELECT "B" AS a FROM v',
        (
            'ALTER VIEW "v" RENAME COLUMN "a" TO "B"',
            'CREATE OR REPLACE VIEW "v" AS\nSELECT id,\n    a AS "B"\n   FROM t',
            'CREATE OR REPLACE VIEW "w" AS\nSELECT "B" AS a\n   FROM v',
        ),
        majors=(18,),
    ),
    Case(
        "two columns swap their names",
        f"{T} CREATE VIEW v AS SELECT id AS x, a AS y FROM t; CREATE VIEW w AS SELECT x FROM v",
        f"{T} CREATE VIEW v AS SELECT id AS y, a AS x FROM t; CREATE VIEW w AS SELECT x FROM v",
    ),
    Case(
        "a name moves to a column that comes",
        f"{T} CREATE VIEW v AS SELECT id AS x FROM t; CREATE VIEW w AS SELECT x FROM v",
        f"{T} CREATE VIEW v AS SELECT id AS y, a AS x FROM t; CREATE VIEW w AS SELECT x FROM v",
    ),
    Case(
        "options come",
        f"{T} CREATE VIEW v AS SELECT id FROM t",
        f"{T} CREATE VIEW v WITH (security_barrier, security_invoker) AS SELECT id FROM t WITH LOCAL CHECK OPTION",
        ('ALTER VIEW "v" SET (check_option=local, security_barrier=true, security_invoker=true)',),
        since=15,
    ),
    Case(
        "options change and go",
        f"{T} CREATE VIEW v WITH (security_barrier = false) AS SELECT id FROM t WITH CASCADED CHECK OPTION",
        f"{T} CREATE VIEW v WITH (security_barrier = true) AS SELECT id FROM t",
        ('ALTER VIEW "v" RESET (check_option)', 'ALTER VIEW "v" SET (security_barrier=true)'),
    ),
    Case(
        "a view with options is replaced by one that cannot have them",
        f"{T} CREATE VIEW v WITH (security_barrier) AS SELECT id FROM t WHERE a > 0 WITH LOCAL CHECK OPTION",
        f"{T} CREATE VIEW v AS SELECT max(id) AS id FROM t",
    ),
    Case(
        "defaults come, change and go",
        f"""{T} CREATE VIEW v AS SELECT id, a, b FROM t;
        ALTER VIEW v ALTER a SET DEFAULT 1; ALTER VIEW v ALTER id SET DEFAULT 7""",
        f"""{T} CREATE VIEW v AS SELECT id, a, b FROM t;
        ALTER VIEW v ALTER a SET DEFAULT 2; ALTER VIEW v ALTER b SET DEFAULT 'x'""",
        (
            'ALTER VIEW "v" ALTER COLUMN "id" DROP DEFAULT',
            'ALTER VIEW "v" ALTER COLUMN "a" SET DEFAULT 2',
            """ALTER VIEW "v" ALTER COLUMN "b" SET DEFAULT 'x'::text""",
        ),
    ),
    Case(
        "a default that counts",
        f"{T} CREATE SEQUENCE s",
        f"{T} CREATE SEQUENCE s; CREATE VIEW v AS SELECT id FROM t; ALTER VIEW v ALTER id SET DEFAULT nextval('s')",
    ),
    Case(
        "comments change",
        "CREATE VIEW v AS SELECT 1 AS x, 2 AS y; COMMENT ON VIEW v IS 'a'; COMMENT ON COLUMN v.x IS 'b'",
        "CREATE VIEW v AS SELECT 1 AS x, 2 AS y; COMMENT ON COLUMN v.x IS 'c'; COMMENT ON COLUMN v.y IS 'd'",
        (
            """COMMENT ON COLUMN "v"."x" IS 'c'""",
            """COMMENT ON COLUMN "v"."y" IS 'd'""",
            'COMMENT ON VIEW "v" IS NULL',
        ),
    ),
    Case(
        "a column changes its type under views",
        f"""{T} CREATE VIEW v AS SELECT a FROM t; COMMENT ON VIEW v IS 'x'; COMMENT ON COLUMN v.a IS 'y';
        CREATE VIEW w AS SELECT * FROM v; CREATE VIEW other AS SELECT b FROM t""",
        f"""{T.replace("a int", "a bigint")} CREATE VIEW v AS SELECT a FROM t; COMMENT ON VIEW v IS 'x';
        COMMENT ON COLUMN v.a IS 'y'; CREATE VIEW w AS SELECT * FROM v; CREATE VIEW other AS SELECT b FROM t""",
        (
            'DROP VIEW "w"',
            'DROP VIEW "v"',
            'ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE bigint',
            'CREATE VIEW "v" AS\nSELECT a\n   FROM t',
            """COMMENT ON COLUMN "v"."a" IS 'y'""",
            """COMMENT ON VIEW "v" IS 'x'""",
            'CREATE VIEW "w" AS\nSELECT a\n   FROM v',
        ),
        ("rewrites-table",),
        majors=(18,),
    ),
    Case(
        "a column comes and goes under a view of all",
        f"{U} CREATE VIEW v AS SELECT * FROM u; CREATE VIEW w AS SELECT * FROM v",
        "CREATE TABLE u (id int, a int, b int); CREATE VIEW v AS SELECT * FROM u; CREATE VIEW w AS SELECT * FROM v",
        (
            'ALTER TABLE "u" ADD COLUMN "b" integer',
            'CREATE OR REPLACE VIEW "v" AS\nSELECT id,\n    a,\n    b\n   FROM u',
            'CREATE OR REPLACE VIEW "w" AS\nSELECT id,\n    a,\n    b\n   FROM v',
        ),
        majors=(18,),
    ),
    Case(
        "a column comes and goes under a view of all, on any server",
        f"{U} CREATE VIEW v AS SELECT * FROM u; CREATE VIEW w AS SELECT * FROM v",
        "CREATE TABLE u (id int, b int); CREATE VIEW v AS SELECT * FROM u; CREATE VIEW w AS SELECT * FROM v",
    ),
    Case(
        "a view of a whole row, and one of its table's rows",
        f"{U} CREATE VIEW v AS SELECT u FROM u; CREATE VIEW w AS SELECT v FROM v",
        "CREATE TABLE u (id int, a text); CREATE VIEW v AS SELECT u FROM u; CREATE VIEW w AS SELECT v FROM v",
    ),
    Case(
        "a view becomes a table",
        f"{U} CREATE VIEW v AS SELECT * FROM u; CREATE VIEW w AS SELECT a FROM v",
        f"{U} CREATE TABLE v (id int, a int); CREATE VIEW w AS SELECT a FROM v",
    ),
    Case(
        "a view becomes a materialized view",
        f"{U} CREATE VIEW v AS SELECT * FROM u; CREATE VIEW w AS SELECT a FROM v; COMMENT ON VIEW v IS 'x'",
        f"{U} CREATE MATERIALIZED VIEW v AS SELECT * FROM u; CREATE VIEW w AS SELECT a FROM v; CREATE INDEX ON v (a)",
    ),
    Case(
        "views change places",
        f"{U} CREATE VIEW v AS SELECT a FROM u; CREATE VIEW w AS SELECT a FROM v",
        f"{U} CREATE VIEW w AS SELECT a FROM u; CREATE VIEW v AS SELECT a FROM w",
    ),
    Case(
        "views change places, one of which must be made anew",
        f"{U} CREATE VIEW v AS SELECT a FROM u; CREATE VIEW w AS SELECT a, 1 AS x FROM v",
        f"{U} CREATE VIEW w AS SELECT a FROM u; CREATE VIEW v AS SELECT a FROM w",
    ),
    Case(
        "a view lets go of one column and takes another",
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a AS x FROM t",
        "CREATE TABLE t (b int, c int); CREATE VIEW v AS SELECT c AS x FROM t",
    ),
    Case(
        "views that refer to each other",
        """CREATE VIEW v AS SELECT 1 AS x, 'a' COLLATE "C" AS y, 'b'::char(3) AS "Z";
        CREATE VIEW w AS SELECT * FROM v; CREATE VIEW o AS SELECT * FROM w""",
        """CREATE VIEW v AS SELECT 1 AS x, 'a' COLLATE "C" AS y, 'b'::char(3) AS "Z";
        CREATE VIEW w AS SELECT * FROM v; CREATE OR REPLACE VIEW v AS SELECT * FROM w WHERE x > 0;
        CREATE VIEW o AS SELECT * FROM w; COMMENT ON VIEW v IS 'round'; COMMENT ON COLUMN v.x IS 'and round';
        ALTER VIEW v ALTER x SET DEFAULT 3; ALTER VIEW v SET (security_barrier)""",
    ),
    Case(
        "views that refer to each other come",
        "",
        """CREATE VIEW v AS SELECT 1 AS x; CREATE VIEW w AS SELECT * FROM v; CREATE OR REPLACE VIEW v AS SELECT * FROM w;
        COMMENT ON VIEW v IS 'round'; COMMENT ON COLUMN v.x IS 'and round'; ALTER VIEW v ALTER x SET DEFAULT 3""",
        (
            'CREATE VIEW "v" AS\nSELECT NULL::integer AS "x"',
            """COMMENT ON COLUMN "v"."x" IS 'and round'""",
            """COMMENT ON VIEW "v" IS 'round'""",
            'CREATE VIEW "w" AS\nSELECT x\n   FROM v',
            'CREATE OR REPLACE VIEW "v" AS\nSELECT x\n   FROM w',
            'ALTER VIEW "v" ALTER COLUMN "x" SET DEFAULT 3',
        ),
        majors=(18,),
    ),
    Case(
        "a view that groups by a primary key",
        "CREATE TABLE t (id int CONSTRAINT k PRIMARY KEY, b text); CREATE VIEW v AS SELECT id, b, count(*) FROM t GROUP BY id",
        "CREATE TABLE t (id int CONSTRAINT l PRIMARY KEY, b text); CREATE VIEW v AS SELECT id, b, count(*) FROM t GROUP BY id",
    ),
    Case(
        "a primary key changes under a view that groups by it",
        "CREATE TABLE t (id int PRIMARY KEY, b int); CREATE VIEW v AS SELECT id, b, count(*) FROM t GROUP BY id",
        "CREATE TABLE t (id int, b int, PRIMARY KEY (id) INCLUDE (b)); CREATE VIEW v AS SELECT id, b, count(*) FROM t GROUP BY id",
    ),
    Case(
        "an enum grows under a view",
        "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (a m); CREATE VIEW v AS SELECT a FROM t",
        "CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE t (a m); CREATE VIEW v AS SELECT a FROM t WHERE a = 'b'",
        one_way=True,
    ),
    Case(
        "a generated column is made anew under a view",
        "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 1) STORED); CREATE VIEW v AS SELECT g FROM t",
        "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a + 2) STORED); CREATE VIEW v AS SELECT g FROM t",
    ),
    Case("a recursive view", "", "CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v WHERE n < 9"),
    Case(
        "temporary views are nobody's",
        T,
        f"{T} CREATE TEMP VIEW v AS SELECT a FROM t; CREATE TEMP TABLE x (a int); CREATE VIEW w AS SELECT a FROM x",
        (),
    ),
    Case(
        "values with names",
        "CREATE VIEW s AS SELECT E'\\n   FROM ( VALUES (' AS x",
        """CREATE VIEW v01 (p, "Q r") AS VALUES (1, 'a)'), (2, 'b'); CREATE VIEW v02 (p) AS VALUES (1), (2) ORDER BY 1 LIMIT 3;
        CREATE VIEW v03 (p) AS VALUES (1) UNION VALUES (2); CREATE VIEW v04 (column1, q) AS VALUES (1, 2);
        CREATE MATERIALIZED VIEW m (p) AS VALUES (1), (2); CREATE VIEW v05 (p, q) AS SELECT * FROM (VALUES (1, 2)) x;
        CREATE VIEW s AS SELECT E'\\n   FROM (VALUES (' AS x""",
    ),
    Case(
        "arrays of text that are compared with texts",
        "CREATE TABLE t (a varchar, b varchar(3))",
        """CREATE TABLE t (a varchar, b varchar(3));
        CREATE VIEW v AS SELECT a = ANY (ARRAY[a, 'x''[']) AS p, b <> ALL (ARRAY['a'::varchar(3)]) AS q, '(ARRAY[a])::text[]' AS r FROM t;
        CREATE POLICY p ON t USING (a = ANY (ARRAY[a, b]))""",
    ),
    Case(
        "queries of every form",
        T,
        f"""{T} CREATE TABLE u (id int, "A b" text, j jsonb, r int[]);
        CREATE VIEW v01 AS SELECT count(*), max(a), a::text || 'x' AS x, lower(b), 1 AS one, NULL, CASE WHEN a > 0 THEN 1 END FROM t GROUP BY a, b;
        CREATE VIEW v02 AS SELECT a FROM t UNION SELECT 2 UNION ALL (SELECT 3 INTERSECT SELECT 4) ORDER BY 1 LIMIT 3 OFFSET 1;
        CREATE VIEW v03 AS WITH x AS MATERIALIZED (SELECT 1 AS n), y (m) AS (SELECT n FROM x) SELECT * FROM x, y;
        CREATE VIEW v04 (p, q) AS VALUES (1, 'a'), (2, 'b');
        CREATE VIEW v05 AS SELECT a, rank() OVER w, sum(a) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM t WINDOW w AS (PARTITION BY b ORDER BY a DESC NULLS LAST);
        CREATE VIEW v06 AS SELECT * FROM t WHERE EXISTS (SELECT FROM u WHERE u.id = t.id) AND a IN (SELECT id FROM u) AND a = ANY (ARRAY(SELECT id FROM u));
        CREATE VIEW v07 AS SELECT t.*, x.* FROM t LEFT JOIN LATERAL (SELECT u."A b" FROM u WHERE u.id = t.id LIMIT 1) x ON true;
        CREATE VIEW v08 AS SELECT * FROM t JOIN u USING (id) CROSS JOIN generate_series(1, 3) WITH ORDINALITY g (i, o);
        CREATE VIEW v09 AS SELECT * FROM t WHERE c IN ('a', 'b') AND b NOT IN ('x', 'y') AND c LIKE 'a%' AND c BETWEEN 'a' AND 'b';
        CREATE VIEW v10 AS SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b DESC;
        CREATE VIEW v11 AS SELECT a, b, grouping(a) FROM t GROUP BY GROUPING SETS ((a), ROLLUP (a, b), ());
        CREATE VIEW v12 AS SELECT string_agg(b, ',' ORDER BY a) FILTER (WHERE a > 0), percentile_cont(0.5) WITHIN GROUP (ORDER BY a), array_agg(DISTINCT a) FROM t HAVING count(*) > 1;
        CREATE VIEW v13 AS SELECT extract(year FROM now()), substring(b FROM 2 FOR 3), trim(both 'x' FROM b), position('a' IN b), overlay(b PLACING 'x' FROM 1), now() AT TIME ZONE 'UTC', coalesce(b, c), nullif(a, 1), greatest(a, 2) FROM t;
        CREATE VIEW v14 AS SELECT j -> 'a' ->> 0 AS j, r[1:2], r[1] AS first, ROW(a, b) = ROW(1, 'x') AS same FROM t, u;
        CREATE VIEW v15 AS SELECT u AS whole, (u).id, current_user, current_date, localtimestamp(2), '1 day'::interval, DATE '2020-01-01', B'101' AS bits, -1 AS minus, 1.50::numeric(5,2), E'a\\nb\\'c' AS text FROM u;
        CREATE VIEW v17 AS SELECT * FROM t TABLESAMPLE bernoulli (10) REPEATABLE (1);
        CREATE VIEW v18 AS SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) AS x (a, b), ROWS FROM (generate_series(1, 2), generate_series(1, 3)) y (m, n), json_to_recordset('[]') AS z (k int, l text);
        CREATE VIEW v19 AS SELECT x.a AS "x.a", "A b" COLLATE "C", t.ctid, t.tableoid::regclass FROM u, t, (SELECT 1 AS a) x FOR UPDATE OF t;
        CREATE VIEW v21 AS SELECT a FROM ONLY t ORDER BY a FETCH FIRST 2 ROWS WITH TIES;
        CREATE VIEW v22 AS SELECT b IS DISTINCT FROM c AS d, b SIMILAR TO 'x' AS s, b ~~* 'y' AS i, a IS NULL AS n, (a > 0) IS NOT TRUE AS t, NOT (a > 0 AND (a < 9 OR a = 5)) AS o FROM t""",
    ),
    Case(
        "a query that searches and looks out for cycles",
        "",
        """CREATE VIEW v AS WITH RECURSIVE r (n, p) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n + 1, p || n FROM r)
        SEARCH DEPTH FIRST BY n SET o CYCLE n SET is_cycle USING path SELECT n, p, is_cycle FROM r""",
        since=14,
    ),
    Case(
        "queries of every form of 18",
        "CREATE TABLE u (id int, j jsonb)",
        """CREATE TABLE u (id int, j jsonb);
        CREATE VIEW v1 AS SELECT x.* FROM u, JSON_TABLE(j, '$.a[*]' AS root PASSING 1 AS p COLUMNS (n FOR ORDINALITY, a int PATH '$.x' DEFAULT 1 ON EMPTY NULL ON ERROR, b text FORMAT JSON PATH '$.y' WITH WRAPPER KEEP QUOTES, e boolean EXISTS PATH '$.z', NESTED PATH '$.q[*]' AS deep COLUMNS (d text))) x;
        CREATE VIEW v2 AS SELECT JSON_VALUE(j, '$.a' RETURNING int DEFAULT 1 ON EMPTY), JSON_QUERY(j, '$.b' WITH CONDITIONAL WRAPPER), JSON_EXISTS(j, '$.c' ERROR ON ERROR), JSON_OBJECT('a' VALUE id ABSENT ON NULL), JSON_ARRAYAGG(id ORDER BY id RETURNING jsonb), j IS JSON OBJECT WITH UNIQUE KEYS FROM u GROUP BY j, id;
        CREATE VIEW v3 AS SELECT any_value(id), JSON('{}'), JSON_SCALAR(1), JSON_SERIALIZE(j) FROM u JOIN u v USING (id, j) AS "both" GROUP BY j""",
        majors=(18,),
    ),
    Case(
        "a function that a view calls gets an argument that need not be given",
        """CREATE FUNCTION f(a int) RETURNS TABLE(x int) LANGUAGE sql AS 'SELECT 1';
        CREATE VIEW v AS SELECT * FROM f(1)""",
        """CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS TABLE(x int, y int) LANGUAGE sql AS 'SELECT 1, 2';
        CREATE VIEW v AS SELECT * FROM f(1)""",
    ),
)
