"""Organizations, the users who are their members, and those who are invited."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .auth import User
from .base import Base, Id, Now


class Organization(Base):
    """A group of users that acts as one."""

    __tablename__ = "organization"
    __table_args__ = (Index("organization_slug_uidx", "slug", unique=True),)

    id: Mapped[Id]
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    logo: Mapped[str | None]
    created_at: Mapped[datetime]
    metadata_: Mapped[str | None] = mapped_column("metadata")  # `metadata` is the base's own

    members: Mapped[list["Member"]] = relationship(back_populates="organization", passive_deletes="all")
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="organization", passive_deletes="all")


class Member(Base):
    """A user in an organization, with a role there."""

    __tablename__ = "member"
    __table_args__ = (
        Index("member_organizationId_idx", "organization_id"),
        Index("member_userId_idx", "user_id"),
    )

    id: Mapped[Id]
    organization_id: Mapped[str] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(server_default="member")
    created_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship(back_populates="members")
    user: Mapped[User] = relationship()


class Invitation(Base):
    """An offer of membership, sent to an address by a member."""

    __tablename__ = "invitation"
    __table_args__ = (Index("invitation_organizationId_idx", "organization_id"),)

    id: Mapped[Id]
    organization_id: Mapped[str] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(index=True)
    role: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="pending")
    expires_at: Mapped[datetime]
    created_at: Mapped[Now]
    inviter_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))

    organization: Mapped[Organization] = relationship(back_populates="invitations")
    inviter: Mapped[User] = relationship()
