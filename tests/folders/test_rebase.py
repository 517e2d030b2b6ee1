"""`rebase`: two branches each add migrations, git merges them, and what it leaves behind is put in order."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import postgres
from ccm_engine.folder import digest
from projects import MODELS, Project

FIRST = "0006_initial"
KEPT = "0007_bold_river"
MINE = "0007_quiet_harbour"
RIVER = 'CREATE TABLE "river" ("id" integer PRIMARY KEY, "name" text);\n'
HARBOUR = 'CREATE TABLE "harbour" ("id" integer PRIMARY KEY);\n'
SHIP = 'CREATE TABLE "ship" ("id" integer PRIMARY KEY);\n'


def merge(project: Project, branch: str) -> int:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    command = ["git", *identity, "merge", "--no-edit", branch]
    return subprocess.run(command, cwd=project.root, check=False, capture_output=True).returncode


def commit(project: Project, message: str = "more") -> None:
    project.git("add", "-A")
    project.git("commit", "-qm", message)


def migrations(project: Project) -> Path:
    return project.root / "migrations"


def journal(project: Project) -> list[str]:
    content = json.loads((migrations(project) / "meta" / "_journal.json").read_text())
    return [entry["tag"] for entry in content["entries"]]


def files(project: Project) -> list[str]:
    return sorted(path.stem for path in migrations(project).glob("*.sql"))


def content(project: Project) -> dict[str, bytes]:
    there = (path for path in migrations(project).rglob("*") if path.is_file())
    return {str(path.relative_to(project.root)): path.read_bytes() for path in there}


def write(project: Project, texts: dict[str, bytes]) -> None:
    for name, text in texts.items():
        (project.root / name).write_bytes(text)


def generate(project: Project, name: str, **schemas: str) -> None:
    for file, text in schemas.items():
        (project.root / "schemas" / f"{file}.sql").write_text(text)
    done = project.run("generate", "--name", name)
    assert done.returncode == 0, done.stderr


def is_in_order(project: Project) -> bool:
    """Each file is named, each snapshot follows the one before, and the last is what the schema files describe."""
    assert files(project) == sorted(journal(project))
    entries = json.loads((migrations(project) / "meta" / "_journal.json").read_text())["entries"]
    moments = [entry["when"] for entry in entries]
    assert moments == sorted(set(moments))
    prefixes = [tag.partition("_")[0] for tag in journal(project)]
    snapshots = [json.loads((migrations(project) / "meta" / f"{it}_snapshot.json").read_text()) for it in prefixes]
    assert len(list((migrations(project) / "meta").iterdir())) == len(snapshots) + 1
    previous = [it["prevId"] for it in snapshots]
    assert previous[1:] == [it["id"] for it in snapshots[:-1]]
    assert "no change" in project.run("generate").stderr
    again = project.run("rebase")
    assert again.returncode == 0
    assert again.stderr == "nothing to rebase: no two migrations in migrations fork\n"
    return True


def is_replayed(project: Project) -> bool:
    """The files alone make what the schema files describe."""
    done = project.run("diff", "--from", "migrations", "--to", "schemas", "--exit-code")
    assert done.returncode == 0, done.stdout + done.stderr
    return True


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory, server18: postgres.Server) -> Project:
    """On the branch `feature`, which like `main` holds migration 0006."""
    root = tmp_path_factory.mktemp("beginning")
    project = Project(root=root, server=server18, database="postgres")
    (root / "schemas").mkdir()
    project.models.write_text(MODELS)
    (root / "pyproject.toml").write_text("[tool.ccm]\n")
    (root / ".gitignore").write_text("__pycache__/\n")
    project.git("init", "-q")
    generate(project, "initial")
    meta = migrations(project) / "meta"
    (migrations(project) / "0000_initial.sql").rename(migrations(project) / f"{FIRST}.sql")
    (meta / "0000_snapshot.json").rename(meta / "0006_snapshot.json")
    text = (meta / "_journal.json").read_text().replace("0000_initial", FIRST).replace('"idx": 0', '"idx": 6')
    (meta / "_journal.json").write_text(text)
    commit(project, "initial")
    project.git("branch", "-M", "main")
    project.git("checkout", "-qb", "feature")
    return project


@pytest.fixture(scope="session")
def fork(tmp_path_factory: pytest.TempPathFactory, beginning: Project) -> Project:
    """`main` has migration 0007 more, `feature` another 0007, and 0008."""
    root = tmp_path_factory.mktemp("fork") / "fork"
    shutil.copytree(beginning.root, root)
    project = replace(beginning, root=root)
    both_add(project, mine=add_harbour_and_ship)
    return project


def copied(template: Project, project: Project) -> Project:
    shutil.rmtree(project.root)
    shutil.copytree(template.root, project.root)
    return project


@pytest.fixture
def team(project: Project, beginning: Project) -> Project:
    return copied(beginning, project)


@pytest.fixture
def forked(project: Project, fork: Project) -> Project:
    return copied(fork, project)


def both_add(team: Project, *, mine: Callable[[Project], None], kept: Callable[[Project], None] | None = None) -> None:
    """Each branch adds what it adds and commits it; afterwards one is on `feature`."""
    mine(team)
    commit(team, "mine")
    team.git("checkout", "-q", "main")
    (kept or add_river)(team)
    commit(team, "kept")
    team.git("checkout", "-q", "feature")


def add_river(project: Project) -> None:
    generate(project, "bold_river", river=RIVER)


def add_harbour(project: Project) -> None:
    generate(project, "quiet_harbour", harbour=HARBOUR)


def add_harbour_and_ship(project: Project) -> None:
    add_harbour(project)
    generate(project, "small_ship", ship=SHIP)


def test_a_merge_in_progress_is_mended(forked: Project) -> None:
    mine = (migrations(forked) / f"{MINE}.sql").read_bytes()
    assert merge(forked, "main") == 1
    done = forked.run("rebase")
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        f"kept of main: {KEPT}\n"
        f"{MINE} → 0008_quiet_harbour\n"
        "0008_small_ship → 0009_small_ship\n"
        "journal and snapshots are in order; next: git add migrations && git commit\n"
    )
    assert journal(forked) == [FIRST, KEPT, "0008_quiet_harbour", "0009_small_ship"]
    assert (migrations(forked) / "0008_quiet_harbour.sql").read_bytes() == mine
    forked.git("add", "migrations")
    forked.git("commit", "-qm", "merged")
    assert is_in_order(forked)
    assert is_replayed(forked)


Resolve = Callable[[Project], None]


def take(side: str, *names: str) -> Resolve:
    def resolve(project: Project) -> None:
        project.git("checkout", f"--{side}", *(f"migrations/meta/{name}" for name in names))

    return resolve


def name_both(project: Project) -> None:
    """As a person would who sees the two entries between the markers, and knows that both are wanted."""
    path = migrations(project) / "meta" / "_journal.json"
    project.git("checkout", "--theirs", "migrations/meta")
    text = json.loads(path.read_text())
    project.git("checkout", "--ours", str(path.relative_to(project.root)))
    text["entries"] += json.loads(path.read_text())["entries"][1:]
    path.write_text(json.dumps(text, indent=2))


@pytest.mark.parametrize(
    "resolve",
    [
        pytest.param(name_both, id="both_entries"),
        pytest.param(take("ours", "_journal.json", "0007_snapshot.json"), id="ours_alone"),
        pytest.param(take("theirs", "_journal.json", "0007_snapshot.json"), id="theirs_alone"),
    ],
)
def test_a_merge_is_mended_however_it_was_committed(forked: Project, resolve: Resolve) -> None:
    assert merge(forked, "main") == 1
    resolve(forked)
    commit(forked, "merged")
    done = forked.run("rebase")
    assert done.returncode == 0, done.stderr
    assert journal(forked) == [FIRST, KEPT, "0008_quiet_harbour", "0009_small_ship"]
    assert is_in_order(forked)
    assert is_replayed(forked)


def test_what_the_default_branch_has_is_kept_there_as_well(forked: Project) -> None:
    forked.git("checkout", "-q", "main")
    assert merge(forked, "feature") == 1
    done = forked.run("rebase")
    assert done.stderr.startswith(f"kept of main: {KEPT}\n{MINE} → 0008_quiet_harbour\n"), done.stderr
    assert is_in_order(forked)


def test_what_everybody_has_is_kept_where_one_s_own_branch_of_that_name_is_behind(forked: Project) -> None:
    """`git pull` on main: what is merged in is the remote's."""
    forked.git("update-ref", "refs/remotes/origin/main", "main")
    forked.git("branch", "-f", "main", "feature")
    forked.git("checkout", "-q", "main")
    assert merge(forked, "origin/main") == 1
    done = forked.run("rebase")
    assert done.stderr.startswith(f"kept of origin/main: {KEPT}\n{MINE} → 0008_quiet_harbour\n"), done.stderr
    assert is_in_order(forked)


