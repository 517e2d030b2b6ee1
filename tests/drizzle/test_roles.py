"""Roles, which belong to the whole server: Drizzle makes those that its schema names, and we none unless asked to."""

from drizzle.kit import Shared
from drizzle.story import COLUMNS, INITIAL, Step

READER = Step(
    "theirs",
    "reader",
    (
        ("pgPolicy,", "pgPolicy, pgRole,"),
        (
            "export const posts",
            'export const reader = pgRole("drizzle_reader", { createDb: true });\n\nexport const posts',
        ),
        ('to: "public"', "to: reader"),
    ),
    (("FOR SELECT TO public", "FOR SELECT TO drizzle_reader"),),
)


def test_a_role_of_theirs_stays_in_what_we_write(shared: Shared) -> None:
    shared.take(INITIAL)
    assert "CREATE ROLE" in shared.take(READER)
    shared.asked().must_be_content()
    shared.take(COLUMNS)
    shared.asked().must_be_content()
    assert list(shared.snapshot(2)["roles"]) == ["drizzle_reader"]
