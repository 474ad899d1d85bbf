"""Invented bilans: short, whole, with very long texts, with every code, with codes that nobody knows, and hostile."""

from __future__ import annotations

from typing import Any

from app.models import report_content as rc
from app.services.reports.rendering import words

SCHOOL = rc.SchoolOfReport(uai="0990001N", name="École élémentaire des Tilleuls")
PUPIL = rc.PupilOfReport(last_name="LOYEZ", first_name="Clémence", birth_date="2019-03-14")
PERIOD = rc.Period(index=2, count=3, starts_on="2026-12-19", ends_on="2027-03-26")
MARKUP = '<img src=x onerror=alert(1)> #panic() *gras* $x^2$ \\u{41} `code` @ref // rien "fin"'
ODD = "نور 中文 😀 \ufeff\u202e\x07\x00 e\u0301 \ue000 "

LONG = (
    "Clémence participe volontiers à l’oral et s’appuie sur des exemples précis\u202f; elle écoute ses camarades. "
    "À l’écrit, elle relit encore trop vite\u00a0: les accords dans le groupe nominal sont à surveiller. "
    "Le travail régulier à la maison porte déjà ses fruits, et sa curiosité est un réel atout pour la classe. "
)

_CYCLE_2 = (
    rc.Domain(
        code="FRA-RAC",
        appreciation=LONG,
        parts=(
            rc.SubDomain(code="FRA-LGO", items=("Participer à des échanges", "Dire pour être entendu"), position=4),
            rc.SubDomain(code="FRA-LEC", items=("Lire à voix haute un texte préparé",), position=3),
            rc.SubDomain(code="FRA-ECR", items=("Copier sans erreur", "Rédiger un texte court"), position=2),
            rc.SubDomain(code="FRA-ETL", items=("Reconnaître le verbe et son sujet",), position=1),
        ),
    ),
    rc.Domain(
        code="MAT-RAC",
        appreciation="Les tables de 2 à 5 sont sues.\nLe calcul posé est à reprendre.",
        parts=(
            rc.SubDomain(code="MAT-NBC", items=("Comprendre et utiliser les nombres entiers",), position=3),
            rc.SubDomain(code="MAT-GDM", items=("Lire l’heure",), not_evaluated=True),
            rc.SubDomain(code="MAT-GEO", items=("Reproduire une figure sur quadrillage",), position=3),
        ),
    ),
    rc.Domain(code="EPS-RAC", items=("Courses, sauts, lancers",), appreciation="Très à l’aise.", position=4),
    rc.Domain(
        code="ART-RAC", items=("Le portrait",), appreciation="Soin et invention.", position=3,
        parts=(rc.SubDomain(code="ART-MUS", items=("Chanter en canon",), position=3),),
    ),
    rc.Domain(code="QLM-RAC", items=("Les états de l’eau", "Se repérer sur un plan"), position=3),
    rc.Domain(code="EMC-RAC", items=("Respecter les autres",), appreciation="Élève attentive.", position=3),
    rc.Domain(code="LGV-RAC", items=("Anglais\u00a0: se présenter",), not_evaluated=True),
)  # fmt: skip


def periodic(**values: Any) -> rc.PeriodicReport:
    """A whole bilan of cycle 2; ``values`` replace its fields."""
    known: dict[str, Any] = {
        "school": SCHOOL, "pupil": PUPIL, "period": PERIOD, "year": 2026, "cycle": 2, "level": "CE1",
        "classroom": "CE1 B", "teachers": ("Mme Irène VASSEUR", "M. Paul GUÉRIN"), "director": "Mme Anne ROUVIÈRE",
        "created_on": "2027-03-22", "domains": _CYCLE_2,
        "journeys": (rc.Journey(code="PAR_ART", text="Visite du musée\u202f; atelier d’argile avec une potière."),),
        "supports": (rc.Support(code="PPRE", complement="Fluence, deux fois par semaine."),),
        "general": "Un deuxième trimestre réussi.\nClémence peut être fière de ses progrès en lecture.",
    }  # fmt: skip
    return rc.PeriodicReport.model_validate({**known, **values})