def test_a_tag_says_which_branch_is_one_s_own(forked: Project) -> None:
    assert merge(forked, "main") == 1
    done = forked.run("rebase", KEPT)
    assert done.returncode == 0, done.stderr
    assert journal(forked) == [FIRST, MINE, "0008_small_ship", "0009_bold_river"]
    assert is_in_order(forked)


def test_git_rebase_is_helped_on_at_each_commit(team: Project) -> None:
    def mine(project: Project) -> None:
        add_harbour(project)
        commit(project, "harbour")
        generate(project, "small_ship", ship=SHIP)

    both_add(team, mine=mine)
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.editor=true")
    for words, moved in (
        (("rebase", "main"), f"{MINE} → 0008_quiet_harbour"),
        (("rebase", "--continue"), "0008_small_ship → 0009_small_ship"),
    ):
        stopped = subprocess.run(["git", *identity, *words], cwd=team.root, check=False, capture_output=True)
        assert stopped.returncode == 1, stopped.stdout
        done = team.run("rebase")
        assert f"{moved}\n" in done.stderr, done.stderr
        assert "next: git add migrations && git rebase --continue\n" in done.stderr
        team.git("add", "migrations")
    team.git("-c", "core.editor=true", "rebase", "--continue")
    assert journal(team) == [FIRST, KEPT, "0008_quiet_harbour", "0009_small_ship"]
    assert is_in_order(team)
    assert is_replayed(team)


