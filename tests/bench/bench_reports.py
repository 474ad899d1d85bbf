"""How fast LSU's XML is imported, preview included, against a bare floor measured in the same run.

The floor parses the same file with lxml into one tree, makes the same contents through the same validators, keeps the
same documents and inserts the same rows. It matches nobody by name, compares nothing, and keeps nothing for the server.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from app.models.acts import CreateSchoolFields
from app.models.clock import system_clock
from app.models.codes import ine_problem
from app.models.report_content import (
    Domain,
    Journey,
    Period,
    PeriodicReport,
    PupilOfReport,
    SchoolOfReport,
    SocleDomain,
    SubDomain,
    Support,
    canonical,
    document_id,
)
from app.models.tables import BY_NAME, Row, new_row
from app.services.desk import Desk
from app.services.documents.vault_store import VaultStore
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.reports import imports
from app.services.reports.lsu_values import day, moment, paragraphs, refs, words
from app.services.reports.sources import ReportFile
from app.services.vault.vault import create_vault
from tests.bench.ratio import Ratio, seconds_of
from tests.support.lsu_files import NAMESPACE, UAI, LsuFile, children

PUPILS = 500
PERIODS = (1, 2, 3)
AT_MOST = 3.0
_NS = f"{{{NAMESPACE}}}"


def measure(rounds: int = 3) -> list[Ratio]:
    """The best of ``rounds`` of each, in turn, each on a vault of its own."""
    content = LsuFile(children(PUPILS), periods=PERIODS).bytes()
    ours, floor, count = float("inf"), float("inf"), PUPILS * len(PERIODS)
    for _ in range(rounds):
        with _desk() as (desk, school_id):
            ours = min(ours, seconds_of(lambda: _import(desk, school_id, content, count)))
        with _desk() as (desk, school_id):
            floor = min(floor, seconds_of(lambda: _floor(desk, school_id, content)))
    detail = f"{count} bilans, {len(content) / 1e6:.1f} MB: {ours:.2f} s, floor {floor:.2f} s ({ours / floor:.2f} ×)"
    return [Ratio("bilans imported with preview", floor / ours, 1 / AT_MOST, detail)]


@contextmanager
def _desk() -> Iterator[tuple[Desk, str]]:
    """A vault with the pupils of the file."""
    with TemporaryDirectory() as folder, create_vault(Path(folder) / "bench.preau", key=bytes(32)) as vault:
        desk = Desk(vault, system_clock, os.urandom)
        school_id = desk.new_id()
        submit(desk, school_id=school_id, kind="ecole.creer", fields=CreateSchoolFields(uai=UAI, name="École du banc"))
        with vault.write() as connection:
            rows = SchoolRows(connection, school_id)
            for one in children(PUPILS):
                rows.add("pupils", desk.new_id(), last_name=one.last_name, first_name=one.first_name, ine=one.ine)
            rows.flush()
        yield desk, school_id


def _import(desk: Desk, school_id: str, content: bytes, count: int) -> None:
    preview = imports.preview(desk, school_id=school_id, files=[ReportFile("lsu.xml", content)])
    assert len(preview.plan.new) == count and not preview.plan.problems
    imports.carry_out(desk, preview=preview)


def _floor(desk: Desk, school_id: str, content: bytes) -> None:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    with desk.vault.read() as connection:
        pupils = {row["ine"]: row["id"] for row in SchoolRows(connection, school_id).all("pupils")}
    known = {
        one.get("id"): one
        for one in root.iter(f"{_NS}eleve", f"{_NS}periode", f"{_NS}enseignant", f"{_NS}element-programme")
    }
    documents, rows = [], list[Row]()
    for bilan in root.iter(f"{_NS}bilan-periodique"):
        child, period = known[bilan.get("eleve-ref")], known[bilan.get("periode-ref")]
        assert ine_problem(child.get("ine")) is None and moment(bilan.get("date-verrou"))
        document = canonical(_content(bilan, child, period, known))
        documents.append(document)
        rows.append(new_row(
            "reports", school_id=school_id, id=desk.new_id(), pupil_id=pupils[child.get("ine")], kind="periodic", year=2026,
            period_index=int(period.get("indice")), period_count=3, format="content", document=document_id(document),
            size=len(document), source="xml", imported_at=desk.now(), complete=True,
        ))  # fmt: skip
    VaultStore(desk.vault, desk.clock).put_all(documents)
    with desk.vault.write() as connection:
        connection.execute(BY_NAME["reports"].insert(), rows)


def _content(bilan: etree._Element, child: etree._Element, period: etree._Element, known: dict) -> PeriodicReport:  # type: ignore[type-arg]
    def judged(one: etree._Element) -> dict[str, object]:
        items = tuple(words(known[ref].get("libelle")) for ref in refs(one.get("element-programme-refs")))
        position = one.get("positionnement")
        return {"code": one.get("code-domaine"), "items": items, "position": int(position) if position else None}

    domains = tuple(
        Domain(
            **judged(one), appreciation=paragraphs(one.findtext(f"{_NS}appreciation")),
            parts=tuple(SubDomain(**judged(part)) for part in one.iter(f"{_NS}sous-domaine")),
        )
        for one in bilan.iter(f"{_NS}acquis")
    )  # fmt: skip
    return PeriodicReport(
        school=SchoolOfReport(uai=UAI, name="École du banc"),
        pupil=PupilOfReport(last_name=child.get("nom"), first_name=child.get("prenom")), year=int(period.get("millesime")),
        period=Period(
            index=int(period.get("indice")), count=3, starts_on=day(period.get("date-debut")) or "",
            ends_on=day(period.get("date-fin")) or "",
        ),
        domains=domains, journeys=tuple(
            Journey(code=one.get("code"), text=paragraphs(one.text) or "") for one in bilan.iter(f"{_NS}parcours")
        ),
        supports=tuple(
            Support(code=one.get("code"), complement=paragraphs(one.findtext(f"{_NS}complement-ppre")))
            for one in bilan.iter(f"{_NS}modalite-accompagnement")
        ),
        socle=tuple(
            SocleDomain(code=one.get("code"), mastery=int(one.get("positionnement"))) for one in bilan.iter(f"{_NS}domaine")
        ),
        general=paragraphs(bilan.findtext(f"{_NS}appreciation-generale")) or "",
    )  # fmt: skip


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least:.2f}) — {ratio.detail}")
