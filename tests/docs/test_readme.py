"""The README is true: what it shows is run, and what it lists is what there is.

Every line of a `sh` block and every example in the table of commands is run by a shell, each block in a project of
its own: this repository's schemas/ and migrations/, with a column more in the models, a git repository, and databases
on a real Postgres. A line ends with status 0, or as its comment says: `# exits 8: …`. `watch` is started, sees
two saves, and is stopped as Ctrl-C does it. Lines with make and pip would install and run everything there is: they
are compared with the Makefile's targets and pyproject.toml's extras instead.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import postgres
from ccm_daemon import cli, logs
from ccm_daemon.configured import Configured
from ccm_deploy import environment
from ccm_engine import hazards
from ccm_engine.kinds import KINDS
from ccm_engine.language import VARIABLES
from docs import metrics
from projects import COMMAND, Project

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PRODUCTION = "postgresql://migrator:secret@db.example.com:5432/app"
"""What stands in the README for the production database; a real one takes its place here."""


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def table(*head: str) -> list[list[str]]:
    """The rows of the table with that head, as cells."""
    wanted = f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n"
    body = README.partition(wanted)[2].partition("\n\n")[0]
    assert body, head
    return [
        [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in body.splitlines()
    ]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


HEADINGS = re.findall(r"^##+ (.+)$", README, re.MULTILINE)
COMMANDS = table("Command", "Use", "Example")
SHOWN = (*fenced("sh"), *(f"{example}\n" for *_, cell in COMMANDS for example in code(cell)))
BLOCKS = [block for block in SHOWN if not block.startswith(("make ", "pip ", "ccm-daemon watch"))]
LINES = [shlex.split(line, comments=True) for block in SHOWN for line in block.splitlines()]
TRANSCRIPTS = {block.partition("\n")[0]: block.splitlines()[1:] for block in fenced("console")}


class Sample(Project):
    """This repository's own schemas/ and migrations/, in a place of their own."""

    __slots__ = ()

    @property
    def models(self) -> Path:
        return self.root / "schemas" / "auth.py"

    def add_bio(self) -> None:
        self.edit("    image: Mapped[str | None]\n", "    image: Mapped[str | None]\n    bio: Mapped[str | None]\n")

    def take_bio_out(self) -> None:
        self.edit("    bio: Mapped[str | None]\n", "")


@pytest.fixture
def project(tmp_path: Path, server18: postgres.Server, create_database: Callable[[postgres.Server], str]) -> Sample:
    for name in ("schemas", "migrations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").write_text("\n".join(fenced("toml")))
    made = Sample(root=tmp_path, server=server18, database=create_database(server18))
    made.git("init", "-q", "-b", "main")
    made.git("add", ".")
    made.git("commit", "-q", "-m", "Start")
    return made


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: shlex.join(shlex.split(block, comments=True)[:3]))
def test_every_command_line_ends_as_it_says(
    block: str, project: Sample, server18: postgres.Server, create_database: Callable[[postgres.Server], str]
) -> None:
    assert set(re.findall(r"\w+://[^\s\"]+", block)) <= {PRODUCTION}
    project.add_bio()
    production = server18.url(create_database(server18))
    script = "".join(checked(line.replace(PRODUCTION, production)) for line in block.splitlines())
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=project.root,
        env={**a_shell(project), "DATABASE_URL_PROD": production},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def checked(line: str) -> str:
    """A command line that ends the script unless it exits as its comment says."""
    said = re.search(r"# exits (\d+)", line)
    status = said[1] if said else "0"
    complaint = shlex.quote(f"should have exited with {status}: {line}")
    return f"{line}\n[ $? = {status} ] || {{ echo {complaint} >&2; exit 1; }}\n"