def test_what_a_rebase_left_in_one_line_is_told_by_the_default_branch(forked: Project) -> None:
    """No merge, but two migrations of one number: those that main has are kept."""
    assert merge(forked, "main") == 1
    name_both(forked)
    commit(forked, "merged")
    forked.git("reset", "-q", "--soft", "main")
    commit(forked, "in one line")
    done = forked.run("rebase")
    assert done.stderr.startswith(f"kept of main: {KEPT}\n{MINE} → 0008_quiet_harbour\n"), done.stderr
    assert is_in_order(forked)


def add_bio(project: Project, name: str, more: str = "") -> None:
    project.edit("    name: Mapped[str]\n", "    name: Mapped[str]\n    bio: Mapped[str | None]\n" + more)
    generate(project, name)


def test_what_both_have_added_is_there_once(team: Project) -> None:
    both_add(team, mine=lambda it: add_bio(it, "quiet_harbour"), kept=lambda it: add_bio(it, "bold_river"))
    assert merge(team, "main") == 1
    done = team.run("rebase")
    assert done.returncode == 0, done.stderr
    assert f"{MINE}: gone, for the migrations before lead to what the schema files describe\n" in done.stderr
    assert journal(team) == [FIRST, KEPT]
    assert is_in_order(team)


def test_what_only_one_has_is_generated_anew_where_the_rest_is_there_already(team: Project) -> None:
    def mine(project: Project) -> None:
        add_bio(project, "quiet_harbour")
        generate(project, "small_ship", ship=SHIP)

    both_add(team, mine=mine, kept=lambda it: add_bio(it, "bold_river"))
    assert merge(team, "main") == 1
    done = team.run("rebase")
    assert f"{MINE}, 0008_small_ship → 0008_small_ship, generated anew\n" in done.stderr, done.stderr
    assert (migrations(team) / "0008_small_ship.sql").read_text().startswith('CREATE TABLE "ship"')
    assert is_in_order(team)
    assert is_replayed(team)


