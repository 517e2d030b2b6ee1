"""How a schema grows, in both languages, and whose turn it is."""

from typing import NamedTuple, TypeAlias

TYPESCRIPT = """\
import { eq, sql } from "drizzle-orm";
import {
    bigint, boolean, check, date, foreignKey, index, integer, jsonb, numeric, pgEnum, pgMaterializedView, pgPolicy,
    pgSchema, pgSequence, pgTable, pgView, primaryKey, serial, text, timestamp, unique, uniqueIndex, uuid, varchar,
} from "drizzle-orm/pg-core";

export const mood = pgEnum("mood", ["sad", "happy"]);
export const app = pgSchema("app");
export const ticket = pgSequence("ticket", { startWith: 100, increment: 5 });

export const users = pgTable("users", {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    email: varchar({ length: 255 }).notNull().unique(),
    name: text().notNull().default("it's me"),
    mood: mood().notNull().default("sad"),
    age: integer(),
    balance: numeric({ precision: 10, scale: 2 }).notNull().default("0"),
    twice: numeric().generatedAlwaysAs(sql`balance * 2`),
    createdAt: timestamp("created_at", { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    // users
}, (t) => [
    index("users_grown_up").on(t.createdAt.desc()).where(sql`${t.age} > 17`),
    uniqueIndex("users_email_lower").on(sql`lower(${t.email})`),
    check("users_age", sql`${t.age} >= 0`),
]);

export const posts = app.table("posts", {
    id: serial().primaryKey(),
    author: integer().notNull().references(() => users.id, { onDelete: "cascade" }),
    title: text().notNull(),
    tags: text().array().notNull().default([]),
    data: jsonb().notNull().default({ "a": { "b": 1 } }),
    draft: boolean().notNull().default(true),
    // posts
}, (t) => [
    unique("posts_author_title").on(t.author, t.title).nullsNotDistinct(),
    pgPolicy("own_posts", { for: "select", to: "public", using: sql`${t.draft} = false` }),
]);

export const published = pgView("published").as((qb) =>
    qb.select({ id: posts.id, title: posts.title }).from(posts).where(eq(posts.draft, false)));
export const elsewhere = pgView("elsewhere", { id: integer() }).existing();
"""

SQL = """\
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE SCHEMA app;
CREATE SEQUENCE ticket START 100 INCREMENT 5;

CREATE TABLE users (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    email varchar(255) NOT NULL CONSTRAINT users_email_unique UNIQUE,
    name text NOT NULL DEFAULT 'it''s me',
    mood mood NOT NULL DEFAULT 'sad',
    age integer CONSTRAINT users_age CHECK (age >= 0),
    balance numeric(10, 2) NOT NULL DEFAULT '0',
    twice numeric GENERATED ALWAYS AS (balance * 2) STORED,
    -- users
    created_at timestamp (3) with time zone NOT NULL DEFAULT now()
);
CREATE INDEX users_grown_up ON users (created_at DESC NULLS LAST) WHERE age > 17;
CREATE UNIQUE INDEX users_email_lower ON users (lower(email));

CREATE TABLE app.posts (
    id serial PRIMARY KEY,
    author integer NOT NULL CONSTRAINT posts_author_users_id_fk REFERENCES users (id) ON DELETE CASCADE,
    title text NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    data jsonb NOT NULL DEFAULT '{"a": {"b": 1}}',
    -- posts
    draft boolean NOT NULL DEFAULT true,
    CONSTRAINT posts_author_title UNIQUE NULLS NOT DISTINCT (author, title)
);
ALTER TABLE app.posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_posts ON app.posts FOR SELECT TO public USING (draft = false);

CREATE VIEW published AS SELECT id, title FROM app.posts WHERE draft = false;
"""

Edits: TypeAlias = tuple[tuple[str, str], ...]
"""What stands there, and what is to stand there; all of it, where that is nothing, is to follow the rest."""


class Step(NamedTuple):
    whose: str
    """`theirs`, `ours`."""
    name: str
    typescript: Edits
    sql: Edits
    words: tuple[str, ...] = ()
    """For whichever generates it."""


def edited(text: str, edits: Edits) -> str:
    for old, new in edits:
        assert old in text
        text = text.replace(old, new) if old else f"{text}\n{new}"
    return text


# -- theirs -------------------------------------------------------------------------------------------------------

INITIAL = Step("theirs", "initial", (("", TYPESCRIPT),), (("", SQL),))

