"""`--rename old=new` on the command line: of `diff` between any two sources, and of `generate`."""

import json

from projects import Project


def write(project: Project, name: str, text: str) -> str:
    (project.root / name).write_text(text)
    return name


def test_diff_renames_what_it_is_told_was_renamed(project: Project) -> None:
    a = write(project, "a.sql", "CREATE TABLE users (id int PRIMARY KEY, email text)")
    b = write(project, "b.sql", "CREATE TABLE accounts (id int PRIMARY KEY, mail text)")
    done = project.run("diff", "--from", a, "--to", b, "--rename", "users=accounts", "--rename", "users.email=mail")
    assert done.returncode == 0, done.stderr
    assert 'ALTER TABLE "users" RENAME TO "accounts"' in done.stdout
    assert 'RENAME COLUMN "email" TO "mail"' in done.stdout
    assert "DROP" not in done.stdout
    assert "CREATE" not in done.stdout


def test_a_renaming_is_a_change_in_the_json(project: Project) -> None:
    a, b = write(project, "a.sql", "CREATE TABLE users (x int)"), write(project, "b.sql", "CREATE TABLE people (x int)")
    done = project.run("diff", "--from", a, "--to", b, "--json", "--rename", "users=people")
    assert json.loads(done.stdout)["changes"] == ["~ table public.users → people"]


def test_diff_follows_the_hints_in_models(project: Project) -> None:
    project.run("generate")
    project.edit(
        '__tablename__ = "user"', '__tablename__ = "member"\n    __table_args__ = {"info": {"renamed_from": "user"}}'
    )
    done = project.run("diff", "--from", "migrations", "--to", "schemas")
    assert 'ALTER TABLE "user" RENAME TO "member"' in done.stdout
    assert "DROP" not in done.stdout


def test_diff_refuses_what_it_cannot_tell(project: Project) -> None:
    a = write(project, "a.sql", "CREATE TABLE users (x int)")
    done = project.run("diff", "--from", a, "--to", "empty", "--rename", "users=people")
    assert done.returncode == 2
    assert "nothing that is called users before is called people afterwards" in done.stderr
    assert done.stdout == ""


def test_generate_renames_what_it_is_told_was_renamed(project: Project) -> None:
    project.run("generate")
    project.edit('__tablename__ = "user"', '__tablename__ = "member"')
    project.edit("    name: Mapped[str]", "    full_name: Mapped[str]")
    done = project.run("generate", "--rename", "user=member", "--rename", "member.name=full_name")
    assert done.returncode == 0, done.stderr
    written = project.drafts[-1].read_text()
    assert 'ALTER TABLE "user" RENAME TO "member"' in written
    assert 'ALTER TABLE "member" RENAME COLUMN "name" TO "full_name"' in written
    assert "DROP" not in written
    assert "no change" in project.run("generate").stderr


def test_generate_refuses_what_is_no_answer_and_writes_nothing(project: Project) -> None:
    done = project.run("generate", "--rename", "users")
    assert done.returncode == 2
    assert "--rename users: this is not OLD=NEW" in done.stderr
    assert project.drafts == []
