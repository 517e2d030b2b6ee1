"""Which change comes before which: each rule on the smallest situation that needs it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest

from ccm_engine import errors, kinship
from ccm_engine.aside import put_aside
from ccm_engine.catalog import EMPTY, Bond, Catalog, Key, Need, Object
from ccm_engine.diff import diff
from ccm_engine.kinds import declared_needs
from ccm_engine.kinds.check import Check
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.default_privileges import DefaultPrivileges
from ccm_engine.kinds.enum import Enum
from ccm_engine.kinds.event_trigger import EventTrigger
from ccm_engine.kinds.foreign_key import ForeignKey
from ccm_engine.kinds.function import Function
from ccm_engine.kinds.grant import Grant
from ccm_engine.kinds.identity import Identity
from ccm_engine.kinds.index import Index, IndexKey
from ccm_engine.kinds.not_null import NotNull
from ccm_engine.kinds.owner import Owner
from ccm_engine.kinds.ownership import Ownership
from ccm_engine.kinds.partition import Part
from ccm_engine.kinds.primary_key import PrimaryKey
from ccm_engine.kinds.privileges import Privileges
from ccm_engine.kinds.publication import Publication
from ccm_engine.kinds.publication_schema import PublicationSchema
from ccm_engine.kinds.publication_table import PublicationTable
from ccm_engine.kinds.routine import Argument
from ccm_engine.kinds.schema import Schema
from ccm_engine.kinds.sequence import Numbers, Sequence
from ccm_engine.kinds.table import Table
from ccm_engine.kinds.trigger import Trigger
from ccm_engine.kinds.unique import Unique
from ccm_engine.order import order
from ccm_engine.rules import RULES

NUMBERS = Numbers(type="integer", start=1, increment=1, minimum=1, maximum=2**31 - 1, cache=1, cycle=False)


def table(name: str, schema: str = "public", *, unlogged: bool = False) -> Table:
    return Table(schema=schema, name=name, unlogged=unlogged)


def column(table: str, name: str, type_: str = "integer", default: str | None = None) -> Column:
    return Column(schema="public", table=table, name=name, position=1, type=type_, not_null=False, default=default)


def key(table: str, name: str) -> PrimaryKey:
    return PrimaryKey(schema="public", table=table, name=name, columns=("id",))


def unique(table: str, name: str, column: str) -> Unique:
    return Unique(schema="public", table=table, name=name, columns=(column,))


def refers(table: str, target: str) -> ForeignKey:
    return ForeignKey(
        schema="public", table=table, name=f"{table}_{target}", columns=("id",), target_schema="public", target=target,
        target_columns=("id",),
    )  # fmt: skip


def index(table: str, name: str, column: str) -> Index:
    return Index(schema="public", table=table, name=name, keys=(IndexKey(column=column),))


def sequence(name: str, increment: int = 1) -> Sequence:
    return Sequence(schema="public", name=name, numbers=replace(NUMBERS, increment=increment))


def owned(sequence: str, table: str, column: str) -> Ownership:
    return Ownership(schema="public", sequence=sequence, table=table, column=column)


def uses(dependent: Object, on: Object) -> Need:
    return Need(dependent.key, on.key, Bond.USES)


def part(dependent: Object, on: Object) -> Need:
    return Need(dependent.key, on.key, Bond.PART)


def catalog(*objects: Object, needs: Iterable[Need] = ()) -> Catalog:
    return Catalog.of(objects, needs={*declared_needs(objects), *needs})


def ordered(head: Catalog, goal: Catalog) -> list[str]:
    return [str(change) for change in order(diff(head, goal), put_aside(head, goal).head, goal)]


@dataclass(frozen=True, slots=True)
class Situation:
    head: Catalog
    goal: Catalog
    expected: list[str]
    reads_so_anyway: bool = False
    """Whether what is ordered for people alone comes to the same here."""


MOOD = Enum(schema="public", name="mood", values=("sad", "ok"))
REVERSED = replace(MOOD, values=("ok", "sad"))
A, B = table("a"), table("b")
A_X = column("a", "x")
MOODY = replace(column("a", "x", "mood"), type_schema="public", type_name="mood")
DEFAULT_S, DEFAULT_R = column("a", "x", default="nextval('s')"), column("a", "x", default="nextval('r')")
GENERATED = replace(column("a", "g"), generated="(x + 1)")
CHECK = Check(schema="public", table="a", name="c", definition="CHECK ((x > 0))")
E = EventTrigger(name="e", event="sql_drop", function_schema="public", function="f")
F_INT = Function(
    schema="public", name="f", arguments=(Argument(type="integer"),), returns="integer", language="sql", body="SELECT 1"
)
G, H = replace(F_INT, name="g"), replace(F_INT, name="h")
P_INT, P_G = replace(F_INT, parsed=True), replace(G, parsed=True)
F_TEXT = replace(F_INT, arguments=(Argument(type="text"),))
F_MOOD = replace(F_INT, arguments=(Argument(type="mood"),))
B_MOODY, B_A = replace(MOODY, table="b"), replace(refers("b", "a"), columns=("x",))
MOODS = uses(MOODY, MOOD), uses(B_MOODY, MOOD)
IDENTITY = replace(A_X, identity=Identity(always=True, sequence="s", numbers=NUMBERS))

PUBLICATION = Publication(name="p")
LISTED = PublicationTable(publication="p", schema="public", table="a", columns=("x",))
ALL_OF_IT = PublicationSchema(publication="p", schema="app")
Z_BOUND = replace(A_X, table="z", not_null=True, not_null_as=NotNull(name="a_x_not_null"))

READ = Grant(
    of_kind="table", object=("public", "a"), on='TABLE "a"', grantee='"app"', held=Privileges(held=("SELECT",))
)
READ_X = replace(READ, of_kind="column", object=("public", "a", "x"), column="x")
READ_BY_ALL = replace(READ, grantee="PUBLIC", position=1)
READ_LAST = replace(READ, position=2)
GIVEN = Owner(of_kind="table", object=("public", "a"), on='TABLE "a"', role="app")
BY_DEFAULT = DefaultPrivileges(on="TABLES", grantee='"app"', held=Privileges(held=("SELECT",)))
BY_DEFAULT_MORE = replace(BY_DEFAULT, held=Privileges(held=("INSERT", "SELECT")))

SITUATIONS = {
    "columns_are_granted_when_the_table_is_revoked": Situation(
        catalog(A, A_X, READ, READ_X),
        catalog(A, A_X, READ_X),
        ["- grant column.public.a.x.\"app\"", "- grant table.public.a.\"app\"", "+ grant column.public.a.x.\"app\""],
    ),
    "default_privileges_hold_for_nothing_that_is_made": Situation(
        catalog(BY_DEFAULT), catalog(A), ["- default privileges ..TABLES.\"app\"", "+ table public.a"]
    ),
    "default_privileges_hold_for_nothing_that_is_made: nor what they become": Situation(
        catalog(BY_DEFAULT),
        catalog(BY_DEFAULT_MORE, A),
        ["+ table public.a", "~ default privileges ..TABLES.\"app\""],
        reads_so_anyway=True,
    ),
    "what_belongs_to_another_is_given_away_before_its_grants_are_made": Situation(
        catalog(A),
        catalog(A, GIVEN, READ_BY_ALL),
        ["+ owner table.public.a", "+ grant table.public.a.PUBLIC"],
        reads_so_anyway=True,
    ),
    "grants_are_given_in_their_order": Situation(
        catalog(A),
        catalog(A, READ_BY_ALL, READ_LAST),
        ["+ grant table.public.a.PUBLIC", "+ grant table.public.a.\"app\""],
    ),
    "grants_are_given_in_their_order: what was revoked comes anew": Situation(
        catalog(A, replace(READ_BY_ALL, held=Privileges())),
        catalog(A, READ_BY_ALL, READ_LAST),
        ["~ grant table.public.a.PUBLIC", "+ grant table.public.a.\"app\""],
    ),
    "a_publication_lists_columns_or_has_schemas": Situation(
        catalog(PUBLICATION, LISTED), catalog(PUBLICATION, ALL_OF_IT), [f"- {LISTED.key}", f"+ {ALL_OF_IT.key}"]
    ),
    "a_publication_lists_columns_or_has_schemas: and the other way round": Situation(
        catalog(PUBLICATION, ALL_OF_IT), catalog(PUBLICATION, LISTED), [f"- {ALL_OF_IT.key}", f"+ {LISTED.key}"]
    ),
    "a_derived_name_is_free_before_it_is_chosen": Situation(
        replace(catalog(table("z"), Z_BOUND), major=18),
        replace(catalog(A, replace(A_X, not_null=True)), major=18),
        ["- table public.z", "+ table public.a"],
    ),
    "what_is_needed_is_made_first": Situation(
        EMPTY,
        catalog(Schema(name="app"), table("t", "app"), refers("a", "b"), A, B, column("a", "id"), key("b", "k")),
        ["+ schema app", "+ table app.t", "+ table public.a", "+ table public.b", "+ foreign key public.a.a_b"],
        reads_so_anyway=True,
    ),
    "what_is_needed_is_made_first: against their kinds": Situation(
        catalog(A, B),
        catalog(A, B, refers("a", "b"), index("b", "i", "id"), needs=[uses(refers("a", "b"), index("b", "i", "id"))]),
        ["+ index public.i", "+ foreign key public.a.a_b"],
    ),
    "what_is_needed_is_made_first: also what is altered": Situation(
        catalog(A, A_X),
        catalog(A, column("a", "x", "bigint"), GENERATED, needs=[uses(GENERATED, A_X)]),
        ["~ column public.a.x", "+ column public.a.g"],
    ),
    "what_is_needed_is_made_first: also what is renamed": Situation(
        catalog(A, DEFAULT_S, sequence("s"), owned("s", "a", "x"), table("r"), needs=[uses(A_X, sequence("s"))]),
        catalog(A, DEFAULT_R, sequence("r"), owned("r", "a", "x"), needs=[uses(A_X, sequence("r"))]),
        [
            "~ sequence ownership public.s → r",
            "- table public.r",
            "~ sequence public.s → r",
            "~ column public.a.x",
        ],
    ),
    "a_table_is_altered_when_its_columns_are_there": Situation(
        catalog(A),
        catalog(replace(A, options=("toast.vacuum_truncate=false",)), column("a", "x", "text")),
        ["+ column public.a.x", "~ table public.a"],
    ),
    "dependents_are_dropped_first": Situation(
        catalog(A, MOODY, MOOD, Schema(name="app"), table("t", "app"), needs=[uses(MOODY, MOOD)]),
        EMPTY,
        ["- table app.t", "- table public.a", "- enum public.mood", "- schema app"],
        reads_so_anyway=True,
    ),
    "dependents_are_dropped_first: against the alphabet": Situation(
        catalog(A, A_X, GENERATED, B, column("b", "keeps"), needs=[uses(A_X, GENERATED)]),
        catalog(A, B, column("b", "keeps")),
        ["- column public.a.x", "- column public.a.g"],
    ),
    "dependents_are_dropped_before_the_alteration": Situation(
        catalog(A, A_X, CHECK, needs=[part(CHECK, A_X)]),
        catalog(A, column("a", "x", "text")),
        ["- check constraint public.a.c", "~ column public.a.x"],
    ),
    "dependents_are_dropped_before_the_alteration: of columns that change their type with an enum": Situation(
        catalog(A, B, MOODY, B_MOODY, MOOD, B_A, needs=[*MOODS, uses(B_A, MOODY), uses(B_A, B_MOODY)]),
        catalog(A, B, MOODY, B_MOODY, REVERSED, B_A, needs=[*MOODS, uses(B_A, MOODY), uses(B_A, B_MOODY)]),
        [
            "~ enum public.mood → mood__old",
            "+ enum public.mood",
            "- foreign key public.b.b_a",
            "~ column public.a.x",
            "~ column public.b.x",
            "+ foreign key public.b.b_a",
            "- enum public.mood__old",
        ],
    ),
    "what_is_put_aside_is_dropped_afterwards": Situation(
        catalog(A, MOODY, MOOD, needs=[uses(MOODY, MOOD)]),
        catalog(A, MOODY, REVERSED, needs=[uses(MOODY, MOOD)]),
        ["~ enum public.mood → mood__old", "+ enum public.mood", "~ column public.a.x", "- enum public.mood__old"],
        reads_so_anyway=True,
    ),
    "what_names_it_is_dropped_before_it_is_put_aside": Situation(
        catalog(A, MOODY, MOOD, F_MOOD, needs=[uses(MOODY, MOOD), uses(F_MOOD, MOOD)]),
        catalog(A, MOODY, REVERSED, needs=[uses(MOODY, MOOD)]),
        [
            "- function public.f(mood)",
            "~ enum public.mood → mood__old",
            "+ enum public.mood",
            "~ column public.a.x",
            "- enum public.mood__old",
        ],
    ),
    "what_lets_go_is_altered_first": Situation(
        catalog(A, DEFAULT_S, sequence("s"), needs=[uses(A_X, sequence("s"))]),
        catalog(A, A_X),
        ["~ column public.a.x", "- sequence public.s"],
        reads_so_anyway=True,
    ),
    "what_lets_go_is_altered_first: also before what it hung on is altered": Situation(
        catalog(A, MOODY, MOOD, needs=[uses(MOODY, MOOD)]),
        catalog(A, column("a", "x", "text"), REVERSED),
        [
            "~ enum public.mood → mood__old", "+ enum public.mood", "~ column public.a.x", "- enum public.mood__old",
        ],
        reads_so_anyway=True,
    ),
    "what_lets_go_is_altered_before_it_takes": Situation(
        catalog(A, DEFAULT_S, sequence("s"), owned("s", "a", "x"), needs=[uses(A_X, sequence("s"))]),
        catalog(A, IDENTITY),
        ["~ column public.a.x", "- sequence public.s", "~ column public.a.x"],
        reads_so_anyway=True,
    ),
    "a_foreign_key_is_made_when_the_keys_that_go_are_gone": Situation(
        catalog(A, B, key("b", "k")),
        catalog(A, B, unique("b", "u", "id"), refers("a", "b")),
        ["+ unique constraint public.b.u", "- primary key public.b.k", "+ foreign key public.a.a_b"],
    ),
    "a_stub_is_filled_when_it_is_made_and_emptied_before_it_goes": Situation(
        catalog(P_INT, P_G, needs=[uses(P_INT, P_G), uses(P_G, P_INT)]),
        catalog(F_TEXT, H, needs=[uses(F_TEXT, H), uses(H, F_TEXT)]),
        [
            "~ function public.f(integer)",
            "- function public.g(integer)",
            "- function public.f(integer)",
            "+ function public.h(integer)",
            "+ function public.f(text)",
            "~ function public.h(integer)",
        ],
        reads_so_anyway=True,
    ),
    "what_is_computed_waits_for_what_is_behind_a_stub": Situation(
        catalog(A),
        catalog(A, F_TEXT, H, CHECK, needs=[uses(F_TEXT, H), uses(H, F_TEXT), uses(CHECK, F_TEXT)]),
        [
            "+ function public.f(text)",
            "+ function public.h(integer)",
            "~ function public.f(text)",
            "+ check constraint public.a.c",
        ],
    ),
    "an_overload_that_goes_is_gone_before_its_name_is_called": Situation(
        catalog(A, F_INT),
        catalog(A, F_TEXT, CHECK, needs=[uses(CHECK, F_TEXT)]),
        ["+ function public.f(text)", "- function public.f(integer)", "+ check constraint public.a.c"],
    ),
    "an_event_trigger_comes_last_and_goes_first": Situation(
        catalog(E, replace(E, name="off"), replace(E, name="old"), A),
        catalog(
            replace(E, enabled="ENABLE ALWAYS"), replace(E, name="off", enabled="DISABLE"), replace(E, name="new"), B
        ),
        [
            "~ event trigger off",
            "- event trigger old",
            "+ table public.b",
            "- table public.a",
            "~ event trigger e",
            "+ event trigger new",
        ],
    ),
    "no_logged_table_refers_to_an_unlogged_one": Situation(
        catalog(A, B, refers("b", "a")),
        catalog(table("a", unlogged=True), table("b", unlogged=True), refers("b", "a")),
        ["~ table public.b", "~ table public.a"],
    ),
    "no_logged_table_refers_to_an_unlogged_one: the other way round": Situation(
        catalog(table("a", unlogged=True), table("b", unlogged=True), refers("a", "b")),
        catalog(A, B, refers("a", "b")),
        ["~ table public.b", "~ table public.a"],
    ),
    "a_sequence_turns_unlogged_with_no_table_but_its_own": Situation(
        catalog(A, column("a", "id"), sequence("s"), owned("s", "a", "id")),
        catalog(table("a", unlogged=True), column("a", "id"), sequence("s")),
        ["- sequence ownership public.s", "~ table public.a"],
    ),
    "a_sequence_turns_unlogged_with_no_table_but_its_own: it moves": Situation(
        catalog(A, B, column("a", "id"), column("b", "id"), sequence("s"), owned("s", "a", "id")),
        catalog(
            table("a", unlogged=True), table("b", unlogged=True), column("a", "id"), column("b", "id"), sequence("s"),
            owned("s", "b", "id"),
        ),
        ["~ table public.b", "~ sequence ownership public.s", "~ table public.a"],
    ),
    "a_name_is_free_before_it_is_taken": Situation(
        catalog(A, index("a", "n", "x"), A_X),
        catalog(A, A_X, table("n")),
        ["- index public.n", "+ table public.n"],
    ),
    "a_name_is_free_before_it_is_taken: along a chain of renames": Situation(
        catalog(A, A_X, index("a", "m", "x"), sequence("s"), owned("s", "a", "x")),
        catalog(A, A_X, index("a", "s", "x"), sequence("r"), owned("r", "a", "x")),
        ["~ sequence public.s → r", "~ sequence ownership public.s → r", "~ index public.m → s"],
        reads_so_anyway=True,
    ),
    "a_name_is_free_before_it_is_taken: that of the only primary key": Situation(
        catalog(A, key("a", "k")),
        catalog(A, replace(key("a", "l"), columns=("x",)), A_X),
        ["+ column public.a.x", "- primary key public.a.k", "+ primary key public.a.l"],
    ),
    "a_name_is_free_before_it_is_taken: by the sequence of an identity": Situation(
        catalog(A, A_X, sequence("s")),
        catalog(A, IDENTITY),
        ["- sequence public.s", "~ column public.a.x"],
    ),
}  # fmt: skip


P = replace(table("p"), partition_by="LIST (k)")
P1 = replace(table("p1"), partition_of=("public", "p"), bound="FOR 1")
P1_ALONE, P1_OTHER = table("p1"), replace(P1, bound="FOR 2")
P_FIRES = Trigger(schema="public", table="p", name="r", event="AFTER INSERT", action="EXECUTE FUNCTION f()")
P1_FIRES = replace(P_FIRES, table="p1")
CHILD = replace(table("c"), inherits=(("public", "a"),))
CHILD_X = replace(column("c", "x"), local=False, inherited_from=(("public", "a"),))
OWN_X = replace(CHILD_X, local=True)
KEPT_X = column("c", "x")
C_CHECK = replace(CHECK, table="c", local=False, inherited_from=(("public", "a"),))
OWN_CHECK = replace(CHECK, table="c")
P1_X = replace(column("p1", "x", "bigint"), local=False, inherited_from=(("public", "p"),))
CHILD_0, OWN_X_0 = replace(CHILD, name="0"), replace(OWN_X, table="0")
P_I, P1_I = index("p", "i", "x"), replace(index("p1", "i1", "x"), part=Part(of=("public", "i")))
ONLY_P_I = replace(P_I, valid=False)
P1_I_OF_Z = replace(P1_I, part=Part(of=("public", "z"), derived=True), comment="a part")

SITUATIONS |= {
    "a_table_leaves_its_parents_before_they_change": Situation(
        catalog(P, P1, column("p", "x")),
        catalog(P, P1_OTHER, column("p", "x", "bigint")),
        ["~ column public.p.x", "~ table public.p1", "~ table public.p1"],
    ),
    "a_table_gets_its_parents_when_both_are_alike": Situation(
        catalog(P, P1_ALONE, column("p", "x"), column("p1", "x")),
        catalog(P, P1, column("p", "x", "bigint"), P1_X),
        ["~ table public.p1", "~ column public.p.x", "~ column public.p1.x", "~ table public.p1"],
    ),
    "a_bound_is_free_before_it_is_taken": Situation(
        catalog(P, P1),
        catalog(P, P1_OTHER, replace(P1, name="p0")),
        ["~ table public.p1", "+ table public.p0", "~ table public.p1"],
    ),
    "a_partition_made_apart_is_attached_with_its_parts": Situation(
        catalog(P, column("p", "x"), P_I),
        catalog(P, column("p", "x"), P_I, P1, P1_I),
        ["+ table public.p1", "+ index public.i1", "~ table public.p1"],
    ),
    "a_part_of_an_index_is_made_before_the_whole": Situation(
        catalog(P, column("p", "x"), P1),
        catalog(P, column("p", "x"), P1, P_I, P1_I),
        ["+ index public.i1", "+ index public.i"],
    ),
    "an_index_on_only_the_whole_is_made_after_the_partitions": Situation(
        catalog(P, column("p", "x")),
        catalog(P, column("p", "x"), P1, ONLY_P_I),
        ["+ table public.p1", "+ index public.i"],
        reads_so_anyway=True,
    ),
    "an_index_is_complete_when_its_parts_are_made": Situation(
        catalog(P, column("p", "x"), P1, ONLY_P_I),
        catalog(P, column("p", "x"), P1, P_I, P1_I),
        ["+ index public.i1", "~ index public.i"],
    ),
    "what_is_said_of_a_part_waits_for_the_whole": Situation(
        catalog(P, column("p", "x"), P1),
        catalog(P, column("p", "x"), P1, index("p", "z", "x"), P1_I_OF_Z),
        ["+ index public.i1", "+ index public.z", "~ index public.i1"],
    ),
    "a_check_that_is_not_valid_comes_down_to_what_is_there": Situation(
        catalog(A),
        catalog(A, CHILD, replace(CHECK, validated=False), replace(C_CHECK, validated=False)),
        ["+ table public.c", "+ check constraint public.a.c", "+ check constraint public.c.c"],
        reads_so_anyway=True,
    ),
    "a_trigger_gives_its_name_to_that_of_the_whole": Situation(
        catalog(P, P1, P1_FIRES), catalog(P, P1, P_FIRES), ["- trigger public.p1.r", "+ trigger public.p.r"]
    ),
    "a_trigger_gives_its_name_to_that_of_the_whole: and takes it": Situation(
        catalog(P, P1, P_FIRES), catalog(P, P1, P1_FIRES), ["- trigger public.p.r", "+ trigger public.p1.r"]
    ),
    "a_childs_own_column_is_made_before_its_parents": Situation(
        catalog(A, CHILD), catalog(A, CHILD, A_X, OWN_X), ["+ column public.c.x", "+ column public.a.x"]
    ),
    "a_parents_is_dropped_before_the_childs_own": Situation(
        catalog(A, CHILD_0, A_X, OWN_X_0), catalog(A, CHILD_0), ["- column public.a.x", "- column public.0.x"]
    ),
    "a_childs_own_is_dropped_before_its_parents_comes_down": Situation(
        catalog(A, A_X, CHILD, CHILD_X, OWN_CHECK),
        catalog(A, A_X, CHILD, CHILD_X, CHECK, C_CHECK),
        ["- check constraint public.c.c", "+ check constraint public.a.c", "+ check constraint public.c.c"],
    ),
    "a_table_is_no_longer_of_a_type_when_its_columns_change": Situation(
        catalog(replace(A, of_type=("public", "t")), A_X),
        catalog(A),
        ["~ table public.a", "- column public.a.x"],
        reads_so_anyway=True,
    ),
    "a_table_is_no_longer_of_a_type_when_its_columns_change: and of one when they are right": Situation(
        catalog(A, A_X),
        catalog(replace(A, of_type=("public", "t"))),
        ["- column public.a.x", "~ table public.a"],
        reads_so_anyway=True,
    ),
    "a_child_keeps_what_its_parent_drops": Situation(
        catalog(A, A_X, CHILD, CHILD_X),
        catalog(A, CHILD, replace(KEPT_X, default="1")),
        ["- column public.a.x", "~ column public.c.x"],
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_rule_decides(name: str) -> None:
    now = SITUATIONS[name]
    assert ordered(now.head, now.goal) == now.expected


def test_every_rule_has_a_situation() -> None:
    assert {rule.__name__ for rule in (*RULES, *kinship.RULES)} == {name.partition(":")[0] for name in SITUATIONS}


@pytest.mark.parametrize("name", [name for name, now in SITUATIONS.items() if not now.reads_so_anyway])
def test_a_situation_needs_its_rule(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, the order would be another."""
    now = SITUATIONS[name]
    for module, rules in (("order", RULES), ("kinship", kinship.RULES)):
        others = tuple(rule for rule in rules if rule.__name__ != name.partition(":")[0])
        monkeypatch.setattr(f"ccm_engine.{module}.RULES", others)
    assert ordered(now.head, now.goal) != now.expected


