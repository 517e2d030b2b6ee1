"""Who may come in: users, their sessions and accounts, and what proves that a user is who they say they are."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, BigInt, Id, Now, OffByDefault, Timestamps


class User(Base):
    """A person, or a programme acting for one."""

    __tablename__ = "user"

    id: Mapped[Id]
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    email_verified: Mapped[OffByDefault]
    image: Mapped[str | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    username: Mapped[str | None] = mapped_column(unique=True)
    display_username: Mapped[str | None]
    role: Mapped[str | None]
    banned: Mapped[bool | None] = mapped_column(server_default=false())
    ban_reason: Mapped[str | None]
    ban_expires: Mapped[datetime | None]

    # "all": deleting what belongs to a deleted user is left to the database, which has ON DELETE CASCADE
    sessions: Mapped[list["Session"]] = relationship(back_populates="user", passive_deletes="all")
    accounts: Mapped[list["Account"]] = relationship(back_populates="user", passive_deletes="all")


class Session(Base):
    """A browser in which a user is signed in."""

    __tablename__ = "session"
    __table_args__ = (Index("session_userId_idx", "user_id"),)

    id: Mapped[Id]
    expires_at: Mapped[datetime]
    token: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[Now]
    updated_at: Mapped[datetime]
    ip_address: Mapped[str | None]
    user_agent: Mapped[str | None]
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    active_organization_id: Mapped[str | None]
    impersonated_by: Mapped[str | None]

    user: Mapped[User] = relationship(back_populates="sessions")


class Account(Base):
    """A way for a user to sign in: a password, or an account with a provider."""

    __tablename__ = "account"
    __table_args__ = (Index("account_userId_idx", "user_id"),)

    id: Mapped[Id]
    account_id: Mapped[str]
    provider_id: Mapped[str]
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    access_token: Mapped[str | None]
    refresh_token: Mapped[str | None]
    id_token: Mapped[str | None]
    access_token_expires_at: Mapped[datetime | None]
    refresh_token_expires_at: Mapped[datetime | None]
    scope: Mapped[str | None]
    password: Mapped[str | None]
    created_at: Mapped[Now]
    updated_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="accounts")


class Verification(Timestamps, Base):
    """A secret sent to an address, to be presented before it expires."""

    __tablename__ = "verification"

    id: Mapped[Id]
    identifier: Mapped[str] = mapped_column(index=True)
    value: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RateLimit(Base):
    """How often a key was used of late; `last_request` is in milliseconds since 1970."""

    __tablename__ = "rate_limit"

    id: Mapped[Id]
    key: Mapped[str | None]
    count: Mapped[int | None]
    last_request: Mapped[BigInt | None]
