"""The services on offer: the categories they are found under, and their media."""

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Media, OffByDefault, OnByDefault, Timestamps, Translated


class ServiceMedia(Media, Base):
    """A picture, sound or film of a service."""

    __tablename__ = "services_media"


class ServiceCategory(Timestamps, Base):
    """A subject to find services under; a category may lie within another."""

    __tablename__ = "services_categories"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Translated]
    description: Mapped[Translated | None]
    icon: Mapped[str | None]
    featured_image_id: Mapped[str | None]
    parent_id: Mapped[str | None]
    sort_order: Mapped[int] = mapped_column(server_default=text("0"))
    display_in_home: Mapped[OffByDefault]
    display_in_menu: Mapped[OnByDefault]
    is_active: Mapped[OnByDefault]
    is_featured: Mapped[OffByDefault]
    seo_title: Mapped[Translated | None]
    seo_description: Mapped[Translated | None]