FILL = """\
-- whoever reads this: rows first
INSERT INTO "user" ("name") VALUES ('Ada');--> statement-breakpoint

UPDATE  "user" SET "bio" = 'first' WHERE "name" = 'Ada';
"""


def test_what_a_person_wrote_is_kept_word_for_word(team: Project) -> None:
    def mine(project: Project) -> None:
        add_bio(project, "quiet_harbour")
        project.run("generate", "--custom", "--name", "fill_bio")
        (migrations(project) / "0008_fill_bio.sql").write_text(FILL)

    both_add(team, mine=mine)
    assert merge(team, "main") == 1
    done = team.run("rebase")
    assert "0008_fill_bio → 0009_fill_bio\n" in done.stderr, done.stderr
    assert (migrations(team) / "0009_fill_bio.sql").read_text() == FILL
    assert is_in_order(team)
    assert is_replayed(team)


def test_data_that_needs_rows_of_an_earlier_migration_is_tried_out_with_them(team: Project) -> None:
    def mine(project: Project) -> None:
        generate(
            project, "quiet_harbour", harbour=HARBOUR + 'CREATE TABLE "pier" ("h" integer REFERENCES "harbour");\n'
        )
        for name, text in (
            ("0008_a", 'INSERT INTO "harbour" VALUES (1);'),
            ("0009_b", 'INSERT INTO "pier" VALUES (1);'),
        ):
            project.run("generate", "--custom", "--name", name[-1])
            (migrations(project) / f"{name}.sql").write_text(text)

    both_add(team, mine=mine)
    assert merge(team, "main") == 1
    done = team.run("rebase")
    assert done.returncode == 0, done.stderr
    assert journal(team) == [FIRST, KEPT, "0008_quiet_harbour", "0009_a", "0010_b"]
    assert is_in_order(team)
    assert is_replayed(team)


def test_what_a_person_wrote_and_does_not_run_any_more_is_refused(team: Project) -> None:
    def mine(project: Project) -> None:
        add_bio(project, "quiet_harbour")
        path = migrations(project) / f"{MINE}.sql"
        path.write_text("-- the biography\n" + path.read_text())

    both_add(team, mine=mine, kept=lambda it: add_bio(it, "bold_river"))
    assert merge(team, "main") == 1
    before = content(team)
    done = team.run("rebase")
    assert done.returncode == 7
    assert done.stderr == (
        f'error: migrations/{MINE}.sql:2:1: this does not run after {KEPT}: column "bio" of relation "user" already '
        "exists (SQLSTATE 42701)\n\n"
        f"Nothing was written. {MINE}: a person may have written or edited this, so it is not generated anew.\n\n"
        f"hint: edit the file so that it runs after {KEPT}, or delete it where nothing of it is needed; then run\n"
        "ccm-daemon rebase again\n"
    )
    assert content(team) == before
    (migrations(team) / f"{MINE}.sql").unlink()
    done = team.run("rebase")
    assert f"{MINE} has no file any more, and is left out\n" in done.stderr, done.stderr
    assert journal(team) == [FIRST, KEPT]
    assert is_in_order(team)