INVOICES = Step(
    "theirs",
    "invoices",
    (
        ('"happy"]', '"happy", "angry"]'),
        ("// users", "phone: varchar({ length: 20 }),\n    // users"),
        (
            "",
            """\
export const invoices = pgTable("invoices", {
    id: uuid().primaryKey().defaultRandom(),
    user: integer().notNull().references(() => users.id),
    amount: numeric({ precision: 12, scale: 3 }).notNull(),
    due: date().notNull(),
    paid: boolean().notNull().default(false),
    // invoices
}, (t) => [
    index().on(t.user, t.due),
    check("invoices_amount", sql`${t.amount} > 0 and ${t.paid} is not null`),
]);
""",
        ),
    ),
    (
        ("'happy')", "'happy', 'angry')"),
        ("-- users", "phone varchar(20),\n    -- users"),
        (
            "",
            """\
CREATE TABLE invoices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    "user" integer NOT NULL CONSTRAINT invoices_user_users_id_fk REFERENCES users (id),
    amount numeric(12, 3) NOT NULL,
    due date NOT NULL,
    -- invoices
    paid boolean NOT NULL DEFAULT false,
    CONSTRAINT invoices_amount CHECK (amount > 0 AND paid IS NOT NULL)
);
CREATE INDEX invoices_user_due_index ON invoices ("user", due);
""",
        ),
    ),
)

# -- ours ---------------------------------------------------------------------------------------------------------

COLUMNS = Step(
    "ours",
    "columns",
    (
        (
            "// users",
            """\
visits: bigint({ mode: "number" }).notNull().default(0),
    born: date(),
    // users""",
        ),
        (
            'check("users_age", sql`${t.age} >= 0`),',
            """\
check("users_age", sql`${t.age} >= 0`),
    check("users_visits", sql`visits >= 0`),""",
        ),
        ("title: text().notNull(),", "title: varchar({ length: 200 }).notNull().default('untitled'),"),
    ),
    (
        (
            "-- users",
            """\
visits bigint NOT NULL DEFAULT 0 CONSTRAINT users_visits CHECK (visits >= 0),
    born date,
    -- users""",
        ),
        ("title text NOT NULL", "title varchar(200) NOT NULL DEFAULT 'untitled'"),
    ),
)

TAGS = Step(
    "ours",
    "tags",
    (
        (
            "",
            """\
export const tags = app.table("tags", {
    post: integer().notNull().references(() => posts.id, { onDelete: "cascade", onUpdate: "restrict" }),
    number: integer().notNull(),
    label: text().notNull(),
    since: timestamp().defaultNow(),
    // tags
}, (t) => [
    primaryKey({ columns: [t.post, t.number] }),
    unique().on(t.label, t.number),
    uniqueIndex("tags_label").on(sql`lower(label)`, t.number.desc().nullsFirst()).where(sql`(number > 0)`),
    index("tags_pattern").using("btree", t.label.op("text_pattern_ops")).with({ fillfactor: 70 }),
    pgPolicy("any_tag", { as: "restrictive", for: "update", using: sql`true`, withCheck: sql`(number > 0)` }),
]);
""",
        ),
    ),
    (
        (
            "",
            """\
CREATE TABLE app.tags (
    post integer NOT NULL
        CONSTRAINT tags_post_posts_id_fk REFERENCES app.posts (id) ON DELETE CASCADE ON UPDATE RESTRICT,
    number integer NOT NULL,
    label text NOT NULL,
    -- tags
    since timestamp DEFAULT now(),
    CONSTRAINT tags_post_number_pk PRIMARY KEY (post, number),
    CONSTRAINT tags_label_number_unique UNIQUE (label, number)
);
CREATE UNIQUE INDEX tags_label ON app.tags (lower(label), number DESC) WHERE number > 0;
CREATE INDEX tags_pattern ON app.tags (label text_pattern_ops) WITH (fillfactor = 70);
ALTER TABLE app.tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY any_tag ON app.tags AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (number > 0);
""",
        ),
    ),
)

UNSEEN = Step(
    "ours",
    "what_only_we_see",
    (
        ('"angry"]', '"angry", "calm"]'),
        (
            "export const posts",
            'export const level = app.enum("level", ["low", "high"]);\n\nexport const posts',
        ),
        ("// posts", "level: level().notNull().default('low'),\n    // posts"),
    ),
    (
        ("'angry')", "'angry', 'calm')"),
        ("CREATE SCHEMA app;", "CREATE SCHEMA app;\nCREATE TYPE app.level AS ENUM ('low', 'high');"),
        ("-- posts", "level app.level NOT NULL DEFAULT 'low',\n    -- posts"),
        (
            "",
            """\
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.draft := true; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON app.posts FOR EACH ROW EXECUTE FUNCTION app.touch();
COMMENT ON TABLE users IS 'people; and others';
""",
        ),
    ),
)

