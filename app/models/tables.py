"""One schema, two homes: the tables of a school's records, the same in a vault and on the server.

Every table has the primary key (school_id, id), the server's sequence number of its row (``seq``, 0 until a server has
said one) and ``extra`` for columns of a newer version. Every value is JSON-native (docs/adr/0002): a row is the same
dictionary in a vault, on the wire and in PostgreSQL. Dates are ``YYYY-MM-DD``, instants as ``app.models.clock`` writes them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

Row = dict[str, Any]
"""One row of a school's table: JSON-native values by column name."""

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"},
)

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _school_table(name: str, *columns: Column[Any], indexes: tuple[tuple[str, ...], ...] = ()) -> Table:
    table = Table(
        name,
        metadata,
        Column("school_id", String(36), primary_key=True),
        Column("id", String(36), primary_key=True),
        Column("seq", BigInteger, nullable=False, server_default="0", default=0),
        *columns,
        Column("extra", Json),
    )
    Index(None, table.c.school_id, table.c.seq)
    for names in indexes:
        Index(None, table.c.school_id, *(table.c[name] for name in names))
    return table


def _text(name: str, *, required: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=not required)


schools = _school_table(
    "schools",  # one row, whose id is the school's id
    _text("uai"),
    Column("uai_history", Json),  # [{"uai", "until"}], schools merge and close
    _text("name", required=True),
    _text("town"),
    _text("address"),
    _text("postal_code"),
    _text("phone"),
    _text("email"),
    _text("opening_hours"),  # in the school's own words, for parents
    _text("signatory_name"),
    _text("signatory_title"),
    _text("timezone"),
    _text("sector"),  # public | private
    _text("portal_url"),  # the server's: the parents' address printed on sheets
    Column("settings", Json),  # {"sheet_life_days": int, "require_ine": bool, …}
)

school_years = _school_table(
    "school_years", _text("label", required=True), _text("starts_on", required=True), _text("undone_at")
)

classrooms = _school_table(
    "classrooms",
    _text("year_id", required=True),
    _text("label", required=True),
    _text("onde_id"),
    _text("levels"),
    _text("gone_on"),
)

pupils = _school_table(
    "pupils",
    _text("last_name", required=True),
    _text("usage_name"),
    _text("first_name", required=True),
    _text("birth_date"),
    _text("sex"),
    _text("ine"),
    _text("address"),
    _text("postal_code"),
    _text("town"),
    Column("corrections", Json),  # {field: {"value", "onde", "by", "at"}}, ONDE against people
    Column("onde_ticks", Json),  # {what: {"by", "at"}}: corrected in ONDE, says a person; the next import shows it
    Column("protection", Json),  # « situation protégée »: {"knows": [guardian ids], "since", "by"}
    Column("limited", Json),  # GDPR, article 18: {"since", "by", "reason"}
    _text("left_on"),
)

enrolments = _school_table(
    "enrolments",
    _text("pupil_id", required=True),
    _text("year_id", required=True),
    _text("classroom_id"),
    _text("level"),
    _text("cycle"),
    _text("ended_on"),
    indexes=(("pupil_id",),),
)

guardians = _school_table(
    "guardians",
    _text("civility"),
    _text("last_name", required=True),
    _text("usage_name"),
    _text("first_name", required=True),
    _text("address"),
    _text("postal_code"),
    _text("town"),
    _text("country"),
    _text("email"),
    _text("phone_home"),
    _text("phone_work"),
    _text("mobile"),  # as ONDE writes it; contacts.read_mobile judges it
    _text("language"),
    _text("wish"),  # paper | no_account: set by the director, left out of notifications and rates
    Column("corrections", Json),
    Column("onde_ticks", Json),  # as a pupil's
    Column("limited", Json),  # as a pupil's
    Column("apart", Json),  # {guardian id: {"by", "at"}}: records of somebody else, whatever they have in common
    _text("gone_on"),
)

responsibilities = _school_table(
    "responsibilities",
    _text("pupil_id", required=True),
    _text("guardian_id", required=True),
    _text("access", required=True),  # full | paper | none
    _text("access_reason"),
    _text("access_since"),
    _text("ended_on"),
    indexes=(("guardian_id",), ("pupil_id",)),
)

accounts = _school_table(
    "accounts",
    _text("guardian_id", required=True),
    _text("login"),  # server's
    _text("state", required=True),
    _text("origin", required=True),
    _text("notified_on"),
    _text("last_access_on"),  # server's
    _text("email"),  # server's: verified by the parent
    _text("mobile"),  # server's: verified by the parent
    _text("block"),  # server's: code of why the way in is closed (birth_date_tries, …)
    Column(
        "password_changed", Boolean, nullable=False, default=False, server_default="0"
    ),  # chosen by the guardian: « ****** »
    Column("to_reactivate", Boolean, nullable=False, default=False, server_default="0"),
    Column("ways", Json),  # server's: how the parent may log in, ["password", "franceconnect", …]
    Column("prefers_paper", Boolean, nullable=False, default=False, server_default="0"),  # server's: the parent's wish
    _text("merged_into"),  # server's: the account of this school that stands for it since they were grouped
    Column("elsewhere", Json),  # server's: children in other schools, once the guardian has proven them
    indexes=(("guardian_id",),),
)

