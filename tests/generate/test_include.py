"""Opt-in kinds are asked for in pyproject.toml, in the environment, or on the command line."""

from pathlib import Path

import pytest

from ccm_daemon import settings
from ccm_engine import errors


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ccm]\ninclude = ["owner"]\n')
    monkeypatch.chdir(tmp_path)


def test_pyproject_says_what_is_included() -> None:
    assert settings.load().include == ("owner",)


def test_the_environment_says_it_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_INCLUDE", "owner, role")
    assert settings.load().include == ("owner", "role")


def test_the_command_line_wins() -> None:
    project = settings.load()
    assert settings.including(project, "role").include == ("role",)
    assert settings.including(project, "role").out == project.out


def test_what_is_not_opt_in_is_refused() -> None:
    with pytest.raises(errors.ProjectSettingInvalid, match="'view' is none of the kinds that are opt-in: role, owner"):
        settings.including(settings.load(), "view")


def test_what_is_not_opt_in_is_refused_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_INCLUDE", "view")
    with pytest.raises(errors.ProjectSettingInvalid, match="none of the kinds"):
        settings.load()
