"""Notifications: what the application tells a user."""

from datetime import datetime

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id


class Notification(Base):
    """A message to a user; the columns of this table are spelt as in TypeScript."""

    __tablename__ = "notification"

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column("userId")
    message: Mapped[str]
    type: Mapped[str]
    status: Mapped[str]
    is_read: Mapped[bool | None] = mapped_column("isRead", server_default=false())
    created_at: Mapped[datetime] = mapped_column("createdAt")
    updated_at: Mapped[datetime | None] = mapped_column("updatedAt")
