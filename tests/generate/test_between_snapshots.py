"""`diff` between two snapshots of Drizzle Kit."""

import json

import pytest

from projects import Project
from snapshots import Json, column, snapshot, table, view

TABLE = table("t", column("a", "integer"))
VIEW = view("v", definition='select "a" from "t"')
STORED = view("v", definition='select "a" from "t"', materialized=True)


def way(project: Project, old: Json, new: Json) -> str:
    """What `diff` prints."""
    for name, content in (("old.json", old), ("new.json", new)):
        (project.root / name).write_text(json.dumps(content))
    done = project.run("diff", "--from", "old.json", "--to", "new.json")
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


@pytest.mark.parametrize(("made", "kind"), [(VIEW, "VIEW"), (STORED, "MATERIALIZED VIEW")])
def test_a_view_that_goes_is_dropped(project: Project, made: Json, kind: str) -> None:
    old, new = snapshot(tables=TABLE, views=made), snapshot(tables=TABLE)
    assert way(project, old, new) == f'DROP {kind} "v";\n'


@pytest.mark.parametrize("made", [VIEW, STORED])
def test_a_view_that_is_left_to_others_stays(project: Project, made: Json) -> None:
    used = view("v", isExisting=True, materialized=made["public.v"]["materialized"])
    old, new = snapshot(tables=TABLE, views=made), snapshot(tables=TABLE, views=used)
    assert way(project, old, new) == ""


def test_a_view_that_is_left_to_others_stays_while_its_table_changes(project: Project) -> None:
    old = snapshot(tables=TABLE, views=VIEW)
    wider = table("t", column("a", "integer"), column("b", "text"))
    new = snapshot(tables=wider, views=view("v", isExisting=True))
    assert way(project, old, new) == 'ALTER TABLE "t" ADD COLUMN "b" text;\n'