def a_shell(project: Sample) -> dict[str, str]:
    """Environment variables of a person with ccm-daemon installed and a name in git; nothing confirmed."""
    inherited = {
        name: value for name, value in project.environment.items() if name not in {"CONFIRM_PROD", "USE_PROD_DB"}
    }
    person = {
        f"GIT_{role}_{what}": "test@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    return {**inherited, **person, "PATH": f"{COMMAND.parent}:{os.environ['PATH']}", "CCM_METRICS_PORT": "0"}


def test_watch_says_what_the_readme_shows_until_ctrl_c(project: Sample) -> None:
    """Names, numbers and URLs aside: what the database is called depends on which one it is."""
    assert [line for line in LINES if line[:2] == ["ccm-daemon", "watch"]] == [["ccm-daemon", "watch", "--apply"]] * 2
    at_first, saved, taken_back, at_last = said_by_the_watcher(TRANSCRIPTS["$ make run"])
    with project.watched("--apply") as watcher:
        watcher.until(lambda: shown(at_first, watcher.said()))
        project.add_bio()
        watcher.until(lambda: shown(at_first + saved, watcher.said()))
        project.take_bio_out()
        watcher.until(lambda: shown(at_first + saved + taken_back, watcher.said()))
        watcher.process.send_signal(signal.SIGINT)
        status = watcher.process.wait(timeout=20)
    assert shown(at_first + saved + taken_back + at_last, watcher.said())
    assert f"Ctrl-C ends it with status {status}" in README


def said_by_the_watcher(transcript: list[str]) -> list[list[str]]:
    """The watcher's lines, cut where comments say what the person does."""
    text = "\n".join(line for line in transcript if not line.startswith("==>"))
    return [part.splitlines() for part in re.split(r"^# .*\n", text, flags=re.MULTILINE)]


def shown(expected: list[str], said: str) -> bool:
    """Whether the lines were said, in this order; other lines may stand between them."""
    lines = iter(map(unspecific, said.splitlines()))
    return all(unspecific(line) in lines for line in expected)


def unspecific(line: str) -> str:
    for pattern, word in ((r"postgresql://[^\s;]+", "URL"), (r"\d{4}_\w+", "TAG"), (r"[\d.]+ (m?s)\b", r"TIME \1")):
        line = re.sub(pattern, word, line)
    return line


@pytest.mark.parametrize("command", TRANSCRIPTS)
def test_what_make_announces_is_in_the_makefile(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text().replace("$(PYTHON)", "python3")
    announced = {f"==> {text}" for text in re.findall(r"\$\(call say,(.+)\)$", makefile, re.MULTILINE)}
    claimed = [line for line in TRANSCRIPTS[command] if line.startswith("==>")]
    assert claimed
    assert set(claimed) <= announced


def test_every_make_target_shown_exists() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None
    used = {words[1] for words in LINES if words[0] == "make"} | set(re.findall(r"`make (\w+)`", README))
    assert {"run", "test", "check", "bench"} <= used <= set(targets[1].split())


def test_every_pip_line_installs_this_project_with_extras_that_it_has() -> None:
    wanted = [Requirement(words[2]) for words in LINES if words[:2] == ["pip", "install"]]
    assert {requirement.name for requirement in wanted} == {PROJECT["name"]}
    assert {extra for requirement in wanted for extra in requirement.extras} == set(PROJECT["optional-dependencies"])


def test_the_table_of_commands_is_what_help_says() -> None:
    """Every command with every option, and no other."""
    documented = {code(usage)[0].split()[0]: options(usage) for usage, *_ in COMMANDS}
    offered = re.findall(r"^    (\w+) ", help_of(), re.MULTILINE)
    assert documented == {command: options(help_of(command)) - {"--help"} for command in offered}


def help_of(*command: str) -> str:
    done = subprocess.run([COMMAND, *command, "--help"], text=True, capture_output=True, check=True)
    return done.stdout


def options(text: str) -> set[str]:
    return set(re.findall(r"--[a-z-]+", text))


class Asked(Mapping[str, str]):
    """An environment without any variable, which remembers the ones that it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


SETTINGS = {
    name: f"CCM_{name.removeprefix('CCM_')}".upper()
    for name in ("schema", "schema_prod", *Configured.model_fields)
    if name not in {"root", "source", "source_prod"}
}
"""The keys of [tool.ccm], each with its variable: all fields but `root`, the two sources by what people call them."""


def test_the_tables_of_settings_are_what_is_read() -> None:
    """Every variable that is read, and every key of [tool.ccm]; and no other."""
    asked = Asked()
    environment.read(asked)
    assert not logs.is_for_programs(asked)
    runner = {code(row[0])[0] for row in table("Variable", "Default", "Meaning")}
    repository = {code(row[0])[0]: code(row[1])[0] for row in table("Key", "Variable", "Default", "Meaning")}
    assert repository == SETTINGS
    assert runner | set(repository.values()) == asked.names | set(SETTINGS.values()) | {VARIABLES[0]}


def test_no_other_variable_is_named_in_the_code() -> None:
    sources = [path.read_text() for room in ("engine", "deploy", "daemon") for path in (ROOT / room).rglob("*.py")]
    named = {name for text in sources for name in re.findall(r"\bCCM_[A-Z_]+\b", text)}
    assert {name for name in named if f"`{name}`" not in README} == set()


def test_the_defaults_of_settings_are_those() -> None:
    """A variable that is set to its default changes nothing."""
    for name, default, _ in table("Variable", "Default", "Meaning"):
        if re.fullmatch(r"`[a-z0-9]+`", default):
            assert environment.read({code(name)[0]: code(default)[0]}) == environment.read({})
    usual = Configured.model_validate({})
    for key, _, default, _ in table("Key", "Variable", "Default", "Meaning"):
        if default.startswith("`"):
            assert Configured.model_validate({code(key)[0]: code(default)[0]}) == usual, key


def test_the_example_of_tool_ccm_is_the_default() -> None:
    (example,) = map(tomllib.loads, fenced("toml"))
    assert Configured.model_validate(example["tool"]["ccm"]) == Configured.model_validate({})


def test_the_init_container_sets_variables_that_are_read() -> None:
    (manifest,) = fenced("yaml")
    asked = Asked()
    environment.read(asked)
    assert set(re.findall(r"name: ([A-Z_]+)", manifest)) <= asked.names
    assert "command: [ccm-daemon, deploy]" in manifest
    assert f"containerPort: {environment.read({}).metrics_port}" in manifest


def test_the_table_of_statuses_is_that_of_the_command_line() -> None:
    """The meaning of a status is the first line of its family of errors."""
    rows = {status: meaning for status, meaning, _ in table("Status", "Meaning", "What to do")}
    families = {str(status): (family.__doc__ or "").removesuffix(".") for family, status in cli.STATUSES}
    assert {status: meaning for status, meaning in rows.items() if status in families} == families
    signals = f"{cli.SIGNALLED + signal.SIGINT}, {cli.SIGNALLED + signal.SIGTERM}"
    assert rows.keys() == {"0", *families, signals}


def test_the_table_of_metrics_is_what_the_code_says() -> None:
    """`make metrics` writes it."""
    assert metrics.table() in README


BEFORE = """
    CREATE TABLE "role" (id integer PRIMARY KEY);
    CREATE TABLE "member" (role text);
"""
AFTER = """
    CREATE TABLE "role" (id integer PRIMARY KEY);
    CREATE TABLE "member" (role_id integer, CONSTRAINT "member_role_fk" FOREIGN KEY (role_id) REFERENCES "role" (id));
    CREATE INDEX "member_role_idx" ON "member" (role_id);
"""


def test_the_migration_file_shown_is_what_would_be_written(tmp_path: Path, server18: postgres.Server) -> None:
    (tmp_path / "before.sql").write_text(BEFORE)
    (tmp_path / "after.sql").write_text(AFTER)
    done = subprocess.run(
        [COMMAND, "diff", "--from", "before.sql", "--to", "after.sql"],
        cwd=tmp_path,
        env={"CCM_SHADOW_URL": server18.url(), "PATH": os.environ["PATH"]},
        text=True,
        capture_output=True,
        check=True,
    )
    assert [done.stdout] == fenced("sql")


def test_every_hazard_is_named() -> None:
    said = re.search(r"^- `-- hazard …`(.+?)^- ", README, re.MULTILINE | re.DOTALL)
    assert said is not None
    assert code(said[1]) == [rule.__name__.replace("_", "-") for rule in hazards.RULES]


def test_every_kind_that_is_modelled_is_named() -> None:
    said = re.search(r"^In migrations: (.+?)\.", README, re.MULTILINE | re.DOTALL)
    assert said is not None
    assert re.split(r",\s+", said[1]) == [kind.name for kind in KINDS]


def test_links_lead_somewhere() -> None:
    headings = {f"#{re.sub('[^a-z ]', '', line.lower()).strip().replace(' ', '-')}" for line in HEADINGS}
    links = re.findall(r"\]\((.+?)\)", README)
    assert [link for link in links if link not in headings and not (ROOT / link).is_file()] == []


def test_the_python_it_wants_is_the_one_that_is_required() -> None:
    assert f"Python {PROJECT['requires-python'].removeprefix('>=')} or newer" in README
