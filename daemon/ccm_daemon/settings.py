"""What belongs to the repository: where the schema is, where the migrations go, which server to try things out on.

From the environment (`CCM_SCHEMA`, …), then `.env`, then `[tool.ccm]` in `pyproject.toml`. Where none of them says a
thing, as for most who compare two databases, the library that reads and checks them is spared: it takes a tenth of a
second to import. The runner's settings, URLs among them, are `ccm_deploy.environment`'s: a pod has no `pyproject.toml`.
"""

import os
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from ccm_deploy import environment as runner
from ccm_deploy.environment import Environment
from ccm_engine import errors
from ccm_engine.kinds import KINDS, OPT_IN
from ccm_engine.value import value


@value
class Settings:
    """The settings of a project. Paths are relative to `root`."""

    root: Path = Path()
    """The folder of `pyproject.toml`, or the current one where there is none."""
    source: str = "schemas"
    """The schema in development: a file, a folder, a glob or a dotted module."""
    source_prod: str = "schemas/**/*.py"
    """The schema with `USE_PROD_DB=true`."""
    out: Path = Path("migrations")
    """The migrations folder."""
    shadow_url: str | None = None
    """A Postgres server to try schemas out on; embedded Postgres where there is none."""
    include: tuple[str, ...] = ()
    """Kinds of objects that are left out unless they are asked for: `owner`, `role`."""
    python: Path | None = None
    """The interpreter that imports the models, where these have an environment of their own; else ccm-daemon's."""
    force_polling: bool = False
    """Look at the files instead of being told: for file systems that tell nothing."""

    @property
    def home(self) -> Path:
        """What is private to this checkout: the draft's state and embedded Postgres. Ignored by git."""
        return self.root / ".ccm"

    def make_home(self) -> Path:
        """`home`, made where it is missing, with a note to git not to look inside."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / ".gitignore").write_text("*\n")
        return self.home

    @property
    def migrations(self) -> Path:
        return self.root / self.out


def load(*only: str) -> Settings:
    """The settings of the project that the current folder belongs to; the others may be left out if `only` some matter.

    Raises `errors.ProjectSettingInvalid`, and `errors.ProjectUnreadable` where pyproject.toml is no TOML.
    """
    here = Path.cwd()
    found = next((folder for folder in (here, *here.parents) if (folder / "pyproject.toml").is_file()), here)
    root = Path(os.path.relpath(found))  # so that messages name files as people do
    if _unset(root / "pyproject.toml", only) and not (root / ".env").is_file():
        return Settings(root=root)
    from ccm_daemon import configured

    return Settings(root=root, **configured.read(root))


def _unset(project: Path, only: tuple[str, ...]) -> bool:
    """Whether neither the environment nor this file says a thing, or only what does not matter."""
    names = {name.lower() for name in os.environ}
    try:
        whole: dict[str, Any] = tomllib.loads(project.read_text()) if project.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        raise errors.ProjectUnreadable(path=str(project), reason=str(error)) from error
    written: dict[str, Any] = whole.get("tool", {}).get("ccm", {})
    if only:
        return names.isdisjoint(f"ccm_{name}" for name in only) and written.keys().isdisjoint(only)
    return not written and not any(name.startswith("ccm_") for name in names)


def opt_in(name: str) -> str:
    """The name, of an opt-in kind. Raises `ValueError`."""
    if name not in OPT_IN:
        known = ", ".join(kind.name for kind in KINDS if kind.opt_in)
        raise ValueError(f"{name!r} is none of the kinds that are opt-in: {known}")
    return name


def separated(text: str) -> tuple[str, ...]:
    """As written in the environment: `owner,role`."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def including(project: Settings, kinds: str) -> Settings:
    """The settings with other opt-in kinds: `owner,role`. Raises `errors.ProjectSettingInvalid`."""
    try:
        return replace(project, include=tuple(map(opt_in, separated(kinds))))
    except ValueError as error:
        raise errors.ProjectSettingInvalid(name="include", value=kinds, reason=str(error)) from error


def environment(project: Settings) -> Environment:
    """The runner's settings, from the environment and the project's `.env`. Raises `errors.SettingInvalid`."""
    from dotenv import dotenv_values

    written = {name: value for name, value in dotenv_values(project.root / ".env").items() if value is not None}
    return runner.read({**written, **os.environ, "CCM_OUT": str(project.migrations)})
