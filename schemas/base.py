"""What Concordia's tables share: the declarative base, the naming of constraints, and the columns that recur.

A constraint or index that is not named in a model is named here, as Drizzle named it in the databases that
already exist. Primary keys keep the name that Postgres gives them, `account_pkey`.
"""

from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, MetaData, Text, false, func, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "fk": "%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s_%(referred_column_0_N_name)s_fk",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_unique",
}

# Kinds of value that recur, and how Postgres stores them; the rest is SQLAlchemy's choice: `timestamp` for datetime.
BigInt = Annotated[int, "eight bytes"]
JsonObject = dict[str, object]
Links = list[str]
Translated = dict[str, str]  # by language: {"fr": "Accueil", "en": "Home"}

TYPES = {str: Text, BigInt: BigInteger, JsonObject: JSONB, Links: JSONB, Translated: JSONB}

# Columns that occur in many tables, each with the default that the database fills in.
Id = Annotated[str, mapped_column(primary_key=True)]
Now = Annotated[datetime, mapped_column(server_default=func.now())]
OffByDefault = Annotated[bool, mapped_column(server_default=false())]
OnByDefault = Annotated[bool, mapped_column(server_default=true())]


class Base(DeclarativeBase):
    """The base of every model; its metadata is the whole schema."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = TYPES


class Timestamps:
    """When a row was made and when it was last changed; the last two columns of a table."""

    created_at: Mapped[Now] = mapped_column(sort_order=2)
    updated_at: Mapped[Now] = mapped_column(sort_order=2)


class Media(Timestamps):
    """A picture, sound or film, described in the words of schema.org's `MediaObject`."""

    id: Mapped[Id]
    url: Mapped[str]
    content_url: Mapped[str | None]
    type: Mapped[str]
    encoding_format: Mapped[str | None]
    width: Mapped[str | None]
    height: Mapped[str | None]
    duration: Mapped[str | None]
    license: Mapped[str | None]
    copyright_holder: Mapped[str | None]
    caption: Mapped[Translated | None]
    description: Mapped[Translated | None]
    alt: Mapped[Translated | None]
    thumbnail_url: Mapped[str | None]
