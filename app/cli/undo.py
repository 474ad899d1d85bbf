"""``preau undo``: undo one act of the journal, or the last one of this PC that can be."""

from __future__ import annotations

from app.cli.asking import confirm
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.errors import Refused
from app.services import undoing
from app.services.desk import Desk
from app.services.undoing import Offer


def run(*, uai: str | None, act: str | None, yes: bool, as_json: bool) -> None:
    """Undo after a confirmation that names the act and its consequence."""
    carry_out(lambda: _undo(uai, act, yes), as_json=as_json)


def _undo(uai: str | None, act: str | None, yes: bool) -> Json:
    with opened(write=True) as found:
        desk, school_id = found.desk, the_school(found.desk, uai).school_id
        offer = _wanted(desk, school_id, act)
        if offer.possible:
            confirm(offer.question, yes=yes)
        done = undoing.undo(desk, school_id=school_id, act_id=offer.act_id)
        told = undoing.offer(desk, school_id=school_id, act_id=done.act_id).done
    say(f"{told}.")
    return {"act_id": done.act_id, "undone": offer.act_id, "label": offer.label, "consequence": offer.consequence}


def _wanted(desk: Desk, school_id: str, act: str | None) -> Offer:
    if act is not None:
        return undoing.offer(desk, school_id=school_id, act_id=undoing.act_named(desk, school_id=school_id, text=act))
    offer = undoing.last_undoable(desk, school_id=school_id)
    if offer is None:
        raise Refused(
            "nothing_to_undo",
            "Aucune des dernières actions de ce poste ne peut être annulée : « preau journal » dit pourquoi.",
        )
    return offer
