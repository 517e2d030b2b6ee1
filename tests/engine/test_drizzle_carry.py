"""What becomes of Drizzle's own spelling when we write the next snapshot."""

import json

import pytest

from ccm_engine.drizzle.carry import carried

CHECK = {"name": "c", "value": '"t"."n" > 0'}
CHECK_OF_OURS = {"name": "c", "value": "n > 0"}
VIEW = {"name": "v", "isExisting": True}

CASES: dict[str, tuple[object, object, object, object]] = {
    "what has not changed stays as it was": (CHECK, CHECK_OF_OURS, CHECK_OF_OURS, CHECK),
    "what has changed is ours": ("now()", "CURRENT_TIMESTAMP", "'2020-01-02'", "'2020-01-02'"),
    "a number that was text stays text, until it changes": ("1.5", 1.5, 2.5, 2.5),
    "an object is taken apart": (
        {"a": CHECK, "b": CHECK},
        {"a": CHECK_OF_OURS, "b": CHECK_OF_OURS},
        {"a": CHECK_OF_OURS, "b": {**CHECK_OF_OURS, "name": "d"}},
        {"a": CHECK, "b": {"name": "d", "value": '"t"."n" > 0'}},
    ),
    "what is new is ours": ({"a": CHECK}, {"a": CHECK_OF_OURS}, {"a": CHECK_OF_OURS, "b": 1}, {"a": CHECK, "b": 1}),
    "what is gone is left out": ({"a": CHECK, "b": CHECK}, {"a": CHECK_OF_OURS, "b": 1}, {"b": 1}, {"b": CHECK}),
    "what we do not see is kept": ({"v": VIEW}, {}, {"w": 1}, {"v": VIEW, "w": 1}),
    "an object that Drizzle was not told of stays untold": (
        {},
        {"by_hand": {"n": 1}, "too": {}},
        {"by_hand": {"n": 2}, "too": {}, "a": {}},
        {"a": {}},
    ),
    "what Drizzle left out of an object is told once it changes": (
        {"name": "a"},
        {"name": "a", "where": "n > 0", "method": "btree"},
        {"name": "a", "where": "n > 1", "method": "btree"},
        {"name": "a", "where": "n > 1"},
    ),
    "what we see only now is ours": ({"v": VIEW}, {}, {"v": {"name": "v"}}, {"v": {"name": "v"}}),
    "a default goes": (
        {"type": "text", "default": "'a'"},
        {"type": "text", "default": "'a'"},
        {"type": "text"},
        {"type": "text"},
    ),
    "no default and the default null are two things": (
        {"type": "text"},
        {"type": "text"},
        {"type": "text", "default": None},
        {"type": "text", "default": None},
    ),
    "true is not 1": (
        {"type": "x", "default": True},
        {"default": True},
        {"default": 1, "n": 1},
        {"type": "x", "default": 1, "n": 1},
    ),
    "a list is one value": ([1, "two"], [1, 2], [1, 3], [1, 3]),
    "what becomes of another sort is ours": ({"a": 1}, {"a": 1}, [1], [1]),
    "what was of another sort is ours": ([1], {"a": 1}, {"a": 2}, {"a": 2}),
}


@pytest.mark.parametrize(("old", "before", "after", "written"), CASES.values(), ids=CASES)
def test_the_next_snapshot(old: object, before: object, after: object, written: object) -> None:
    assert json.dumps(carried(old, before, after)) == json.dumps(written)  # where True is not 1


def test_the_order_is_that_of_before() -> None:
    written = carried({"c": 1, "a": 1}, {"a": 1, "c": 1}, {"a": 1, "b": 2, "c": 2})
    assert json.dumps(written) == '{"c": 2, "a": 1, "b": 2}'


def test_nothing_that_was_handed_over_is_changed() -> None:
    old, before, after = {"a": {"b": 1}}, {"a": {"b": 1}}, {"a": {"b": 2}, "c": 3}
    carried(old, before, after)
    assert (old, before, after) == ({"a": {"b": 1}}, {"a": {"b": 1}}, {"a": {"b": 2}, "c": 3})
