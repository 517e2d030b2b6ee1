"""The blog: posts and their translations, authors, categories, media and comments.

Rows refer to one another by id without foreign keys, and the tables that link two others have no primary key:
the application keeps them in order.
"""

from datetime import datetime

from sqlalchemy import Column, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Links, Media, OffByDefault, OnByDefault, Timestamps, Translated


class Seo:
    """What search engines are told, in columns just before the timestamps."""

    seo_title: Mapped[Translated | None] = mapped_column(sort_order=1)
    seo_description: Mapped[Translated | None] = mapped_column(sort_order=1)
    seo_keywords: Mapped[Translated | None] = mapped_column(sort_order=1)
    canonical_url: Mapped[Translated | None] = mapped_column(sort_order=1)


class BlogPost(Timestamps, Base):
    """A post, apart from its words: see `BlogTranslation`."""

    __tablename__ = "blog_posts"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    published_at: Mapped[datetime | None]
    display_in_home: Mapped[OffByDefault]
    display_in_blog: Mapped[OnByDefault]
    is_featured: Mapped[OffByDefault]
    reading_time: Mapped[str | None]
    word_count: Mapped[str | None]
    time_required: Mapped[str | None]
    allow_comments: Mapped[OnByDefault]
    in_language: Mapped[str]
    license: Mapped[str | None]
    discussion_url: Mapped[str | None]
    url: Mapped[str | None]
    identifier: Mapped[str | None]


class BlogTranslation(Seo, Timestamps, Base):
    """The words of a post in one language."""

    __tablename__ = "blog_translations"

    id: Mapped[Id]
    post_id: Mapped[str]
    in_language: Mapped[str]
    headline: Mapped[Translated]
    alternative_headline: Mapped[Translated | None]
    article_body: Mapped[Translated]
    excerpt: Mapped[Translated]


class BlogAuthor(Seo, Timestamps, Base):
    """Someone who writes posts."""

    __tablename__ = "blog_authors"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    given_name: Mapped[Translated | None]
    family_name: Mapped[Translated | None]
    display_name: Mapped[Translated]
    bio: Mapped[Translated | None]
    job_title: Mapped[Translated | None]
    email: Mapped[str | None] = mapped_column(unique=True)
    avatar_id: Mapped[str | None]
    avatar_url: Mapped[str | None]
    website: Mapped[str | None]
    same_as: Mapped[Links | None]
    works_for_id: Mapped[str | None]
    display_in_home: Mapped[OffByDefault]
    display_in_blog: Mapped[OnByDefault]
    is_featured: Mapped[OffByDefault]


class BlogCategory(Seo, Timestamps, Base):
    """A subject to file posts under; a category may lie within another."""

    __tablename__ = "blog_categories"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Translated]
    description: Mapped[Translated | None]
    featured_image_id: Mapped[str | None]
    display_in_home: Mapped[OffByDefault]
    display_in_menu: Mapped[OnByDefault]
    display_in_blog: Mapped[OnByDefault]
    is_featured: Mapped[OffByDefault]
    parent_id: Mapped[str | None]


class BlogComment(Timestamps, Base):
    """What a reader said about a post, or about whatever else `entity_type` names."""

    __tablename__ = "blog_comments"

    id: Mapped[Id]
    entity_id: Mapped[str]
    entity_type: Mapped[str]
    parent_id: Mapped[str | None]
    author_name: Mapped[str]
    author_email: Mapped[str]
    content: Mapped[Translated]
    rating: Mapped[int | None] = mapped_column(server_default=text("0"))
    status: Mapped[str]
    in_language: Mapped[str]


class BlogMedia(Media, Base):
    """A picture, sound or film of the blog."""

    __tablename__ = "blog_media"


class BlogOrganization(Base):
    """An organization that an author works for."""

    __tablename__ = "blog_organizations"

    id: Mapped[Id]
    name: Mapped[str]


blog_post_authors = Table(
    "blog_post_authors",
    Base.metadata,
    Column("post_id", Text, nullable=False),
    Column("author_id", Text, nullable=False),
)

blog_post_categories = Table(
    "blog_post_categories",
    Base.metadata,
    Column("post_id", Text, nullable=False),
    Column("category_id", Text, nullable=False),
)

blog_post_media = Table(
    "blog_post_media",
    Base.metadata,
    Column("post_id", Text, nullable=False),
    Column("media_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("position", Text),
)
