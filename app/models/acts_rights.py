"""The payloads of what a director decides about who may see what (DESIGN, « Who may see »)."""

from __future__ import annotations

from pydantic import Field

from app.models.acts import ActFields
from app.models.states import Access, Wish

MAX_REASON = 200


class AccessFields(ActFields):
    """``acces.regler``: what one guardian may see of one child. ``seen`` is what the person saw; ``since`` a day."""

    responsibility_id: str
    seen: Access
    access: Access
    reason: str | None = Field(default=None, max_length=MAX_REASON)
    since: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")


class ProtectFields(ActFields):
    """``eleve.proteger``: « situation protégée ». None is not protected; else the ids of the guardians who may know."""

    pupil_id: str
    seen: tuple[str, ...] | None
    knows: tuple[str, ...] | None
    since: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")


class WishFields(ActFields):
    """``responsable.souhait``: no account, paper, or (None) an account like everybody."""

    guardian_id: str
    seen: Wish | None
    wish: Wish | None
