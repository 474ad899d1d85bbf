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

officers = Table(
    "officers",  # of support (ERUN); their codes and tokens stand in the tables of PCs, with an empty school_id
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("ended_at", Text),
)

officer_schools = Table(
    "officer_schools",  # a circonscription: the schools whose counts an officer reads without a grant
    metadata,
    Column("officer_id", String(36), primary_key=True),
    Column("school_id", String(36), primary_key=True, index=True),
)

support_codes = Table(
    "support_codes",  # six digits that an officer says on the phone; one at a time each
    metadata,
    Column("officer_id", String(36), primary_key=True),
    Column("code_hash", String(64), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
)

school_counts = Table(
    "school_counts",  # without names, for officers; counted again once the school's head has moved, or the day
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("counted_at", Text, nullable=False),
    Column("counts", Json, nullable=False),
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
    Column("email", Text, index=True),  # in small letters once it is verified
    Column("email_verified_at", Text),
    Column("pending_email", Text),
    Column("mobile", Text, index=True),
    Column("mobile_verified_at", Text),
    Column("last_access_on", Text),
    Column("language", Text),  # chosen by the parent; None: the one that a school noted
    Column("prefers_paper", Boolean, nullable=False, server_default="0"),
    Column("notices", Text),  # how to be told of new documents: mail | sms | none; None: by mail, else SMS
    Column("terms_version", Text),  # of the conditions of use, accepted once a version
    Column("terms_at", Text),
    Column("forced_reset_at", Text),  # since when the operator asks for another password
    Column("merged_into", String(36)),  # the account that stands for it since the parent grouped them
    Column("created_at", Text, nullable=False),
)

retired_logins = Table(
    "retired_logins",  # of accounts that are gone, never given again: a few bits of a hash, which tell nobody's name
    metadata,
    Column("mark", String(8), primary_key=True),
)

portal_links = Table(
    "portal_links",
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("account_id", String(36), primary_key=True),
    Column("portal_account_id", String(36), nullable=False, index=True),
    Column("home_id", String(36)),  # whose it was before accounts were grouped; None: its holder's
)

child_keys = Table(
    "child_keys",  # by INE: whose children an account has, for the change of school
    metadata,
    Column("ine", Text, primary_key=True),
    Column("home_id", String(36), primary_key=True),  # whose it was before accounts were grouped
    Column("portal_account_id", String(36), nullable=False, index=True),
)

report_notices = Table(
    "report_notices",  # which documents of the livret an account was told of: no message says it twice
    metadata,
    Column("portal_account_id", String(36), primary_key=True),
    Column("school_id", String(36), primary_key=True),
    Column("report_id", String(36), primary_key=True),
    Column("document", String(64), primary_key=True),
    Column("at", Text, nullable=False),
)

noticed_reports = Table(
    "noticed_reports",  # documents of which every family was told that wants to be
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("report_id", String(36), primary_key=True),
    Column("document", String(64), primary_key=True),
    Column("at", Text, nullable=False),
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
    Column("way", Text),  # states.Way: how the parent came in
    Column("label", Text),  # « Firefox, Android »: never an address
    Column("proven_at", Text),  # when the parent last proved again who he is
    Column("federation", Text),  # encrypted: what the log-out at the identity provider needs
)

browsers = Table(
    "browsers",  # that have logged in before: each keeps tries of its own, whatever strangers do
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("portal_account_id", String(36), primary_key=True),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
)

bindings = Table(
    "bindings",  # ways in by another identity provider
    metadata,
    Column("provider", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("portal_account_id", String(36), nullable=False, index=True),
    Column("home_id", String(36)),  # whose it was before accounts were grouped; None: its holder's
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
)

guardian_keys = Table(
    "guardian_keys",  # keyed hashes of the names and mobiles that schools have: who may be whom, without reading schools
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("account_id", String(36), primary_key=True),
    Column("name_hash", String(64), primary_key=True),  # one row a way of writing the name…
    Column("mobile_hash", String(64), primary_key=True),  # …and a number (the school's, the one verified); "" for none
    Column("open", Boolean, nullable=False),  # False: nothing to show on line, counts for shared numbers only
)
Index(None, guardian_keys.c.name_hash, guardian_keys.c.mobile_hash)
Index(None, guardian_keys.c.mobile_hash)

child_claims = Table(
    "child_claims",  # what the owner of an account said of a child: his own, proven by a sheet or its birth date, or not
    metadata,
    Column("school_id", String(36), primary_key=True),
    Column("account_id", String(36), primary_key=True),
    Column("pupil_id", String(36), primary_key=True),
    Column("ine", Text),  # the same child in another school is proven too
    Column("state", Text, nullable=False),  # proven | denied
    Column("at", Text, nullable=False),
)

journeys = Table(
    "journeys",  # several pages before a log-in: what was typed so far
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("data", Text, nullable=False),  # encrypted
    Column("created_at", Text, nullable=False),
    Column("ended_at", Text),
)

codes = Table(
    "codes",  # of six digits, by SMS or mail; one that was only pretended (unknown number) has no code_hash
    metadata,
    Column("id", String(36), primary_key=True),
    Column("contact_hash", String(64), nullable=False),
    Column("code_hash", String(64)),
    Column("school_id", String(36)),
    Column("channel", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("used_at", Text),
)
Index(None, codes.c.contact_hash, codes.c.created_at)
Index(None, codes.c.created_at)

merges = Table(
    "merges",  # accounts grouped by their owner, to be undone for a while
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kept_id", String(36), nullable=False, index=True),
    Column("gone_id", String(36), nullable=False, index=True),
    Column("cause", Text, nullable=False),  # « create », « franceconnect », « account »
    Column("before", Json, nullable=False),  # what the kept account took, and what the other one was
    Column("at", Text, nullable=False),
    Column("undone_at", Text),
)

help_codes = Table(
    "help_codes",  # the code on a school's flyers: which school a parent asks for help
    metadata,
    Column("code", Text, primary_key=True),
    Column("school_id", String(36), nullable=False, index=True),
)

help_tickets = Table(
    "help_tickets",  # a help request by its reference and the name of who asked, both in one keyed hash
    metadata,
    Column("ticket_hash", String(64), primary_key=True),
    Column("school_id", String(36), nullable=False),
    Column("request_id", String(36), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
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
    Column("purpose", Text, nullable=False, server_default="activation"),  # activation | address | recovery
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
Index(None, outbox.c.channel, outbox.c.state, outbox.c.next_at)
Index(None, outbox.c.channel, outbox.c.tried_at)
Index(None, outbox.c.channel, outbox.c.done_at)

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
