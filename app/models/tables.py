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
    Column("protection", Json),  # « situation protégée »: {"knows": [guardian ids], "since", "by"}
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
    indexes=(("device_id", "device_seq"),),
)

SCHOOL_TABLES: tuple[Table, ...] = (
    schools, school_years, classrooms, pupils, enrolments, guardians, responsibilities, accounts, batches, sheets,
    deliveries, people, devices, key_grants, imports, events, reviews, aliases, acts,
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