def test_what_the_schema_files_ask_for_beyond_is_left_to_generate(team: Project) -> None:
    def mine(project: Project) -> None:
        add_harbour(project)
        path = migrations(project) / f"{MINE}.sql"
        path.write_text("-- by hand\n" + path.read_text())

    both_add(team, mine=mine)
    assert merge(team, "main") == 1
    (team.root / "schemas" / "ship.sql").write_text(SHIP)
    done = team.run("rebase")
    assert f"{MINE} → 0008_quiet_harbour\n" in done.stderr, done.stderr
    assert "the schema files ask for more than these: `ccm-daemon generate` writes the rest\n" in done.stderr
    generate(team, "small_ship")
    assert is_in_order(team)


def test_two_of_the_same_name_are_told_apart(team: Project) -> None:
    def kept(project: Project) -> None:
        generate(project, "quiet_harbour", river=RIVER)

    both_add(team, mine=add_harbour, kept=kept)
    assert merge(team, "main") == 1
    done = team.run("rebase")
    assert f"{MINE} → 0008_quiet_harbour\n" in done.stderr, done.stderr
    assert "river" in (migrations(team) / f"{MINE}.sql").read_text()
    assert "harbour" in (migrations(team) / "0008_quiet_harbour.sql").read_text()
    assert is_in_order(team)


def test_what_the_others_took_over_under_another_number_is_not_there_twice(team: Project) -> None:
    both_add(team, mine=add_harbour)
    team.git("checkout", "-qb", "taken_over")
    assert merge(team, "main") == 1
    assert team.run("rebase").returncode == 0
    commit(team, "merged")
    team.git("reset", "-q", "--soft", "main")
    commit(team, "in one commit, without its history")
    team.git("checkout", "-q", "feature")
    generate(team, "small_ship", ship=SHIP)
    commit(team)
    assert merge(team, "taken_over") == 1
    done = team.run("rebase")
    assert f"{MINE} is there already, as 0008_quiet_harbour\n" in done.stderr, done.stderr
    assert journal(team) == [FIRST, KEPT, "0008_quiet_harbour", "0009_small_ship"]
    assert is_in_order(team)


def number_by_the_day(project: Project) -> None:
    """As `drizzle-kit generate --prefix timestamp` has begun it."""
    meta, old, new = migrations(project) / "meta", "0006", "20260102030405"
    (migrations(project) / f"{FIRST}.sql").rename(migrations(project) / f"{new}_initial.sql")
    (meta / f"{old}_snapshot.json").rename(meta / f"{new}_snapshot.json")
    text = (meta / "_journal.json").read_text()
    (meta / "_journal.json").write_text(text.replace(FIRST, f"{new}_initial"))
    commit(project, "by the day")


@pytest.mark.parametrize("resolve", [None, name_both, take("ours", "_journal.json")], ids=["torn", "both", "ours"])
def test_timestamps_fork_as_well(team: Project, resolve: Resolve | None) -> None:
    number_by_the_day(team)
    team.git("branch", "-f", "main", "feature")
    both_add(team, mine=add_harbour)
    mine = journal(team)[-1]
    assert merge(team, "main") == 1
    if resolve is not None:
        resolve(team)
        commit(team, "merged")
    done = team.run("rebase")
    assert f"{mine} → 20" in done.stderr, done.stderr
    assert [tag.partition("_")[2] for tag in journal(team)] == ["initial", "bold_river", "quiet_harbour"]
    assert journal(team) == sorted(journal(team))
    assert is_in_order(team)
    assert is_replayed(team)


def without_git(project: Project) -> None:
    subprocess.run(["rm", "-r", project.root / ".git"], check=True)


