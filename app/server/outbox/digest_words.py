"""The daily mail to a school's own mailbox: how many parents wait for an answer. No name stands in it."""

from __future__ import annotations

from collections.abc import Callable

_LINES = (
    ("help", "parent n’arrive pas à entrer et demande de l’aide", "parents n’arrivent pas à entrer et demandent de l’aide"),
    ("not_guardian", "parent dit ne pas être le représentant légal d’un élève",
     "parents disent ne pas être le représentant légal d’un élève"),
    ("correction", "correction est proposée par un parent", "corrections sont proposées par des parents"),
)  # fmt: skip


def help_digest(params: dict[str, str], *, translate: Callable[[str], str]) -> tuple[str, str]:
    """(subject, text) with ``school``, ``until`` (days that the oldest waits) and a count for each kind of request."""
    counts = [(int(params[key]), one, many) for key, one, many in _LINES]
    total = sum(count for count, _, _ in counts)
    lines = [f"- {count}\u00a0{many if count > 1 else one}" for count, one, many in counts if count]
    words = "demandes de parents attendent" if total > 1 else "demande de parent attend"
    subject = f"{total}\u00a0{words} une réponse"
    text = (
        f"Bonjour,\n\n{params['school']}\u00a0:\n" + "\n".join(lines) + "\n\n"
        f"La plus ancienne attend depuis {params['days']}.\n\n"
        "Les noms ne sont pas dans ce courriel\u00a0: ouvrez Préau, puis «\u00a0Demandes\u00a0».\n"
        "Ce courriel part une fois par jour tant qu’une demande attend\u202f; il se coupe au bas de «\u00a0Demandes\u00a0».\n"
    )
    return subject, text
