"""The draft: one migration that follows the schema files until it is sealed."""

import hashlib

from projects import Project

BIO = "    bio: Mapped[str | None]\n"
NAME = "    name: Mapped[str]\n"


def committed(project: Project) -> Project:
    """With the first migration generated and committed, as a team has it."""
    assert project.run("generate", "--name", "initial").returncode == 0
    project.git("add", "-A")
    project.git("commit", "-qm", "initial")
    return project


def test_a_save_becomes_a_draft_and_the_development_database_follows(project: Project) -> None:
    with committed(project).watched("--apply") as watcher:
        watcher.until_said("no change")
        project.edit(NAME, NAME + BIO)
        watcher.until_said("follows", times=2)
        draft = project.drafts[-1].read_text()
    assert draft == 'ALTER TABLE "user" ADD COLUMN "bio" text;\n'
    assert project.query('select bio from "user"') == ""


def test_what_is_taken_back_leaves_nothing(project: Project) -> None:
    with committed(project).watched("--apply") as watcher:
        watcher.until_said("no change")
        project.edit(NAME, NAME + BIO)
        watcher.until_said("follows", times=2)
        project.edit(BIO, "")
        watcher.until_said("follows", times=3)
    assert [path.stem for path in project.drafts] == ["0000_initial"]
    assert "bio" not in project.server.dump(project.database)
    assert project.query("select id from __drizzle_migrations") == "0000_initial"


def test_a_draft_is_rewritten_under_its_name_and_rows_stay(project: Project) -> None:
    with committed(project).watched("--apply") as watcher:
        watcher.until_said("no change")
        project.edit(NAME, NAME + BIO)
        watcher.until_said("follows", times=2)
        (draft,) = project.drafts[1:]
        project.query("insert into \"user\" (name, bio) values ('Ada', 'first')")
        project.edit(BIO, BIO + "    age: Mapped[int | None]\n")
        watcher.until_said("follows", times=3)
        assert project.drafts[1:] == [draft]
    assert project.query('select bio, age from "user"') == "first|"
    written = hashlib.sha256(draft.read_bytes()).hexdigest()
    assert project.query(f"select hash from __drizzle_migrations where id = '{draft.stem}'") == written


def test_a_commit_seals_the_draft(project: Project) -> None:
    with committed(project).watched() as watcher:
        watcher.until_said("no change")
        project.edit(NAME, NAME + BIO)
        watcher.until_said('ADD COLUMN "bio"')
        sealed = project.drafts[1].read_text()
        project.git("add", "-A")
        project.git("commit", "-qm", "bio")
        project.edit(BIO, BIO + "    age: Mapped[int | None]\n")
        watcher.until(lambda: len(project.drafts) == 3)
        assert project.drafts[1].read_text() == sealed
        assert project.drafts[2].read_text() == 'ALTER TABLE "user" ADD COLUMN "age" integer;\n'


def test_what_a_person_wrote_is_never_overwritten(project: Project) -> None:
    with committed(project).watched() as watcher:
        watcher.until_said("no change")
        project.edit(NAME, NAME + BIO)
        watcher.until(lambda: len(project.drafts) == 2)
        by_hand = project.drafts[1].read_text() + 'UPDATE "user" SET "bio" = \'\';\n'
        project.drafts[1].write_text(by_hand)
        project.edit(BIO, BIO + "    age: Mapped[int | None]\n")
        watcher.until(lambda: len(project.drafts) == 3)
        assert project.drafts[1].read_text() == by_hand


def test_a_hint_makes_a_rename_of_it(project: Project) -> None:
    committed(project)
    project.edit(NAME, '    label: Mapped[str] = mapped_column(info={"renamed_from": "name"})\n')
    with project.watched("--apply") as watcher:
        watcher.until_said("follows")
    assert project.drafts[1].read_text() == (
        'ALTER TABLE "user" RENAME COLUMN "name" TO "label";--> statement-breakpoint\n'
        "DO $$ BEGIN\n\tIF current_setting('server_version_num')::int >= 180000 THEN\n"
        '\t\tALTER TABLE "user" RENAME CONSTRAINT "user_name_not_null" TO "user_label_not_null";\n\tEND IF;\nEND $$;\n'
    )