@pytest.mark.parametrize("side", ["ours", "theirs"])
@pytest.mark.parametrize("named", [True, False], ids=["both_entries", "one_entry"])
def test_without_git_one_s_own_are_those_that_are_named(forked: Project, side: str, named: bool) -> None:  # noqa: FBT001
    assert merge(forked, "main") == 1
    if named:
        name_both(forked)
        take(side, "0007_snapshot.json")(forked)
    else:
        take(side, "_journal.json", "0007_snapshot.json")(forked)
    without_git(forked)
    done = forked.run("rebase", MINE, "0008_small_ship")
    assert done.returncode == 0, done.stderr
    assert done.stderr == (f"kept: {KEPT}\n{MINE} → 0008_quiet_harbour\n0008_small_ship → 0009_small_ship\n")
    assert is_in_order(forked)
    assert is_replayed(forked)


def test_without_git_nothing_is_guessed(forked: Project) -> None:
    assert merge(forked, "main") == 1
    name_both(forked)
    without_git(forked)
    before = content(forked)
    done = forked.run("rebase")
    assert done.returncode == 9
    assert done.stderr == (
        "error: these migrations fork, and nothing says which of them are yours\n"
        f"{KEPT}\n{MINE}\n\n"
        f"hint: name yours, and they get their numbers after the others: ccm-daemon rebase {MINE}\n"
    )
    assert content(forked) == before


MISSPELT = f"""\
error: there is no migration '0007_quiet_harbor' in migrations

hint: a tag is the name of a file without .sql; did you mean {MINE}?
"""
OF_BOTH = f"""\
error: {FIRST}: these are not of one of the two branches that came together
main: {KEPT}
feature: {MINE}, 0008_small_ship

hint: name one or more of the same branch, whose migrations then get their numbers after the other's
"""


@pytest.mark.parametrize(("tag", "message"), [("0007_quiet_harbor", MISSPELT), (FIRST, OF_BOTH)])
def test_a_tag_that_is_of_neither_branch_is_told(forked: Project, tag: str, message: str) -> None:
    assert merge(forked, "main") == 1
    before = content(forked)
    done = forked.run("rebase", tag)
    assert (done.returncode, done.stderr, content(forked)) == (2, message, before)


def test_the_development_database_knows_them_by_their_new_names(forked: Project) -> None:
    assert forked.run("migrate").returncode == 0
    assert merge(forked, "main") == 1
    done = forked.run("rebase")
    assert "has them applied, and knows them by their new names; the others' are pending there\n" in done.stderr
    known = "SELECT id FROM __drizzle_migrations ORDER BY id"
    assert forked.query(known).split() == [FIRST, "0008_quiet_harbour", "0009_small_ship"]
    migrated = forked.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert "gone" not in migrated.stderr
    assert forked.query(known).split() == journal(forked)
    assert forked.run("diff", "--from", forked.environment["DATABASE_URL_LOCAL"], "--to", "schemas").stdout == ""


def test_a_development_database_that_does_not_answer_is_told_and_no_more(forked: Project) -> None:
    assert merge(forked, "main") == 1
    done = forked.run("rebase", DATABASE_URL_LOCAL="postgresql://postgres@127.0.0.1:1/none", CCM_CONNECT_TIMEOUT="1")
    assert done.returncode == 0, done.stderr
    assert "warning: the development database still knows them by their old names: " in done.stderr
    assert is_in_order(forked)


def test_what_production_has_keeps_its_name(forked: Project) -> None:
    assert forked.run("migrate").returncode == 0
    assert merge(forked, "main") == 1
    before = content(forked)
    production = {"USE_PROD_DB": "true", "DATABASE_URL_PROD": forked.environment["DATABASE_URL_LOCAL"]}
    done = forked.run("rebase", **production)
    assert done.returncode == 7
    assert (
        f"has these applied, so they keep their names; nothing was written: {MINE}, 0008_small_ship\n" in done.stderr
    ), done.stderr
    assert f"ccm-daemon rebase {KEPT}\n" in done.stderr
    assert content(forked) == before
    assert forked.run("rebase", KEPT, **production).returncode == 0
    assert journal(forked) == [FIRST, MINE, "0008_small_ship", "0009_bold_river"]