def short() -> rc.PeriodicReport:
    """The least that a bilan may say."""
    return rc.PeriodicReport(school=SCHOOL, pupil=PUPIL, year=2026, period=PERIOD)


def endless() -> rc.PeriodicReport:
    """Texts of the schema's length and longer, in every place: several pages, and words that never end."""
    domains = tuple(
        domain.model_copy(update={"appreciation": (LONG * 3)[:600] + " x" + "W" * 120, "items": (LONG[:300],) * 4})
        for domain in _CYCLE_2
    )
    journeys = tuple(rc.Journey(code=code, text=LONG * 4) for code in words.JOURNEYS)
    return periodic(domains=domains, journeys=journeys, general=(LONG * 6)[:1500] + "\n\n" + LONG)


def all_codes() -> rc.PeriodicReport:
    """Every code of cycles 2 and 3, and the socle with each mastery."""
    domains = tuple(_whole(code) for code in words.DOMAINS)
    return periodic(
        cycle=3,
        domains=domains,
        journeys=tuple(rc.Journey(code=code, text="Un projet de classe.") for code in words.JOURNEYS),
        supports=tuple(rc.Support(code=code) for code in words.SUPPORTS),
        socle=_socle(),
    )


def _whole(code: str) -> rc.Domain:
    parts = tuple(
        rc.SubDomain(code=part, position=1 + place % 4)
        for place, part in enumerate(one for one in words.PARTS if one.startswith(code))
    )
    return rc.Domain(code=f"{code}-RAC", appreciation="Bien.", position=None if parts else 2, parts=parts)


def _socle() -> tuple[rc.SocleDomain, ...]:
    return tuple(rc.SocleDomain(code=code, mastery=place % 5) for place, code in enumerate(words.SOCLE))


def unknown_codes() -> rc.PeriodicReport:
    """Codes of a later version of LSU, everywhere that a code may stand."""
    domains = (
        rc.Domain(code="NSI-RAC", appreciation="Bien.", position=2, parts=(rc.SubDomain(code="NSI-ALG", position=3),)),
        rc.Domain(code="FRA-ZZZ", position=1),
        rc.Domain(code="MAT-GEO", items=("Le cercle",), position=4),
    )
    return periodic(
        domains=domains,
        journeys=(rc.Journey(code="PAR_AVE", text="Découverte des métiers."),),
        supports=(rc.Support(code="PIAL", complement="Une heure par jour."),),
        socle=(rc.SocleDomain(code="CPD_NUM", mastery=3), rc.SocleDomain(code="FRM_CIT")),
    )


def cycle_report() -> rc.CycleReport:
    """The end of cycle 2."""
    return rc.CycleReport(
        school=SCHOOL, pupil=PUPIL, year=2026, cycle=2, level="CE2", classroom="CE2 A",
        teachers=("Mme Irène VASSEUR",), director="Mme Anne ROUVIÈRE", socle=_socle(), synthesis=LONG * 2,
    )  # fmt: skip


def hostile() -> rc.PeriodicReport:
    """Names and texts that would be commands elsewhere, or that our font cannot draw."""
    return periodic(
        school=rc.SchoolOfReport(uai=MARKUP, name=MARKUP),
        pupil=rc.PupilOfReport(last_name=MARKUP, first_name=ODD, birth_date="<b>1er mai</b>"),
        classroom=MARKUP, level=ODD, teachers=(MARKUP, ODD), director=MARKUP, general=f"{MARKUP}\n{ODD.strip()}",
        domains=(rc.Domain(code=MARKUP, items=(MARKUP, ODD, " "), appreciation=ODD + MARKUP, position=2),),
        journeys=(rc.Journey(code=MARKUP, text=ODD),), supports=(rc.Support(code=ODD, complement=MARKUP),),
    )  # fmt: skip


EVERY = {
    "short": short, "whole": periodic, "endless": endless, "all-codes": all_codes, "unknown-codes": unknown_codes,
    "cycle": cycle_report, "hostile": hostile,
}  # fmt: skip
"""Each of them by name."""
