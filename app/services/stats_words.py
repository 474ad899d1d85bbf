"""The words and the cells of « Statistiques », the same on the screen and on paper."""

from __future__ import annotations

from app.services.activations import Curve, Delay, Delays
from app.services.stats import Counts, Statistics, StatTable, percent
from app.services.stats_reports import ReportsRead, ReportsTable

COUNT_HEADERS = (
    "Nombre de\ncomptes\nresponsables", "Nombre de\ncomptes\nnon notifiés", "Nombre de\ncomptes notifiés\net non activés",
    "Nombre de\ncomptes en cours\nd’activation", "Nombre de\ncomptes\nactivés", "% de\ncomptes\nactivés",
)  # fmt: skip
REACHED_HEADER = "% d’élèves\nayant au moins un\nresponsable activé"
RATE_SINCE_CP = "% de comptes\nactivés, à partir\ndu CP"
REACHED_SINCE_CP = "% d’élèves ayant\nun responsable\nactivé, dès le CP"
SCHOOL_TITLE = "Synthèse des comptes responsables de la structure"
CLASS_TITLE = "Synthèse des comptes responsables par classe"
LEVEL_TITLE = "Synthèse des comptes responsables par niveau"
CURVE_TITLE = "Activations depuis le début de l’année scolaire"
DELAY_TITLE = "De la notification à l’activation"
MISSING_TITLE = "Ce qui manque"
DELAY_HEADERS = ("Classe", "Comptes", "Un quart\navant", "Moitié\navant", "3 quarts\navant")
REPORTS_TITLE = "Livrets publiés cette année, par classe"
REPORTS_HEADERS = (
    "Classe", "Documents\npubliés", "Lus par un\nresponsable\nau moins", "Lus par tous\nceux qui lisent\nen ligne",
    "% lus par\nun au moins", "% lus\npar tous",
)  # fmt: skip
NO_REPORTS = "Aucun livret publié cette année."
REPORTS_HIDDEN = "Qui lit les livrets ne se montre qu’à la direction."
NURSERY = "Taux et rappels à partir du CP, où commence le livret (réglage de l’école)"
NOTE = (
    "Un responsable de deux élèves compte une fois pour l’école, et dans chacune de leurs classes\u00a0: "
    "les totaux par classe et par niveau dépassent donc le nombre de comptes."
)
NOTHING = "—"


def count_headers(*, from_cp: bool) -> tuple[str, ...]:
    """The headings of the counts; the rate says from where on it counts, where it does not count everybody."""
    return (*COUNT_HEADERS[:-1], RATE_SINCE_CP) if from_cp else COUNT_HEADERS


def reached_header(*, from_cp: bool) -> str:
    """The heading of the last column of the first table."""
    return REACHED_SINCE_CP if from_cp else REACHED_HEADER


def school_row(found: Statistics) -> tuple[str, ...]:
    """The one line of the first table."""
    return (*_cells(found.school, found.rated), percent(found.reached_share))


def table_rows(table: StatTable) -> list[tuple[str, ...]]:
    """A line for each class or level, then their sum; nothing at all where there is none."""
    rows = [(line.label, *_cells(line.counts, line.rated)) for line in table.lines]
    return [*rows, ("Total", *_cells(table.total, table.rated))] if rows else []


def _cells(counts: Counts, rated: Counts) -> tuple[str, ...]:
    numbers = (counts.accounts, counts.not_notified, counts.notified, counts.activating, counts.active)
    share = percent(rated.active_share) if rated.accounts or not counts.accounts else NOTHING
    return (*(grouped(number) for number in numbers), share)


def report_rows(table: ReportsTable) -> list[tuple[str, ...]]:
    """A line for each class that has published something, then the whole; nothing at all where none has."""
    rows = [(label, *_report_cells(read)) for label, read in table.lines]
    return [*rows, ("Total", *_report_cells(table.total))] if rows else []


def _report_cells(read: ReportsRead) -> tuple[str, ...]:
    numbers = (grouped(number) for number in (read.published, read.by_one, read.by_each))
    return (*numbers, percent(read.one_share), percent(read.each_share))


def curve_words(curve: Curve) -> str:
    """What the curve comes to, and whom it cannot show."""
    line = curve.everybody
    gained = line.total - line.before
    said = [f"{_many(gained, 'compte activé', 'comptes activés')} depuis le {curve.starts_on:%d-%m-%Y}"]
    if line.before:
        said.append(f"{_many(line.before, 'l’était déjà', 'l’étaient déjà')}")
    text = ", ".join(said) + "."
    if curve.undated:
        text += f" {_many(curve.undated, 'compte activé', 'comptes activés')} à une date que l’école ne connaît pas."
    return text


def delay_words(delays: Delays) -> str:
    """The quartiles in a sentence."""
    whole = delays.everybody
    if whole is None:
        return "Aucun compte n’a encore été activé après une notification."
    text = (
        f"La moitié des comptes notifiés puis activés l’ont été en {days(whole.median)} au plus\u202f; un quart en "
        f"{days(whole.first)}, les trois quarts en {days(whole.third)}. Le plus long a pris {days(whole.longest)}."
    )
    if delays.unnotified:
        text += f" {_many(delays.unnotified, 'compte s’est activé', 'comptes se sont activés')} sans notification."
    return text


def delay_rows(delays: Delays) -> list[tuple[str, ...]]:
    """The quartiles of each class."""
    return [_delay_row(delay) for delay in delays.by_class]


def _delay_row(delay: Delay) -> tuple[str, ...]:
    return (
        delay.label,
        grouped(delay.count),
        *(f"{_number(value)}\u00a0j" for value in (delay.first, delay.median, delay.third)),
    )


def missing_words(found: Statistics) -> str:
    """What stands over the list of what is missing."""
    where = "À partir du CP" if found.from_cp else "Dans les niveaux choisis" if found.levels else "Dans toute l’école"
    return f"{where}." if found.missing else f"{where}, il ne manque rien\u00a0: tous les comptes sont activés."


def days(value: float) -> str:
    """« 6 jours », « 6,5 jours », « 1 jour »."""
    return f"{_number(value)}\u00a0{'jour' if value < 2 else 'jours'}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def grouped(count: int) -> str:
    """A number in groups of three: « 15 000 »."""
    return f"{count:,}".replace(",", "\u202f")


def _many(count: int, one: str, several: str) -> str:
    return f"{grouped(count)}\u00a0{one if count <= 1 else several}"