@pytest.mark.parametrize("named", [False, True], ids=["before_the_journal", "after_the_journal"])
def test_a_run_that_died_in_the_middle_is_mended_by_the_next(forked: Project, named: bool) -> None:  # noqa: FBT001
    assert merge(forked, "main") == 1
    before = content(forked)
    assert forked.run("rebase").returncode == 0
    after = content(forked)
    name = "migrations/meta/_journal.json"
    journals = {name: after[name] if named else before[name]}
    write(forked, before | after | journals)
    note = {
        "written": {it.partition("/")[2]: digest(text) for it, text in after.items() if it not in before},
        "gone": {it.partition("/")[2]: digest(text) for it, text in before.items() if it not in after},
    }
    (forked.root / ".ccm" / "rebase.json").write_text(json.dumps(note))
    done = forked.run("rebase")
    assert done.returncode == 0, done.stderr
    assert sorted(content(forked)) == sorted(after)
    assert is_in_order(forked)


def test_a_draft_stays_one_under_its_new_number(team: Project) -> None:
    """It is not committed yet, and the others' migration has come without a merge."""
    team.git("checkout", "-q", "main")
    add_river(team)
    commit(team, "kept")
    kept = content(team)
    team.git("checkout", "-q", "feature")
    (team.root / "schemas" / "harbour.sql").write_text(HARBOUR)
    with team.watched() as watcher:
        watcher.until_said("draft migrations/")
    mine = files(team)[-1]
    write(team, kept)
    (team.root / "schemas" / "river.sql").write_text(RIVER)
    done = team.run("rebase", mine)
    assert done.returncode == 0, done.stderr
    assert is_in_order(team)
    assert list(json.loads((team.root / ".ccm" / "drafts.json").read_text())) == [journal(team)[-1]]


def test_check_names_both_and_is_content_afterwards(forked: Project) -> None:
    assert merge(forked, "main") == 1
    name_both(forked)
    commit(forked, "merged")
    before = forked.run("check")
    assert before.returncode == 8
    assert f"{KEPT}: of main\n" in before.stdout + before.stderr
    assert f"{MINE}: of feature\n" in before.stdout + before.stderr
    assert f"`ccm-daemon rebase {MINE} 0008_small_ship`" in before.stdout + before.stderr
    assert forked.run("rebase", MINE, "0008_small_ship").returncode == 0
    after = forked.run("check")
    assert after.returncode == 0, after.stdout + after.stderr


def as_drizzle_alone_writes_it(project: Project) -> None:
    for path in (migrations(project) / "meta").glob("*_snapshot.json"):
        sections = json.loads(path.read_text())
        sections.pop("ccm", None)
        path.write_text(json.dumps(sections, indent=2))


def test_a_folder_that_only_drizzle_kit_wrote_is_mended(team: Project) -> None:
    as_drizzle_alone_writes_it(team)
    commit(team, "Drizzle's")
    team.git("branch", "-f", "main", "feature")

    def mine(project: Project) -> None:
        add_harbour_and_ship(project)
        as_drizzle_alone_writes_it(project)

    def kept(project: Project) -> None:
        add_river(project)
        as_drizzle_alone_writes_it(project)

    both_add(team, mine=mine, kept=kept)
    snapshot = subprocess.run(
        ["git", "show", "main:migrations/meta/0007_snapshot.json"], cwd=team.root, check=True, capture_output=True
    ).stdout
    assert merge(team, "main") == 1
    done = team.run("rebase")
    assert done.returncode == 0, done.stderr
    assert (migrations(team) / "meta" / "0007_snapshot.json").read_bytes() == snapshot
    assert journal(team) == [FIRST, KEPT, "0008_quiet_harbour", "0009_small_ship"]
    assert is_in_order(team)
    assert is_replayed(team)
