"""Concordia's database schema, as SQLAlchemy models: every table, and the base whose metadata holds them all."""

from .audit import AuditLog
from .auth import Account, RateLimit, Session, User, Verification
from .base import Base
from .blog import (
    BlogAuthor,
    BlogCategory,
    BlogComment,
    BlogMedia,
    BlogOrganization,
    BlogPost,
    BlogTranslation,
    blog_post_authors,
    blog_post_categories,
    blog_post_media,
)
from .notification import Notification
from .organization import Invitation, Member, Organization
from .services import ServiceCategory, ServiceMedia

__all__ = [
    "Account",
    "AuditLog",
    "Base",
    "BlogAuthor",
    "BlogCategory",
    "BlogComment",
    "BlogMedia",
    "BlogOrganization",
    "BlogPost",
    "BlogTranslation",
    "Invitation",
    "Member",
    "Notification",
    "Organization",
    "RateLimit",
    "ServiceCategory",
    "ServiceMedia",
    "Session",
    "User",
    "Verification",
    "blog_post_authors",
    "blog_post_categories",
    "blog_post_media",
]