def test_what_no_rule_decides_reads_well() -> None:
    """Made before dropped, kinds as `ccm_engine.kinds` lists them, names by alphabet; dropped the other way round."""
    head = catalog(table("old"), Enum(schema="public", name="old_mood", values=()), sequence("old_s"))
    goal = catalog(table("z"), table("y"), MOOD, sequence("s"))
    assert ordered(head, goal) == [
        "+ enum public.mood",
        "+ sequence public.s",
        "+ table public.y",
        "+ table public.z",
        "- table public.old",
        "- sequence public.old_s",
        "- enum public.old_mood",
    ]


def test_the_order_does_not_depend_on_that_of_the_changes() -> None:
    now = SITUATIONS["what_is_needed_is_made_first"]
    changes = diff(now.head, now.goal)
    there = [str(change) for change in order(changes, now.head, now.goal)]
    assert [str(change) for change in order(tuple(reversed(changes)), now.head, now.goal)] == there


def test_a_part_comes_and_goes_with_its_whole() -> None:
    whole = catalog(A, A_X, key("a", "k"), CHECK, sequence("s"), owned("s", "a", "x"), index("a", "i", "x"))
    assert ordered(EMPTY, whole) == [
        "+ sequence public.s",
        "+ table public.a",
        "+ sequence ownership public.s",
        "+ index public.i",
    ]
    assert ordered(whole, EMPTY) == ["- table public.a"]


