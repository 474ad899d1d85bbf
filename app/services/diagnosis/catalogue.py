"""Every cause, in the order in which one looks at them: decisions, then doors that are shut, then what only hampers."""

from __future__ import annotations

from app.services.diagnosis import access, accounts, birth_dates, mails, phones, reports, school, sheets

CAUSES = (
    *school.CAUSES, *access.CAUSES, *birth_dates.CAUSES, *accounts.CAUSES, *sheets.CAUSES, *mails.CAUSES, *phones.CAUSES,
    *reports.CAUSES,
)  # fmt: skip
BY_CODE = {cause.code: cause for cause in CAUSES}
