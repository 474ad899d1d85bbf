"""The named families that the imports of the tests are about."""

from __future__ import annotations

from dataclasses import replace

from tests.support.onde_files import Adult, Pupil

ZOE = Pupil("CHÂTELAIN", "Zoé", "14/03/2018", "CE2 Mme Aubrac", "CE2", "123456789AB")
TOM = Pupil("CHÂTELAIN", "Tom", "02/11/2020", "CP M. Le Goff", "CP", "223456789AB", sex="M")
LEA = Pupil("ŒILLET", "Léa", "05/06/2018", "CE2 Mme Aubrac", "CE2", "323456789AB")
ANNE = Adult("MÉNARD", "Anne", (ZOE, TOM), email="anne@example.org", mobile="06 12 34 56 78")
PAUL = Adult("CHÂTELAIN", "Paul", (ZOE, TOM), "M.")
LUCE = Adult("ŒILLET", "Luce", (LEA,))
PUPILS_HERE, ADULTS_HERE = [ZOE, TOM, LEA], [ANNE, PAUL, LUCE]
NEXT_YEAR = [
    replace(ZOE, level="CM1", room="CM1 M. Kerbrat"), replace(TOM, level="CE1", room="CE1 Mme Roux"),
    replace(LEA, level="CM1", room="CM1 M. Kerbrat"),
]  # fmt: skip
NOA = Pupil("ROUX", "Noa", "09/09/2019", "CE1 Mme Roux", "CE1", "423456789AB")
NOA_S_FATHER = Adult("ROUX", "Marc", (NOA,), "M.")
