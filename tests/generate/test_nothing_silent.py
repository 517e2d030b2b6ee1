"""`ccm-daemon diff` names every object that it saw and does not model, and never says that two are equal where not."""

import json

from projects import Project

T = "CREATE TABLE t (a int);"
CAST = "CREATE CAST (bool AS date) WITH INOUT;"
OPERATOR = "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int);"
NAMED = "cast (boolean AS pg_catalog.date)"


def write(project: Project, name: str, text: str) -> str:
    (project.root / name).write_text(text)
    return name


def test_what_both_sides_have_may_differ(project: Project) -> None:
    a, b = write(project, "a.sql", T + CAST), write(project, "b.sql", T + CAST)
    done = project.run("diff", "--from", a, "--to", b, "--exit-code")
    assert (done.returncode, done.stdout) == (0, "")
    said = f"warning: {NAMED} is on both sides and not modelled yet: it may differ, and is not compared\n"
    assert done.stderr == said


def test_what_only_the_first_has_is_a_difference(project: Project) -> None:
    a, b = write(project, "a.sql", T + CAST), write(project, "b.sql", T)
    done = project.run("diff", "--from", a, "--to", b)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        f"warning: DIFFERENT: {NAMED} is in a.sql and not in b.sql; it is not modelled yet, "
        "so that no statement here will drop it: write that by hand\n"
        "warning: no SQL is printed, and yet the two are not equal: see above\n"
    )


def test_what_only_the_second_has_is_a_difference(project: Project) -> None:
    a, b = write(project, "a.sql", T), write(project, "b.sql", T + CAST)
    done = project.run("diff", "--from", a, "--to", b)
    assert f"DIFFERENT: {NAMED} is in b.sql and not in a.sql; it is not modelled yet, so that no" in done.stderr
    assert "no statement here will make it" in done.stderr


def test_the_exit_code_tells_it_too(project: Project) -> None:
    a, b = write(project, "a.sql", T), write(project, "b.sql", T + CAST)
    done = project.run("diff", "--from", a, "--to", b, "--exit-code")
    assert done.returncode == 8
    assert done.stderr.endswith(
        "error: the two differ, and no SQL leads from one to the other: these are on one side only, and are not "
        f"modelled yet\n    {NAMED}\n\nhint: make or drop them by hand\n"
    )


def test_a_snapshot_does_not_tell(project: Project) -> None:
    write(project, "schemas/more.sql", CAST)
    project.run("generate")
    done = project.run("diff", "--from", "migrations/meta/0000_snapshot.json", "--to", "schemas", "--exit-code")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        f"warning: {NAMED} of schemas is not modelled yet, and migrations/meta/0000_snapshot.json does not tell "
        "whether it is there\n"
    )


def test_the_json_says_which_side_has_it(project: Project) -> None:
    a, b = write(project, "a.sql", CAST + T), write(project, "b.sql", CAST + OPERATOR)
    done = project.run("diff", "--from", a, "--to", b, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {
        "unmodelled": [
            {"kind": "cast", "name": "(boolean AS pg_catalog.date)", "in": ["from", "to"]},
            {"kind": "operator", "name": "public.===(integer,integer)", "in": ["to"]},
        ],
        "changes": ["- table public.t"],
        "statements": [
            {
                "sql": 'DROP TABLE "t"',
                "change": "- table public.t",
                "transactional": True,
                "hazards": [
                    {
                        "code": "deletes-data",
                        "message": "deletes the data of a table",
                        "fix": json.loads(done.stdout)["statements"][0]["hazards"][0]["fix"],
                    }
                ],
            }
        ],
    }
    assert "DIFFERENT: operator public.===(integer,integer) is in b.sql" in done.stderr