def test_tables_in_a_circle_of_foreign_keys_are_dropped_after_these() -> None:
    circle = catalog(A, B, refers("a", "b"), refers("b", "a"), key("a", "ak"), key("b", "bk"))
    assert ordered(circle, EMPTY) == [
        "- foreign key public.a.a_b",
        "- foreign key public.b.b_a",
        "- table public.a",
        "- table public.b",
    ]


def test_a_comment_may_change_at_any_time() -> None:
    """What hangs on something waits for its alteration, and not for that of its comment."""
    said = replace(A, comment="said")
    head = catalog(A, DEFAULT_S, sequence("s"), owned("s", "a", "x"), needs=[uses(A_X, sequence("s"))])
    goal = catalog(
        said, sequence("s"), column("a", "z"), owned("s", "a", "z"), needs=[uses(column("a", "z"), sequence("s"))]
    )
    assert ordered(head, goal) == [
        "~ table public.a",
        "+ column public.a.z",
        "~ sequence ownership public.s",
        "- column public.a.x",
    ]


def test_a_circle_that_nobody_can_break_is_refused_and_shown() -> None:
    """Postgres keeps a logged table from referring to an unlogged one, at every moment in between."""
    circle = (refers("a", "b"), refers("b", "a"))
    head = catalog(A, B, *circle)
    goal = catalog(table("a", unlogged=True), table("b", unlogged=True), *circle)
    with pytest.raises(errors.DependencyCycle) as caught:
        ordered(head, goal)
    assert str(caught.value) in {
        f"these changes depend on each other in a circle: {seen}\n\n"
        "hint: make them in two migrations, so that one side of the circle exists before the other"
        for seen in (
            "~ table public.a, ~ table public.b, ~ table public.a",
            "~ table public.b, ~ table public.a, ~ table public.b",
        )
    }


def test_a_key_is_told_by_its_kind_and_its_path() -> None:
    assert str(Key("column", ("public", "a", "x"))) == "column public.a.x"
