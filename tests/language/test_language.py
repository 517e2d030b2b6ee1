"""Everything that people read is there in French as well, and the command line speaks the language of its reader."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import messages
from projects import COMMAND, Project

COMPILED = messages.LOCALE / "fr" / "LC_MESSAGES" / "ccm.mo"
MESSAGES = messages.messages()
with COMPILED.with_suffix(".po").open("rb") as _file:
    ALL = read_po(_file, locale="fr")


def test_no_message_lacks_its_translation() -> None:
    missing = [f"{file}: {text}" for text, file in MESSAGES.items() if not messages.is_translated(text, "fr")]
    assert missing == [], "`make messages` brings them up to date, and ccm.po is where they are translated"


def test_what_is_compiled_is_what_is_written() -> None:
    with COMPILED.open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {message.id: message.string for message in ALL if message.id}


def test_no_translation_is_of_a_text_that_is_no_more() -> None:
    assert {str(message.id) for message in ALL if message.id} == set(MESSAGES)


@pytest.mark.parametrize("text", MESSAGES)
def test_a_translation_says_the_same_things(text: str) -> None:
    """Each value is in it, and `%s` in the same order."""
    french = str(ALL[text].string)
    assert Counter(_named(french)) == Counter(_named(text))
    assert re.findall(r"%[.\d]*[sdfg]", french) == re.findall(r"%[.\d]*[sdfg]", text)


def _named(text: str) -> list[str]:
    return re.findall(r"\{[a-z_]+[^{}]*\}", text.replace("{{", "").replace("}}", ""))


FRENCH = (
    {"CCM_LANG": "fr"},
    {"LANG": "fr_FR.UTF-8", "LC_ALL": ""},
    {"LANG": "en_US.UTF-8", "LC_ALL": "fr_CA.UTF-8"},
    {"LANG": "de_DE.UTF-8", "CCM_LANG": "fr"},
)
ENGLISH: tuple[dict[str, str], ...] = (
    {},
    {"LANG": "C.UTF-8"},
    {"LANG": "fr_FR.UTF-8", "CCM_LANG": "en"},
    {"LANG": "de_DE.UTF-8"},
)


@pytest.mark.parametrize("variables", FRENCH)
def test_french_where_it_is_asked_for(project: Project, variables: dict[str, str]) -> None:
    done = project.run("deploy", **{"LC_ALL": "", "LANG": "", **variables})
    assert done.stderr.startswith("erreur : ")
    assert "indice : " in done.stderr


@pytest.mark.parametrize("variables", ENGLISH)
def test_english_otherwise(project: Project, variables: dict[str, str]) -> None:
    done = project.run("deploy", **{"LC_ALL": "", "LANG": "", **variables})
    assert done.stderr.startswith("error: ")
    assert "hint: " in done.stderr


def test_a_migration_file_is_the_same_in_every_language(project: Project) -> None:
    """It is reviewed by a team."""
    assert project.run("generate", "--name", "initial").returncode == 0
    project.edit("    name: Mapped[str]\n", "")
    said = {
        language: project.run("generate", "--dry-run", "--drop", "user.name", CCM_LANG=language)
        for language in ("en", "fr")
    }
    assert said["en"].stdout == said["fr"].stdout != ""


def test_nothing_is_loaded_for_those_who_read_english() -> None:
    code = (
        "import sys; from ccm_engine.language import translated; translated('stopped'); print('gettext' in sys.modules)"
    )
    environ = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], check=True, text=True, capture_output=True, env=environ)
    assert done.stdout == "False\n"


def test_the_program_explains_itself_in_french(tmp_path: Path) -> None:
    command = [str(COMMAND), "watch", "--help"]
    done = subprocess.run(
        command,
        check=True,
        text=True,
        capture_output=True,
        env={"CCM_LANG": "fr", "PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
    )
    assert "la base de développement suit le brouillon" in " ".join(done.stdout.split())
