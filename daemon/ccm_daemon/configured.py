"""What is set of a project's settings, in the environment, `.env` and `[tool.ccm]`, read and checked by pydantic."""

from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
)

from ccm_daemon.settings import Settings, opt_in, separated
from ccm_engine import errors


def _separated(value: object) -> object:
    return separated(value) if isinstance(value, str) else value


OptIn = Annotated[tuple[Annotated[str, AfterValidator(opt_in)], ...], NoDecode, BeforeValidator(_separated)]


class Configured(BaseSettings):
    """The fields of `Settings` that can be set, by the names that people know them by."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="CCM_",
        extra="ignore",
        populate_by_name=True,
        pyproject_toml_table_header=("tool", "ccm"),
        pyproject_toml_depth=64,  # upwards from the current folder, as git looks for its own
    )

    source: str = Field(default=Settings().source, validation_alias=AliasChoices("CCM_SCHEMA", "schema"))
    source_prod: str = Field(
        default=Settings().source_prod, validation_alias=AliasChoices("CCM_SCHEMA_PROD", "schema_prod")
    )
    out: Path = Settings().out
    shadow_url: str | None = Settings().shadow_url
    include: OptIn = Settings().include
    python: Path | None = Settings().python
    force_polling: bool = Settings().force_polling

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


def read(root: Path) -> dict[str, Any]:
    """The fields of `Settings` but for its root. Raises `errors.ProjectSettingInvalid`."""
    try:
        return dict(Configured(_env_file=root / ".env"))  # type: ignore[call-arg]  # a parameter of pydantic-settings
    except ValidationError as error:
        first = error.errors()[0]
        name, value = str(first["loc"][0]), str(first["input"])
        raise errors.ProjectSettingInvalid(name=name, value=value, reason=first["msg"]) from error