batches = _school_table(
    "batches",
    _text("created_at", required=True),
    _text("number", required=True),  # « L-0912-3F », printed on the sheets
    _text("author"),
    Column("sheet_count", Integer, nullable=False),
    Column("reset", Boolean, nullable=False, default=False, server_default="0"),
    Column("paper", Boolean, nullable=False, default=True, server_default="1"),  # False: a reset, nothing was printed
    _text("act_id"),
    _text("accepted_at"),  # server's
)

sheets = _school_table(
    "sheets",
    _text("batch_id", required=True),
    _text("account_id", required=True),
    _text("guardian_id", required=True),
    _text("classroom_id"),
    _text("classroom_label"),
    Column("number", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    _text("letter", required=True),
    _text("login", required=True),
    Column("with_secret", Boolean, nullable=False, default=True, server_default="1"),
    Column("by_post", Boolean, nullable=False, default=False, server_default="0"),
    _text("sealed"),  # base64: password and QR token, sealed with the school key
    Column("key_version", Integer),
    _text("printed_at", required=True),
    _text("status", required=True),
    _text("accepted_at"),  # server's
    _text("expires_at"),  # server's
    _text("handed_on"),
    indexes=(("account_id",), ("batch_id",)),
)

deliveries = _school_table(
    "deliveries",  # one mail to one guardian, and what became of it; its id is also the message's on the server
    _text("account_id", required=True),
    _text("guardian_id"),
    _text("letter", required=True),
    _text("address", required=True),
    _text("state", required=True),  # states.DeliveryState
    _text("at", required=True),  # of the state
    _text("reason"),  # what the other server said, « 550 5.1.1 … », or one of our own words
    _text("asked_at", required=True),
    _text("author"),
    _text("act_id"),  # the run: everything that was sent in one go
    _text("known_at"),  # server's: when it took the mail in charge
    indexes=(("account_id",),),
)

people = _school_table("people", _text("name", required=True), _text("role", required=True), _text("ended_at"))

devices = _school_table(
    "devices",
    _text("person_id", required=True),
    _text("person_name"),
    _text("role", required=True),
    _text("label"),
    _text("public_key", required=True),  # X25519, base64
    _text("created_at", required=True),
    _text("last_seen_on"),
    _text("revoked_at"),
)

key_grants = _school_table(
    "key_grants",  # the school key, sealed to one device (or to the recovery code)
    _text("device_id", required=True),
    Column("key_version", Integer, nullable=False),
    _text("sealed", required=True),
    _text("granted_by"),
    indexes=(("device_id",),),
)

imports = _school_table(
    "imports",
    _text("act_id", required=True),
    _text("at", required=True),
    _text("author"),
    Column("summary", Json),
    Column("before", Json),  # [[table, id, {column: [before, after]} or null where created]…], for « Annuler l’import »
    _text("undone_at"),
)

events = _school_table(
    "events",  # what happened to an account, in order; the panel's « Derniers évènements »
    _text("account_id"),
    _text("guardian_id"),
    _text("at", required=True),
    _text("kind", required=True),
    _text("author"),
    Column("detail", Json),
    indexes=(("account_id",),),
)

reviews = _school_table(
    "reviews",  # « À revoir »: nothing that was shown as saved disappears without a row here
    _text("at", required=True),
    _text("kind", required=True),  # words for each in services.reviews
    _text("act_id", required=True),
    _text("record_table"),
    _text("record_id"),
    _text("field"),
    Column("kept", Json),
    Column("lost", Json),
    _text("kept_author"),
    _text("lost_author"),
    _text("sentence"),
    _text("closed_at"),
    _text("closed_by"),
)

requests = _school_table(
    "requests",  # what a parent asks on the portal and the director answers; words for each kind in services.requests
    _text("at", required=True),
    _text("kind", required=True),  # help | correction | not_guardian | merge
    _text("reference"),  # said to the parent, « K7-3HN »
    _text("account_id"),
    _text("guardian_id"),
    _text("pupil_id"),
    Column("detail", Json),  # what was typed, by field
    _text("status", required=True),  # open | answered | refused | undone
    _text("closed_at"),
    _text("closed_by"),
    Column("answer", Json),
    indexes=(("account_id",),),
)

reports = _school_table(
    "reports",  # one document of a child's livret: a row its metadata, access goes by the row, never by the document
    _text("pupil_id", required=True),
    _text("kind", required=True),  # report_content.ReportKind
    _text("certificate"),  # report_content.CertificateKind
    Column("year", Integer, nullable=False),  # millésime: 2018 is 2018-2019
    Column("cycle", Integer),
    _text("level"),
    _text("classroom"),  # the label that it had
    Column("period_index", Integer),
    Column("period_count", Integer),
    _text("starts_on"),
    _text("ends_on"),
    _text("format", required=True),  # report_content.DocumentFormat
    _text("document", required=True),  # SHA-256 of the bytes in the store
    Column("size", Integer, nullable=False),  # bytes
    Column("version", Integer, nullable=False, default=1, server_default="1"),  # grows with each other document
    Column("complete", Boolean, nullable=False, default=False, server_default="0"),
    Column("flags", Json),  # what must be looked at before publication: ["postal_address", …]
    _text("source", required=True),  # report_source: class_pdf | pdf | xml
    _text("imported_at", required=True),
    _text("author"),
    _text("locked_at"),
    _text("published_on"),  # visible to families from that day on, once locked
    _text("removed_at"),
    _text("removed_why"),  # undone | kept_long_enough | by_hand
    _text("stored_at"),  # server's: it has the document
    indexes=(("pupil_id",),),
)

receipts = _school_table(
    "receipts",  # server's, append-only: a guardian said that he has read that very document
    _text("report_id", required=True),
    _text("document", required=True),
    _text("pupil_id", required=True),
    _text("guardian_id", required=True),
    _text("account_id", required=True),
    _text("kind", required=True),  # states.ReceiptKind
    _text("at", required=True),
    indexes=(("report_id",),),
)

erasures = _school_table(
    "erasures",  # a person whose content is gone for good; its id is the record's
    _text("record_table", required=True),  # pupils | guardians
    _text("at", required=True),
    _text("author"),
    _text("act_id", required=True),
    _text("why"),  # asked | kept_time
    _text("mark"),  # a few bits of the name, for files that are older than the erasure
)

support_officers = _school_table(
    "support_officers",  # server's: officers (ERUN) to whom the school may open its records; the id is the officer's
    _text("name", required=True),
    _text("way", required=True),  # support.Way: of the circonscription, or by a code said on the phone
    _text("since", required=True),
    _text("ended_at"),
)

support_grants = _school_table(
    "support_grants",  # the school's records open to one officer, for a time
    _text("officer_id", required=True),
    _text("officer_name", required=True),
    _text("granted_at", required=True),
    _text("granted_by"),
    _text("until", required=True),
    _text("ended_at"),
    _text("ended_by"),
    Column("openings", Integer, nullable=False, default=0, server_default="0"),
    Column("diagnoses", Integer, nullable=False, default=0, server_default="0"),
    _text("read_at"),  # the last time that the officer looked…
    _text("read_what"),  # …and at what: support.Reading
)

proposals = _school_table(
    "proposals",  # repairs that an officer proposes, each an act that the director makes her own or refuses
    _text("grant_id", required=True),
    _text("officer_id", required=True),
    _text("officer_name", required=True),
    _text("at", required=True),
    _text("kind", required=True),  # support.Repair
    Column("fields", Json),
    _text("reason"),
    _text("account_id"),
    _text("guardian_id"),
    _text("status", required=True),  # support.ProposalStatus
    _text("closed_at"),
    _text("closed_by"),
    _text("said"),  # why not
    _text("act_id"),  # the director's own act that came of it
)

aliases = _school_table("aliases", _text("target_id", required=True), _text("record_table", required=True))

acts = _school_table(
    "acts",  # the journal: the server's log of verdicts, and every PC's copy of it
    _text("device_id", required=True),
    Column("device_seq", Integer, nullable=False),
    _text("author"),
    _text("kind", required=True),
    Column("kind_version", Integer, nullable=False),
    Column("fields", Json, nullable=False),
    _text("client_time", required=True),
    _text("received_at"),
    _text("verdict"),
    _text("code"),
    _text("sentence"),
    Column("outcome", Json),  # what the server decided: {"patches": [[table, id, {column: value}], …]}
    _text("mac"),
    Column("place", BigInteger),  # server's: in the order in which acts were judged; ``seq`` moves when one is emptied
    indexes=(("device_id", "device_seq"),),
)

traces = _school_table(
    "traces",  # what an act that can be undone has changed; its id is the act's
    _text("kind", required=True),  # of that act; of the one that it undoes, where it is an undoing
    _text("at", required=True),
    _text("author"),
    Column("before", Json),  # [[table, id, {column, or column.key: [before, after]}], …]
    _text("undoes"),  # the act that it undoes
    _text("undone_at"),
    _text("undone_by"),
)

SCHOOL_TABLES: tuple[Table, ...] = (
    schools, school_years, classrooms, pupils, enrolments, guardians, responsibilities, accounts, batches, sheets,
    deliveries, people, devices, key_grants, imports, events, reviews, requests, reports, receipts, aliases, acts,
    traces, erasures, support_officers, support_grants, proposals,
)  # fmt: skip
BY_NAME: dict[str, Table] = {table.name: table for table in SCHOOL_TABLES}
COLUMNS: dict[str, frozenset[str]] = {table.name: frozenset(table.c.keys()) for table in SCHOOL_TABLES}


def new_row(table: str, **values: Any) -> Row:
    """A complete row of ``table``: every column present, None or its default where ``values`` is silent."""
    row: Row = {column.name: _default(column) for column in BY_NAME[table].columns}
    unknown = values.keys() - row.keys()
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    row.update(values)
    return row


def _default(column: Column[Any]) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None  # type: ignore[attr-defined]
