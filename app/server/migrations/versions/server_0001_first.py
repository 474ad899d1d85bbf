"""The first version of the server's base."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.services.migrations.school import step_0001

revision = "0001"
down_revision = None

Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """The school's tables, then those that only the server has."""
    step_0001.upgrade()
    op.create_table(
        "act_parts",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("act_id", sa.String(length=36), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "act_id", "part", name=op.f("pk_act_parts")),
    )
    op.create_table(
        "activations",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("secret_id", sa.String(length=36), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_activations")),
    )
    op.create_table(
        "bindings",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("home_id", sa.String(length=36)),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.PrimaryKeyConstraint("provider", "subject", name=op.f("pk_bindings")),
    )
    op.create_index(op.f("ix_bindings_portal_account_id"), "bindings", ["portal_account_id"], unique=False)
    op.create_table(
        "browsers",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", "portal_account_id", name=op.f("pk_browsers")),
    )
    op.create_table(
        "child_claims",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("pupil_id", sa.String(length=36), nullable=False),
        sa.Column("ine", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "account_id", "pupil_id", name=op.f("pk_child_claims")),
    )
    op.create_table(
        "child_keys",
        sa.Column("ine", sa.Text(), nullable=False),
        sa.Column("home_id", sa.String(length=36), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("ine", "home_id", name=op.f("pk_child_keys")),
    )
    op.create_index(op.f("ix_child_keys_portal_account_id"), "child_keys", ["portal_account_id"], unique=False)
    op.create_table(
        "codes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64)),
        sa.Column("school_id", sa.String(length=36)),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_contact_hash_created_at"), "codes", ["contact_hash", "created_at"], unique=False)
    op.create_index(op.f("ix_codes_created_at"), "codes", ["created_at"], unique=False)
    op.create_table(
        "device_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text()),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_device_tokens")),
    )
    op.create_index(op.f("ix_device_tokens_device_id"), "device_tokens", ["device_id"], unique=False)
    op.create_table(
        "enrol_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.Column("used_by_key", sa.Text()),
        sa.Column("ends_person_id", sa.String(length=36)),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrol_codes")),
    )
    op.create_table(
        "guardian_keys",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("mobile_hash", sa.String(length=64), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "account_id", "name_hash", "mobile_hash", name=op.f("pk_guardian_keys")),
    )
    op.create_index(op.f("ix_guardian_keys_mobile_hash"), "guardian_keys", ["mobile_hash"], unique=False)
    op.create_index(
        op.f("ix_guardian_keys_name_hash_mobile_hash"), "guardian_keys", ["name_hash", "mobile_hash"], unique=False
    )
    op.create_table(
        "heads",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_heads")),
    )
    op.create_table(
        "help_codes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_help_codes")),
    )
    op.create_index(op.f("ix_help_codes_school_id"), "help_codes", ["school_id"], unique=False)
    op.create_table(
        "help_tickets",
        sa.Column("ticket_hash", sa.String(length=64), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_hash", name=op.f("pk_help_tickets")),
    )
    op.create_index(op.f("ix_help_tickets_request_id"), "help_tickets", ["request_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36)),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", Json),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("folded_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_school_id_folded_at"), "inbox", ["school_id", "folded_at"], unique=False)
    op.create_table(
        "journeys",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_journeys")),
    )
    op.create_table(
        "mail_runs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.Text()),
        sa.Column("tried_before", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused_before", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_runs")),
    )
    op.create_index(op.f("ix_mail_runs_school_id"), "mail_runs", ["school_id"], unique=False)
    op.create_table(
        "mail_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="activation", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.Column("voided_at", sa.Text()),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mail_tokens")),
    )
    op.create_index(op.f("ix_mail_tokens_portal_account_id"), "mail_tokens", ["portal_account_id"], unique=False)
    op.create_table(
        "merges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kept_id", sa.String(length=36), nullable=False),
        sa.Column("gone_id", sa.String(length=36), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_gone_id"), "merges", ["gone_id"], unique=False)
    op.create_index(op.f("ix_merges_kept_id"), "merges", ["kept_id"], unique=False)
    op.create_table(
        "noticed_reports",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school_id", "report_id", "document", name=op.f("pk_noticed_reports")),
    )
    op.create_table(
        "officer_schools",
        sa.Column("officer_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "school_id", name=op.f("pk_officer_schools")),
    )
    op.create_index(op.f("ix_officer_schools_school_id"), "officer_schools", ["school_id"], unique=False)
    op.create_table(
        "officers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36)),
        sa.Column("account_id", sa.String(length=36)),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("params", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=36)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.Text()),
        sa.Column("lease_until", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("done_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_channel_done_at"), "outbox", ["channel", "done_at"], unique=False)
    op.create_index(op.f("ix_outbox_channel_state_next_at"), "outbox", ["channel", "state", "next_at"], unique=False)
    op.create_index(op.f("ix_outbox_channel_tried_at"), "outbox", ["channel", "tried_at"], unique=False)
    op.create_index(op.f("ix_outbox_run_id"), "outbox", ["run_id"], unique=False)
    op.create_table(
        "portal_accounts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("password_changed_at", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("email_verified_at", sa.Text()),
        sa.Column("pending_email", sa.Text()),
        sa.Column("mobile", sa.Text()),
        sa.Column("mobile_verified_at", sa.Text()),
        sa.Column("last_access_on", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("prefers_paper", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("notices", sa.Text()),
        sa.Column("terms_version", sa.Text()),
        sa.Column("terms_at", sa.Text()),
        sa.Column("forced_reset_at", sa.Text()),
        sa.Column("merged_into", sa.String(length=36)),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_accounts")),
        sa.UniqueConstraint("login"),
    )
    op.create_index(op.f("ix_portal_accounts_email"), "portal_accounts", ["email"], unique=False)
    op.create_index(op.f("ix_portal_accounts_mobile"), "portal_accounts", ["mobile"], unique=False)
    op.create_table(
        "portal_links",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("home_id", sa.String(length=36)),
        sa.PrimaryKeyConstraint("school_id", "account_id", name=op.f("pk_portal_links")),
    )
    op.create_index(op.f("ix_portal_links_portal_account_id"), "portal_links", ["portal_account_id"], unique=False)
    op.create_table(
        "provisional_secrets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("reset", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.Column("voided_at", sa.Text()),
        sa.Column("void_reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provisional_secrets")),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(
        op.f("ix_provisional_secrets_portal_account_id"), "provisional_secrets", ["portal_account_id"], unique=False
    )
    op.create_table(
        "report_notices",
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "portal_account_id", "school_id", "report_id", "document", name=op.f("pk_report_notices")
        ),
    )
    op.create_table(
        "retired_logins",
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_retired_logins")),
    )
    op.create_table(
        "school_counts",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.Text(), nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_school_counts")),
    )
    op.create_table(
        "server_state",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_server_state")),
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("portal_account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.Column("way", sa.Text()),
        sa.Column("label", sa.Text()),
        sa.Column("proven_at", sa.Text()),
        sa.Column("federation", sa.Text()),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_portal_account_id"), "sessions", ["portal_account_id"], unique=False)
    op.create_table(
        "support_codes",
        sa.Column("officer_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text()),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_support_codes")),
    )
    op.create_index(op.f("ix_support_codes_code_hash"), "support_codes", ["code_hash"], unique=False)
    op.create_table(
        "tries",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text()),
        sa.PrimaryKeyConstraint("scope", "subject", name=op.f("pk_tries")),
    )
