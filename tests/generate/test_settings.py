"""Settings are in the environment, `.env` or pyproject.toml; opt-in kinds on the command line, too."""

import os
from pathlib import Path

import pytest

from ccm_daemon import configured, settings
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


def test_what_nobody_has_set_is_as_the_library_would_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").unlink()
    for name in [name for name in os.environ if name.startswith("CCM_")]:
        monkeypatch.delenv(name)
    assert settings.load() == settings.Settings() == settings.Settings(**configured.read(Path()))


@pytest.mark.parametrize("only", [(), ("include", "shadow_url")], ids=["all", "some"])
@pytest.mark.parametrize("place", ["environment", "in small letters", ".env", "pyproject.toml"])
def test_wherever_a_setting_is_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, only: tuple[str, ...]
) -> None:
    url = "postgresql://somewhere/else"
    match place:
        case "environment":
            monkeypatch.setenv("CCM_SHADOW_URL", url)
        case "in small letters":
            monkeypatch.setenv("ccm_shadow_url", url)
        case ".env":
            (tmp_path / ".env").write_text(f"CCM_SHADOW_URL={url}\n")
        case _:
            (tmp_path / "pyproject.toml").write_text(f"[tool.ccm]\nshadow_url = '{url}'\n")
    assert settings.load(*only).shadow_url == url
