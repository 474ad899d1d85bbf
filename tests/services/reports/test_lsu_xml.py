"""LSU's XML: every code of the schema, every trap of lsu.md, and whatever a stranger may send."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.models.errors import InputError
from app.models.report_content import CycleReport, PeriodicReport, canonical
from app.services.cancelling import Cancellation
from app.services.reports.found import FoundXml
from app.services.reports.lsu_xml import read_xml
from app.services.reports.xml_stream import MAX_BYTES
from tests.support.lsu_files import CYCLE_3, JOURNEYS, SOCLE, SUPPORTS, UAI, Child, LsuFile, children

ZOE = Child(1, "123456789AB", "Châtelain", "Zoé")


def lsu(*traps: tuple[str, str], **more: object) -> bytes:
    return LsuFile([ZOE], changes=list(traps), **more).bytes()  # type: ignore[arg-type]


def read(content: bytes) -> FoundXml:
    return read_xml("export.xml", content)


def periodic(content: bytes) -> PeriodicReport:
    [bilan] = read(content).bilans
    assert isinstance(bilan.content, PeriodicReport)
    return bilan.content


def warnings(content: bytes) -> list[str]:
    found = read(content)
    assert found.bilans
    return [problem.message for problem in found.problems]


def refused(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read(content)
    assert "export.xml" in caught.value.sentence and caught.value.sentence.endswith(".")
    return caught.value


@pytest.mark.needs_shared
@pytest.mark.parametrize("cycle", [2, 3])
def test_what_the_tests_write_is_valid_against_the_schema_and_read_without_a_word(shared: Path, cycle: int) -> None:
    content = LsuFile(children(30), cycle=cycle, periods=(1, 2, 3), with_cycle_reports=True).bytes()
    schema = etree.XMLSchema(etree.parse(str(shared / "reference" / "import-bilan-1d-1.0b.xsd")))
    schema.assertValid(etree.fromstring(content))
    found = read(content)
    assert len(found.bilans) == 30 * 4 and found.problems == () and found.uai == UAI


def test_every_code_is_kept() -> None:
    content = periodic(lsu(cycle=3))
    assert tuple(domain.code for domain in content.domains) == CYCLE_3
    assert [part.code for part in content.domains[3].parts] == ["ART-PLA", "ART-MUS", "ART-HAR"]
    assert {part.position for domain in content.domains for part in domain.parts} == {1, 2, 3, 4}
    assert [one.code for one in content.supports] == list(SUPPORTS)
    assert content.supports[-1].complement == "Lecture, deux fois par semaine."
    assert {one.code: one.mastery for one in content.socle} == dict(zip(SOCLE, (0, 1, 2, 3, 4, 0, 1, 2), strict=True))
    assert {one.code for one in content.journeys} == set(JOURNEYS)
    assert content.domains[0].items == ("Lire à voix haute", "Calculer en ligne")
    assert (content.cycle, content.year, content.period.index, content.period.count) == (3, 2026, 1, 3)
    assert (content.teachers, content.director) == (("M. Luc MARCHETTI",), "Mme Hélène ROUVIÈRE")
    assert content.is_complete


def test_what_the_whole_class_did_comes_before_what_the_child_did() -> None:
    [citizen] = [one for one in periodic(lsu()).journeys if one.code == "PAR_CIT"]
    assert citizen.text == "Élections de délégués.\nProjet PAR_CIT."


def test_guardians_and_addresses_are_not_kept() -> None:
    stored = canonical(periodic(lsu())).decode()
    assert "Cachée" not in stored and "31999" not in stored and "Secrète" not in stored


def test_a_report_of_the_end_of_a_cycle() -> None:
    found = read(lsu(with_cycle_reports=True))
    [one] = [bilan.content for bilan in found.bilans if isinstance(bilan.content, CycleReport)]
    assert (one.cycle, one.year, one.synthesis, one.is_complete) == (2, 2026, "Socle acquis.", True)


def test_line_breaks_and_cdata_are_kept() -> None:
    trap = ("Trimestre sérieux.\nContinue ainsi.", "<![CDATA[Un <b>bon</b> début.\r\nMais &amp; encore.]]>  ")
    assert periodic(lsu(trap)).general == "Un <b>bon</b> début.\nMais &amp; encore."


@pytest.mark.parametrize(("trap", "said"), [
    (('schemaVersion="1.0"', 'schemaVersion="9.9"'), "Version de format"),
    (('schemaVersion="1.0"', ""), "version de son format"),
    (("<liste-parcours>", "<nouveaute/><liste-parcours>"), "« nouveaute »"),
    (("<appreciation>", "<etoiles/><appreciation>"), "« etoiles »"),
    (("<periodes>", "<options/><periodes>"), "« options »"),
    (('positionnement="1"', 'positionnement="9"'), "Positionnement"),
    (('element-programme-refs="EPN"', 'element-programme-refs="EPX"'), "EPX"),
    (('date-verrou="2026-12-04T17:30:00"', ""), "verrouillage"),
    (('ine="123456789AB"', 'ine=""'), "INE"),
    (('ine="123456789AB"', 'ine="12"'), "INE"),
    (("lsun:bilans:import", "lsun:bilans:import:2"), "Espace de noms"),
    (('date-debut="2026-09-01"', 'date-debut="bientôt"'), "deux dates"),
])  # fmt: skip
def test_what_a_later_version_may_bring_is_a_warning(trap: tuple[str, str], said: str) -> None:
    assert any(said.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in one for one in warnings(lsu(trap)))


def test_small_liberties_pass_without_a_word() -> None:
    content = lsu(
        (' civilite="M"', ""), ('non-evalue="false"', 'non-evalue="1"'), ('code-domaine="EPS-RAC"', 'code-domaine="XYZ-RAC"'),
        ("2026-12-04T17:30:00", "2026-12-04T17:30:00.250+01:00"), ('date-debut="2026-09-01"', 'date-debut="2026-09-01+02:00"'),
        ('id-be="101"', 'id-be="123456_CP"'),
    )  # fmt: skip
    assert warnings(content) == []
    found = periodic(content)
    assert found.teachers == ("Luc MARCHETTI",) and found.domains[0].not_evaluated and found.level == "CP"
    assert "XYZ-RAC" in {domain.code for domain in found.domains} and found.period.starts_on == "2026-09-01"
    [bilan] = read(content).bilans
    assert bilan.locked is not None and bilan.locked.isoformat() == "2026-12-04T17:30:00+01:00"


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "windows-1252", "UTF-8-SIG"])
def test_the_encodings_of_exports(encoding: str) -> None:
    declared = encoding.removesuffix("-SIG")
    content = lsu(('encoding="UTF-8"', f'encoding="{declared}"')).decode().replace("\n", "\r\n")
    [bilan] = read(content.encode(encoding, "xmlcharrefreplace")).bilans
    assert bilan.who.last_name == "Châtelain" and isinstance(bilan.content, PeriodicReport)
    assert bilan.content.general == "Trimestre sérieux.\nContinue ainsi."


@pytest.mark.parametrize("trap", [
    ('eleve-ref="EL1"', 'eleve-ref="EL9"'), ('periode-ref="PE1" enseignant', 'periode-ref="PE9" enseignant'),
    ('indice="1"', 'indice="un"'), ('millesime="2026"', 'millesime="26"'), ('nb-periodes="3"', ""),
])  # fmt: skip
def test_a_bilan_that_has_no_place_is_an_error_with_its_line(trap: tuple[str, str]) -> None:
    found = read(lsu(trap))
    assert found.bilans == ()
    assert {problem.level for problem in found.problems} == {"error"} and all(p.line for p in found.problems)


DTD = '<!DOCTYPE lsun-bilans [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<lsun-bilans'
XXE = '<!DOCTYPE lsun-bilans [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<lsun-bilans'


@pytest.mark.parametrize(("content", "code"), [
    (b"", "reports_empty"), (b"  \n", "reports_empty"), (b"\x89PNG\r\n\x1a\n", "reports_not_xml"),
    (b"nom;prenom\nA;B\n", "reports_not_xml"), (b"<html><body/></html>", "reports_not_lsu"),
    (lsu(("<lsun-bilans", DTD)), "reports_dtd"), (lsu(("<lsun-bilans", XXE)), "reports_dtd"),
    (lsu(("<lsun-bilans", f"<!-- é --><?a b?>\n{DTD}")), "reports_dtd"),
    (lsu(("<lsun-bilans", DTD), ('encoding="UTF-8"', 'encoding="UTF-16"')).decode().encode("utf-16"), "reports_dtd"),
    (lsu(('encoding="UTF-8"', 'encoding="EBCDIC-FR"')), "reports_encoding"),
    (lsu(("<donnees>", "<donnees><responsables-etab/>")), "reports_second_degree"),
    (lsu(('classe-ref="CL1"', 'code-division="6A"', )), "reports_second_degree"),
    (lsu()[:-200], "reports_truncated"), (lsu()[:3000], "reports_truncated"),
    (lsu(("</liste-acquis>", "</liste-quis>")), "reports_broken_xml"), (lsu(("Projet", "&inconnue;")), "reports_broken_xml"),
    (LsuFile([]).bytes(), "reports_no_bilan"),
])  # fmt: skip
def test_a_file_that_cannot_be_taken_is_a_sentence(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_nothing_too_large_or_too_deep_is_read() -> None:
    deep = lsu(("<liste-parcours>", "<a>" * 5000 + "</a>" * 5000 + "<liste-parcours>"))
    assert refused(deep).code == "reports_broken_xml"

    class Large(bytes):
        def __len__(self) -> int:
            return MAX_BYTES + 1

    assert refused(Large(lsu())).code == "reports_too_large"


def test_a_large_file_tells_how_far_it_is_and_stops_when_asked() -> None:
    content = LsuFile(children(200), periods=(1, 2, 3)).bytes()
    seen: list[tuple[int, int]] = []
    read_xml("export.xml", content, tick=lambda done, whole: seen.append((done, whole)))
    assert seen == sorted(seen) and len(seen) > 600 and seen[-1][0] <= len(content)

    def stop(done: int, whole: int) -> None:
        if done > whole / 2:
            raise Cancellation("Arrêté.")

    with pytest.raises(Cancellation):
        read_xml("export.xml", content, tick=stop)


WHOLE = lsu(with_cycle_reports=True)


@given(start=st.integers(0, len(WHOLE)), length=st.integers(0, 400), noise=st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_whatever_was_damaged_is_read_or_refused_with_a_sentence(start: int, length: int, noise: bytes) -> None:
    _judged(WHOLE[:start] + noise + WHOLE[start + length :])


@given(
    st.lists(st.sampled_from(["<a>", "</a>", "<bilan-periodique ", 'eleve-ref="EL1"', "/>", "<socle>", "&#1;", "]]>"]))
)
@settings(max_examples=80, deadline=None)
def test_whatever_stands_in_a_bilan_is_read_or_refused(parts: list[str]) -> None:
    _judged(lsu(("<liste-parcours>", "".join(parts) + "<liste-parcours>")))


def _judged(content: bytes) -> None:
    started = time.monotonic()
    try:
        for bilan in read(content).bilans:
            canonical(bilan.content)
    except InputError as error:
        assert error.code.startswith("reports_") and error.sentence.endswith(".")
    assert time.monotonic() - started < 20
