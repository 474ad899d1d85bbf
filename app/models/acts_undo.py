"""The payload of ``acte.annuler``: which act is undone. What it puts back is read where it is applied, from its trace."""

from __future__ import annotations

from pydantic import Field

from app.models.acts import ActFields


class UndoFields(ActFields):
    """``acte.annuler``. Who may do the act may undo it: ``kind`` says which, and must agree with the trace.

    Undoing an undoing puts back what it took away (``again``, said in the journal): ``kind`` is then still that of the
    first act, ``act_id`` that of the undoing.
    """

    act_id: str = Field(max_length=36)
    kind: str = Field(max_length=60)
    again: bool = False
