"""What people write by hand into files that Drizzle Kit makes: its copy of our snapshot lacks what only we see."""

import json

import pytest

from drizzle import story
from drizzle.kit import Shared
from drizzle.story import COLUMNS, INITIAL, Step

TOUCH = """\
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.draft := true; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON app.posts FOR EACH ROW EXECUTE FUNCTION app.touch();
"""
LABEL = """\
CREATE FUNCTION app.label(app.posts) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.title';
"""
AUDIT = """\
CREATE TABLE app.audit (id integer PRIMARY KEY, "at" timestamp DEFAULT now());
CREATE INDEX users_by_hand ON users USING gin (to_tsvector('simple', name));
"""
FILL = """\
INSERT INTO users (email) VALUES ('a@example.org');
"""
ADDED: dict[str, list[str]] = {LABEL: ["label"], AUDIT: ["audit", "users_by_hand"], FILL: []}


@pytest.fixture
def ours(shared: Shared) -> Shared:
    """A folder of theirs with one migration of ours, which makes a function."""
    shared.take(INITIAL)
    shared.take(Step("ours", "touch", (), (("", TOUCH),)))
    return shared


def write_by_hand(shared: Shared, sql: str) -> None:
    """Into a file of their making, and what of it describes a schema into our models."""
    shared.generate_theirs("by_hand", "--custom")
    (shared.project.root / "migrations" / f"{shared.files[-1]}.sql").write_text(sql)
    if sql != FILL:
        shared.sql.write_text(story.edited(shared.sql.read_text(), (("", sql),)))


def test_their_copy_of_our_snapshot_has_lost_what_only_we_see(ours: Shared) -> None:
    ours.generate_theirs("by_hand", "--custom")
    assert [list(ours.snapshot(number)).count("ccm") for number in (1, 2)] == [1, 0]


@pytest.mark.parametrize("sql", ADDED, ids=["function", "table", "rows"])
def test_we_go_on_after_what_was_written_by_hand(ours: Shared, sql: str) -> None:
    """A table that Drizzle was never told of stays between us: it would drop it."""
    write_by_hand(ours, sql)
    ours.asked().must_be_content()
    text = ours.take(COLUMNS)
    ours.asked().must_be_content()
    assert "FUNCTION" not in text
    seen = json.dumps(ours.snapshot(3)["ccm"])
    assert '"name": "touch"' in seen
    assert [word for word in ("label", "audit", "users_by_hand") if f'"name": "{word}"' in seen] == ADDED[sql]


OTHER_THAN_A_TABLE = {
    "partitioned": """\
CREATE TABLE events (id integer NOT NULL, "at" date NOT NULL) PARTITION BY RANGE ("at");
CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
""",
    "foreign": """\
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE events (id integer NOT NULL, "at" date NOT NULL) SERVER elsewhere;
""",
}
EVENTS = """\
export const events = pgTable("events", { id: integer().notNull(), at: date().notNull() });
"""


@pytest.mark.parametrize("sql", OTHER_THAN_A_TABLE.values(), ids=OTHER_THAN_A_TABLE)
def test_what_is_a_table_to_drizzle_alone_stays_one_to_it(ours: Shared, sql: str) -> None:
    """Their migration was edited by hand before it was applied: their schema has no words for that."""
    ours.take(Step("theirs", "events", (("", EVENTS),), ()))
    (ours.project.root / "migrations" / f"{ours.files[-1]}.sql").write_text(sql)
    ours.sql.write_text(ours.sql.read_text() + sql)
    ours.asked().must_be_content()
    ours.take(COLUMNS)
    ours.asked().must_be_content()


def test_two_of_them_in_a_row(ours: Shared) -> None:
    write_by_hand(ours, LABEL)
    write_by_hand(ours, "CREATE FUNCTION app.two() RETURNS integer LANGUAGE sql AS 'SELECT 2';\n")
    ours.asked().must_be_content()