def test_a_mistake_is_shown_where_it_is_and_the_last_draft_stays(project: Project) -> None:
    with committed(project).watched() as watcher:
        watcher.until_said("no change")
        project.edit(NAME, NAME + BIO)
        watcher.until(lambda: len(project.drafts) == 2)
        draft = project.drafts[1].read_text()
        project.edit(BIO, "    bio: Mapped[str | None\n")
        watcher.until_said("error:")
        assert "schemas/__init__.py:14" in watcher.said()
        assert "    bio: Mapped[str | None\n" in watcher.said()
        assert project.drafts[1].read_text() == draft
        project.edit("    bio: Mapped[str | None\n", BIO + "    age: Mapped[int | None]\n")
        watcher.until(lambda: "age" in project.drafts[1].read_text())


def test_rows_that_would_have_nothing_are_told_and_nothing_is_written(project: Project) -> None:
    with committed(project).watched("--apply") as watcher:
        watcher.until_said("follows")
        project.query("insert into \"user\" (name) values ('Ada')")
        project.edit(NAME, NAME + "    age: Mapped[int]\n")
        watcher.until_said("--fill user.age=EXPRESSION")
        assert len(project.drafts) == 1
        project.edit("    age: Mapped[int]\n", "    age: Mapped[int | None]\n")
        watcher.until_said("follows", times=2)
    assert project.query('select name, age from "user"') == "Ada|"


def test_generate_looks_for_rows_in_the_development_database(project: Project) -> None:
    """Which is to be at the head for that; a table that is not there has none."""
    assert committed(project).run("migrate").returncode == 0
    project.edit(NAME, NAME + "    age: Mapped[int]\n")
    assert project.run("generate", "--dry-run").returncode == 0
    project.query("insert into \"user\" (name) values ('Ada')")
    refused = project.run("generate")
    assert refused.returncode == 9
    assert "--fill user.age=EXPRESSION" in refused.stderr
    assert len(project.drafts) == 1
    assert project.run("generate", "--fill", "user.age=0").returncode == 0
    assert len(project.drafts) == 2


def test_a_development_database_that_does_not_answer_is_told_and_does_not_matter(project: Project) -> None:
    committed(project).edit(NAME, NAME + "    age: Mapped[int]\n")
    done = project.run("generate", DATABASE_URL_LOCAL="postgresql://127.0.0.1:1/nobody", CCM_CONNECT_TIMEOUT="0.2")
    assert done.returncode == 0
    assert "whether table public.user has rows is not known, and taken for no: " in done.stderr
    assert len(project.drafts) == 2


def test_watching_what_production_reads_needs_no_database(project: Project) -> None:
    with committed(project).watched(USE_PROD_DB="true") as watcher:
        watcher.until_said("no change")
        project.edit(NAME, NAME + BIO)
        watcher.until_said('ADD COLUMN "bio"')


def test_rows_get_what_the_command_line_says(project: Project) -> None:
    with committed(project).watched("--apply", "--fill", "user.age=40 + 2") as watcher:
        watcher.until_said("follows")
        project.query("insert into \"user\" (name) values ('Ada')")
        project.edit(NAME, NAME + "    age: Mapped[int]\n")
        watcher.until_said("follows", times=2)
        project.edit("    age: Mapped[int]\n", "    age: Mapped[int]\n" + BIO)
        watcher.until_said("follows", times=3)
    assert project.drafts[1].read_text() == (
        'ALTER TABLE "user" ADD COLUMN "age" integer DEFAULT 40 + 2 NOT NULL;--> statement-breakpoint\n'
        'ALTER TABLE "user" ADD COLUMN "bio" text;--> statement-breakpoint\n'
        'ALTER TABLE "user" ALTER COLUMN "age" DROP DEFAULT;\n'
    )
    assert project.query('select name, age, bio from "user"') == "Ada|42|"


def test_an_interrupt_ends_it_with_nothing_left_behind(project: Project) -> None:
    with project.watched("--apply") as watcher:
        watcher.until_said("follows")
    assert watcher.process.returncode == 130
    assert watcher.said().endswith("stopped\n")
    left = f"select count(*) from pg_database where datname ~ '^ccm_shadow_[0-9]+_{watcher.process.pid}_'"
    assert project.query(left) == "0"
