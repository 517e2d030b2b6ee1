"""Which triggers are read, and as parts of what."""

from ccm_engine.catalog import Key
from ccm_engine.kinds.trigger import Trigger
from ccm_engine.shadow import Shadow

from .conftest import materialise

F = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"


async def test_a_trigger_on_a_view_is_a_part_of_the_view(shadow: Shadow) -> None:
    script = f"""{F}; CREATE VIEW v AS SELECT 1 AS a;
        CREATE TRIGGER r INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f()"""
    (trigger,) = (await materialise(shadow, script)).all(Trigger)
    assert trigger.parent == Key("view", ("public", "v"))
    assert (trigger.event, trigger.action) == ("INSTEAD OF INSERT", "FOR EACH ROW EXECUTE FUNCTION f()")


async def test_a_trigger_on_a_foreign_table_is_a_part_of_that(shadow: Shadow) -> None:
    server = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w"
    script = f"""{F}; {server}; CREATE FOREIGN TABLE t (a int) SERVER s;
        CREATE TRIGGER r AFTER DELETE ON t EXECUTE FUNCTION f()"""
    (trigger,) = (await materialise(shadow, script)).all(Trigger)
    assert trigger.parent == Key("foreign table", ("public", "t"))


async def test_what_a_partitioned_table_hands_down_is_the_partitioned_tables(shadow: Shadow) -> None:
    """And what keeps foreign keys is theirs."""
    script = f"""{F}; CREATE TABLE p (a int PRIMARY KEY REFERENCES p) PARTITION BY RANGE (a);
        CREATE TABLE q PARTITION OF p FOR VALUES FROM (0) TO (9);
        CREATE TRIGGER r AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()"""
    assert [item.key for item in (await materialise(shadow, script)).all(Trigger)] == [
        Key("trigger", ("public", "p", "r"))
    ]