VIEWS = Step(
    "ours",
    "views",
    (
        (
            "",
            """\
export const rich = pgView("rich", { id: integer(), email: varchar({ length: 255 }) })
    .with({ securityInvoker: true })
    .as(sql`SELECT id, email FROM users WHERE balance > 1000::numeric AND mood = 'happy'::mood`);
export const totals = app.materializedView("totals", { author: integer(), number: bigint({ mode: "number" }) })
    .with({ fillfactor: 80, autovacuumEnabled: false })
    .as(sql`SELECT author, count(*) AS number FROM app.posts GROUP BY author`);
""",
        ),
        ("increment: 5 }", "increment: 10, cache: 2 }"),
    ),
    (
        (
            "",
            """\
CREATE VIEW rich WITH (security_invoker) AS
    SELECT id, email FROM users WHERE balance > 1000 AND mood = 'happy';
CREATE MATERIALIZED VIEW app.totals WITH (fillfactor = 80, autovacuum_enabled = off) AS
    SELECT author, count(*) AS number FROM app.posts GROUP BY author;
""",
        ),
        ("INCREMENT 5", "INCREMENT 10 CACHE 2"),
    ),
)

RENAMES = Step(
    "ours",
    "renames",
    (
        ("phone: varchar({ length: 20 }),", "telephone: text(),"),
        ("    age: integer(),", "    age: bigint({ mode: 'number' }),"),
        ("born: date(),\n    ", ""),
        ('{ for: "select", to: "public", using: sql`${t.draft} = false` }', '{ for: "select", using: sql`true` }'),
    ),
    (
        ("phone varchar(20),", "telephone text,"),
        ("age integer ", "age bigint "),
        ("born date,\n    ", ""),
        ("USING (draft = false)", "USING (true)"),
    ),
    ("--rename", "users.phone=telephone", "--drop", "users.born"),
)

# -- theirs again ---------------------------------------------------------------------------------------------------

ON_OURS = Step(
    "theirs",
    "on_ours",
    (
        ("// tags", "weight: numeric({ precision: 6, scale: 2 }).default('1.50'),\n    // tags"),
        ("sql`visits >= 0`", "sql`${t.visits} > -1`"),
        ("// invoices", "reminded: timestamp({ withTimezone: true }),\n    // invoices"),
    ),
    (
        ("-- tags", "weight numeric(6, 2) DEFAULT 1.50,\n    -- tags"),
        ("CHECK (visits >= 0)", "CHECK (visits > -1)"),
        ("-- invoices", "reminded timestamp with time zone,\n    -- invoices"),
    ),
)

WITHOUT = Step(
    "theirs",
    "without",
    (
        (
            """\
export const rich = pgView("rich", { id: integer(), email: varchar({ length: 255 }) })
    .with({ securityInvoker: true })
    .as(sql`SELECT id, email FROM users WHERE balance > 1000::numeric AND mood = 'happy'::mood`);
""",
            "",
        ),
        ('    index("tags_pattern").using("btree", t.label.op("text_pattern_ops")).with({ fillfactor: 70 }),\n', ""),
        ("using: sql`true`, withCheck: sql`(number > 0)`", "using: sql`true`, withCheck: sql`${t.number} > 1`"),
    ),
    (
        (
            """\
CREATE VIEW rich WITH (security_invoker) AS
    SELECT id, email FROM users WHERE balance > 1000 AND mood = 'happy';
""",
            "",
        ),
        ("CREATE INDEX tags_pattern ON app.tags (label text_pattern_ops) WITH (fillfactor = 70);\n", ""),
        ("WITH CHECK (number > 0)", "WITH CHECK (number > 1)"),
    ),
)

# -- and ours ---------------------------------------------------------------------------------------------------------

AGAIN = Step(
    "ours",
    "again",
    (
        ("// tags", "color: text().notNull().default('red'),\n    // tags"),
        ("// invoices", "note: text(),\n    // invoices"),
    ),
    (
        ("-- tags", "color text NOT NULL DEFAULT 'red',\n    -- tags"),
        ("-- invoices", "note text,\n    -- invoices"),
    ),
)

STEPS = (INITIAL, INVOICES, COLUMNS, TAGS, UNSEEN, VIEWS, RENAMES, ON_OURS, WITHOUT, AGAIN)

# -- what drizzle-orm cannot apply ----------------------------------------------------------------------------------

INDEX = Step(
    "ours",
    "index",
    (('check("users_age"', 'index().on(t.age),\n    check("users_age"'),),
    (("", "CREATE INDEX users_age_index ON users (age);\n"),),
)
