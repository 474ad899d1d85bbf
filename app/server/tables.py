"""The tables that only the server has: access to schools, portal accounts across schools, sessions, inbox, outbox.

Two groups, never joined in a page: what belongs to one school (keys begin with school_id) and the global look-ups
(log-in, token hash, device token). Instants and ids have the form of the school's tables.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text

from app.models.tables import Json
from app.models.tables import metadata as school_metadata

metadata = MetaData(naming_convention=school_metadata.naming_convention)

server_state = Table(
    "server_state", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False)
)

heads = Table(
    "heads",  # one row a school: its last sequence number, locked by each synchronisation
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

enrol_codes = Table(
    "enrol_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("school_id", String(36), nullable=False),
    Column("role", Text, nullable=False),
    Column("person_id", String(36), nullable=False),
    Column("person_name", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
    Column("used_by_key", Text),
    Column("ends_person_id", String(36)),  # a successor's code: whose work in the school ends when it is used
)

device_tokens = Table(
    "device_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("device_id", String(36), nullable=False, index=True),
    Column("school_id", String(36), nullable=False),
    Column("person_id", String(36), nullable=False),
    Column("person_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("revoked_at", Text),
)

act_parts = Table(
    "act_parts",
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("act_id", String(36), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("total", Integer, nullable=False),
    Column("data", Text, nullable=False),
)

inbox = Table(
    "inbox",  # what happened on the portal, waiting for the school's lock
    metadata,
    Column("id", String(36), primary_key=True),
    Column("school_id", String(36), nullable=False),
    Column("account_id", String(36)),
    Column("kind", Text, nullable=False),
    Column("payload", Json),
    Column("at", Text, nullable=False),
    Column("folded_at", Text),
)
Index(None, inbox.c.school_id, inbox.c.folded_at)

portal_accounts = Table(
    "portal_accounts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("folded_name", Text, nullable=False),  # for the change of school: same name, same child
    Column("state", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("password_hash", Text),
    Column("password_changed_at", Text),
    Column("email", Text),
    Column("email_verified_at", Text),
    Column("pending_email", Text),
    Column("mobile", Text),
    Column("mobile_verified_at", Text),
    Column("last_access_on", Text),
    Column("created_at", Text, nullable=False),
)

retired_logins = Table("retired_logins", metadata, Column("login", Text, primary_key=True))  # never recycled

portal_links = Table(
    "portal_links",
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("account_id", String(36), primary_key=True),
    Column("portal_account_id", String(36), nullable=False, index=True),
)

child_keys = Table(
    "child_keys",  # by INE: whose children an account has, for the change of school
    metadata,
    Column("ine", Text, primary_key=True),
    Column("portal_account_id", String(36), primary_key=True),
)

provisional_secrets = Table(
    "provisional_secrets",
    metadata,
    Column("id", String(36), primary_key=True),  # the sheet's id, or the mail's
    Column("portal_account_id", String(36), nullable=False, index=True),
    Column("school_id", String(36), nullable=False),
    Column("account_id", String(36), nullable=False),
    Column("password_hash", Text),  # of a sheet; the link of a mail has none
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("reset", Boolean, nullable=False),
    Column("accepted_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
    Column("voided_at", Text),
    Column("void_reason", Text),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("portal_account_id", String(36), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("ended_at", Text),
)

activations = Table(
    "activations",  # a first log-in under way: who was let in by a sheet, and has not finished the form
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("secret_id", String(36), nullable=False),
    Column("portal_account_id", String(36), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("ended_at", Text),
)

mail_tokens = Table(
    "mail_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("portal_account_id", String(36), nullable=False, index=True),
    Column("email", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
    Column("voided_at", Text),
)

tries = Table(
    "tries",  # counters of failures: (what, whom), e.g. ("birth_date", pupil id), ("login", account or network)
    metadata,
    Column("scope", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("closed_at", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("school_id", String(36)),
    Column("account_id", String(36)),
    Column("channel", Text, nullable=False),  # mail | sms
    Column("recipient", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("params", Text),  # encrypted; blanked once the message is accepted
    Column("state", Text, nullable=False),  # states.DeliveryState, or « paused »
    Column("run_id", String(36), index=True),  # mails sent in one go; they pause together
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Text, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("tried_at", Text),  # the last try: for the limit a minute
    Column("lease_until", Text),
    Column("last_error", Text),
    Column("done_at", Text),
)
Index(None, outbox.c.state, outbox.c.next_at)
Index(None, outbox.c.channel, outbox.c.tried_at)

mail_runs = Table(
    "mail_runs",  # what one act sends: it pauses where too many addresses are refused
    metadata,
    Column("id", String(36), primary_key=True),
    Column("school_id", String(36), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("paused_at", Text),
    Column("tried_before", Integer, nullable=False, server_default="0"),  # counts when it was last resumed
    Column("refused_before", Integer, nullable=False, server_default="0"),
)
