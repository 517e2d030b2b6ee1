"""What `drizzle-kit pull` makes of a database asks nothing of our snapshot of the same.

Left out is what drizzle-kit 0.31 pulls wrongly: the order of composite keys, the operator classes of an index on plain
columns, NULLS NOT DISTINCT, the expressions of a table's second policy, row security without a policy, empty arrays,
negative fractions, the storage parameters of an index (as text), and types that it does not know.
"""

import asyncpg

from ccm_engine import snapshot
from ccm_engine.read import read
from drizzle.kit import Shared

DATABASE = """
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('sad', 'it''s');
CREATE TYPE app.level AS ENUM ('low', 'high');
CREATE SEQUENCE ticket INCREMENT 5 MAXVALUE 9000 START 100 CACHE 3 CYCLE;
CREATE TABLE users (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL UNIQUE,
    name text DEFAULT 'it''s' NOT NULL,
    mood mood DEFAULT 'sad' NOT NULL,
    moods mood[],
    level app.level,
    price numeric(10, 2) DEFAULT 1.50,
    n bigint DEFAULT 5,
    r real DEFAULT 1.5,
    ok boolean DEFAULT true NOT NULL,
    tags text[] DEFAULT '{a,b}' NOT NULL,
    doc jsonb DEFAULT '{"a": {"b": 1}}',
    at timestamp(3) with time zone DEFAULT now() NOT NULL,
    noon timestamp DEFAULT '2020-01-02 12:00:00',
    day date DEFAULT '2020-01-02',
    t time(2) with time zone,
    u uuid DEFAULT gen_random_uuid(),
    c char(4) DEFAULT 'ab',
    ip inet,
    twice numeric GENERATED ALWAYS AS (price * 2) STORED,
    small text GENERATED ALWAYS AS (lower(email)) STORED,
    CONSTRAINT users_check CHECK (n > 0 AND price IS NOT NULL),
    CONSTRAINT users_short CHECK (length(name) < 99)
);
CREATE TABLE app.posts (
    id serial PRIMARY KEY,
    author integer NOT NULL CONSTRAINT posts_author_fk REFERENCES users (id) ON DELETE CASCADE ON UPDATE SET NULL,
    big bigserial,
    title text NOT NULL,
    deleted boolean DEFAULT false
);
CREATE INDEX posts_lower ON app.posts (lower(title));
CREATE UNIQUE INDEX users_expression ON users ((price * 2)) WHERE ok AND (n > 5 OR level = 'high');
CREATE INDEX users_doc ON users USING gin (doc jsonb_path_ops);
CREATE VIEW happy AS SELECT id, email, upper(name) AS big, mood FROM users WHERE mood = 'sad' AND n > 0;
CREATE VIEW app.checked WITH (security_barrier, security_invoker = true, check_option = local) AS
    SELECT id, title FROM app.posts WHERE id > 0;
CREATE VIEW joined AS
    SELECT users.id, posts.title, count(*) AS number FROM users JOIN app.posts ON posts.author = users.id
    WHERE users.id IN (1, 2) GROUP BY users.id, posts.title ORDER BY posts.title DESC LIMIT 9;
CREATE MATERIALIZED VIEW totals WITH (fillfactor = 80, autovacuum_enabled = false, toast_tuple_target = 256) AS
    SELECT author, max(title) AS t FROM app.posts GROUP BY author WITH NO DATA;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON users AS RESTRICTIVE FOR INSERT TO pg_monitor, pg_checkpoint WITH CHECK (n > 0);
ALTER TABLE app.posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY every ON app.posts USING (true) WITH CHECK (id > 1);
"""
CONFIG = """\
export default {{
    dialect: "postgresql", schema: "./pulled/schema.ts", out: "./{out}", schemaFilter: ["public", "app"],
    dbCredentials: {{ url: "{url}" }},
}};
"""


def configure(shared: Shared, out: str, url: str) -> None:
    (shared.project.root / "drizzle.config.ts").write_text(CONFIG.format(out=out, url=url))


async def test_what_is_pulled_is_what_we_say(shared: Shared, database: str) -> None:
    root = shared.project.root
    connection = await asyncpg.connect(database)
    await connection.execute(DATABASE)
    configure(shared, "pulled", database)
    assert "Your schema file is ready" in shared.kit("pull")
    (root / "migrations" / "meta").mkdir(parents=True)
    (root / "migrations" / "meta" / "_journal.json").write_text('{"entries":[]}')
    async with connection.transaction():
        ours = snapshot.dump(snapshot.following(None, await read(connection)))
    (root / "migrations" / "meta" / "0000_snapshot.json").write_text(ours)
    await connection.close()
    configure(shared, "migrations", database)
    said = shared.kit("generate")
    assert "No schema changes, nothing to migrate" in said, said + "".join(map(shared.text, shared.files))
