"""What belongs to the repository: where the schema is, where the migrations go, which server to try things out on.

From the environment (`CCM_SCHEMA`, …), then `.env`, then `[tool.ccm]` in `pyproject.toml`. The runner's settings,
URLs among them, are `ccm_deploy.environment`'s: a pod has no `pyproject.toml` and no time for this module.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, ClassVar

from dotenv import dotenv_values
from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
)

from ccm_deploy import environment as runner
from ccm_deploy.environment import Environment
from ccm_engine import errors
from ccm_engine.kinds import KINDS


def _opt_in(name: str) -> str:
    known = [kind.name for kind in KINDS if kind.opt_in]
    if name not in known:
        raise ValueError(f"{name!r} is none of the kinds that are opt-in: {', '.join(known)}")
    return name


def _separated(value: object) -> object:
    """From the environment: `owner,role`."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


OptIn = Annotated[tuple[Annotated[str, AfterValidator(_opt_in)], ...], NoDecode, BeforeValidator(_separated)]


class Settings(BaseSettings):
    """The settings of a project. Paths are relative to `root`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="CCM_",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        pyproject_toml_table_header=("tool", "ccm"),
        pyproject_toml_depth=64,  # upwards from the current folder, as git looks for its own
    )

    root: Path = Path()
    """The folder of `pyproject.toml`, or the current one where there is none."""
    source: str = Field(default="schemas", validation_alias=AliasChoices("CCM_SCHEMA", "schema"))
    """The schema in development: a file, a folder, a glob or a dotted module."""
    source_prod: str = Field(default="schemas/**/*.py", validation_alias=AliasChoices("CCM_SCHEMA_PROD", "schema_prod"))
    """The schema with `USE_PROD_DB=true`."""
    out: Path = Path("migrations")
    """The migrations folder."""
    shadow_url: str | None = None
    """A Postgres server to try schemas out on; embedded Postgres where there is none."""
    include: OptIn = ()
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic-settings'
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, PyprojectTomlConfigSettingsSource(settings_cls)


def load() -> Settings:
    """The settings of the project that the current folder belongs to.

    Raises `errors.ProjectSettingInvalid`, and `errors.ProjectUnreadable` where pyproject.toml is no TOML.
    """
    here = Path.cwd()
    found = next((folder for folder in (here, *here.parents) if (folder / "pyproject.toml").is_file()), here)
    root = Path(os.path.relpath(found))  # so that messages name files as people do
    try:
        return Settings(root=root, _env_file=root / ".env")  # type: ignore[call-arg]  # a parameter of pydantic-settings
    except ValidationError as error:
        first = error.errors()[0]
        name, value = str(first["loc"][0]), str(first["input"])
        raise errors.ProjectSettingInvalid(name=name, value=value, reason=first["msg"]) from error
    except tomllib.TOMLDecodeError as error:
        raise errors.ProjectUnreadable(path=str(root / "pyproject.toml"), reason=str(error)) from error


def including(project: Settings, kinds: str) -> Settings:
    """The settings with other opt-in kinds: `owner,role`. Raises `errors.ProjectSettingInvalid`."""
    try:
        return Settings.model_validate({**project.model_dump(), "include": kinds})
    except ValidationError as error:
        raise errors.ProjectSettingInvalid(name="include", value=kinds, reason=error.errors()[0]["msg"]) from error


def environment(project: Settings) -> Environment:
    """The runner's settings, from the environment and the project's `.env`. Raises `errors.SettingInvalid`."""
    written = {name: value for name, value in dotenv_values(project.root / ".env").items() if value is not None}
    return runner.read({**written, **os.environ, "CCM_OUT": str(project.migrations)})
