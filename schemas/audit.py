"""The audit log: who did what, to what, from where."""

from sqlalchemy.orm import Mapped

from .base import Base, Id, JsonObject, Now


class AuditLog(Base):
    """One thing that was done; without a user where the system did it."""

    __tablename__ = "audit_logs"

    id: Mapped[Id]
    action: Mapped[str]
    user_id: Mapped[str | None]
    target_id: Mapped[str | None]
    ip: Mapped[str | None]
    user_agent: Mapped[str | None]
    data: Mapped[JsonObject | None]
    created_at: Mapped[Now]
