"""The school's tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "accounts",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("guardian_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("notified_on", sa.Text()),
        sa.Column("last_access_on", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("mobile", sa.Text()),
        sa.Column("block", sa.Text()),
        sa.Column("password_changed", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("to_reactivate", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("ways", Json),
        sa.Column("prefers_paper", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("merged_into", sa.Text()),
        sa.Column("elsewhere", Json),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_school_id_guardian_id"), "accounts", ["school_id", "guardian_id"], unique=False)
    op.create_index(op.f("ix_accounts_school_id_seq"), "accounts", ["school_id", "seq"], unique=False)
    op.create_table(
        "acts",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kind_version", sa.Integer(), nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Column("client_time", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text()),
        sa.Column("verdict", sa.Text()),
        sa.Column("code", sa.Text()),
        sa.Column("sentence", sa.Text()),
        sa.Column("outcome", Json),
        sa.Column("mac", sa.Text()),
        sa.Column("place", sa.BigInteger()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_acts")),
    )
    op.create_index(
        op.f("ix_acts_school_id_device_id_device_seq"), "acts", ["school_id", "device_id", "device_seq"], unique=False
    )
    op.create_index(op.f("ix_acts_school_id_seq"), "acts", ["school_id", "seq"], unique=False)
    op.create_table(
        "aliases",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("record_table", sa.Text(), nullable=False),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_school_id_seq"), "aliases", ["school_id", "seq"], unique=False)
    op.create_table(
        "batches",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("sheet_count", sa.Integer(), nullable=False),
        sa.Column("reset", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("paper", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("act_id", sa.Text()),
        sa.Column("accepted_at", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_school_id_seq"), "batches", ["school_id", "seq"], unique=False)
    op.create_table(
        "classrooms",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("year_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("onde_id", sa.Text()),
        sa.Column("levels", sa.Text()),
        sa.Column("gone_on", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_classrooms")),
    )
    op.create_index(op.f("ix_classrooms_school_id_seq"), "classrooms", ["school_id", "seq"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("guardian_id", sa.Text()),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("act_id", sa.Text()),
        sa.Column("known_at", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_school_id_account_id"), "deliveries", ["school_id", "account_id"], unique=False)
    op.create_index(op.f("ix_deliveries_school_id_seq"), "deliveries", ["school_id", "seq"], unique=False)
    op.create_table(
        "devices",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("last_seen_on", sa.Text()),
        sa.Column("revoked_at", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_school_id_seq"), "devices", ["school_id", "seq"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=False),
        sa.Column("year_id", sa.Text(), nullable=False),
        sa.Column("classroom_id", sa.Text()),
        sa.Column("level", sa.Text()),
        sa.Column("cycle", sa.Text()),
        sa.Column("ended_on", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_enrolments")),
    )
    op.create_index(op.f("ix_enrolments_school_id_pupil_id"), "enrolments", ["school_id", "pupil_id"], unique=False)
    op.create_index(op.f("ix_enrolments_school_id_seq"), "enrolments", ["school_id", "seq"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("record_table", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("mark", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_school_id_seq"), "erasures", ["school_id", "seq"], unique=False)
    op.create_table(
        "events",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("account_id", sa.Text()),
        sa.Column("guardian_id", sa.Text()),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("detail", Json),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_school_id_account_id"), "events", ["school_id", "account_id"], unique=False)
    op.create_index(op.f("ix_events_school_id_seq"), "events", ["school_id", "seq"], unique=False)
    op.create_table(
        "guardians",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("civility", sa.Text()),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("usage_name", sa.Text()),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("postal_code", sa.Text()),
        sa.Column("town", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("phone_home", sa.Text()),
        sa.Column("phone_work", sa.Text()),
        sa.Column("mobile", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("wish", sa.Text()),
        sa.Column("corrections", Json),
        sa.Column("onde_ticks", Json),
        sa.Column("limited", Json),
        sa.Column("apart", Json),
        sa.Column("gone_on", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_guardians")),
    )
    op.create_index(op.f("ix_guardians_school_id_seq"), "guardians", ["school_id", "seq"], unique=False)
    op.create_table(
        "imports",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("summary", Json),
        sa.Column("before", Json),
        sa.Column("undone_at", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_school_id_seq"), "imports", ["school_id", "seq"], unique=False)
    op.create_table(
        "key_grants",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_key_grants")),
    )
    op.create_index(op.f("ix_key_grants_school_id_device_id"), "key_grants", ["school_id", "device_id"], unique=False)
    op.create_index(op.f("ix_key_grants_school_id_seq"), "key_grants", ["school_id", "seq"], unique=False)
    op.create_table(
        "people",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_school_id_seq"), "people", ["school_id", "seq"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("officer_name", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fields", Json),
        sa.Column("reason", sa.Text()),
        sa.Column("account_id", sa.Text()),
        sa.Column("guardian_id", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text()),
        sa.Column("closed_by", sa.Text()),
        sa.Column("said", sa.Text()),
        sa.Column("act_id", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_school_id_seq"), "proposals", ["school_id", "seq"], unique=False)
    op.create_table(
        "pupils",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("usage_name", sa.Text()),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Text()),
        sa.Column("sex", sa.Text()),
        sa.Column("ine", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("postal_code", sa.Text()),
        sa.Column("town", sa.Text()),
        sa.Column("corrections", Json),
        sa.Column("onde_ticks", Json),
        sa.Column("protection", Json),
        sa.Column("limited", Json),
        sa.Column("left_on", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_pupils")),
    )
    op.create_index(op.f("ix_pupils_school_id_seq"), "pupils", ["school_id", "seq"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=False),
        sa.Column("guardian_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_receipts")),
    )
    op.create_index(op.f("ix_receipts_school_id_report_id"), "receipts", ["school_id", "report_id"], unique=False)
    op.create_index(op.f("ix_receipts_school_id_seq"), "receipts", ["school_id", "seq"], unique=False)
    op.create_table(
        "reports",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text()),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer()),
        sa.Column("level", sa.Text()),
        sa.Column("classroom", sa.Text()),
        sa.Column("period_index", sa.Integer()),
        sa.Column("period_count", sa.Integer()),
        sa.Column("starts_on", sa.Text()),
        sa.Column("ends_on", sa.Text()),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("complete", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("flags", Json),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("locked_at", sa.Text()),
        sa.Column("published_on", sa.Text()),
        sa.Column("removed_at", sa.Text()),
        sa.Column("removed_why", sa.Text()),
        sa.Column("stored_at", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_school_id_pupil_id"), "reports", ["school_id", "pupil_id"], unique=False)
    op.create_index(op.f("ix_reports_school_id_seq"), "reports", ["school_id", "seq"], unique=False)
    op.create_table(
        "requests",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("account_id", sa.Text()),
        sa.Column("guardian_id", sa.Text()),
        sa.Column("pupil_id", sa.Text()),
        sa.Column("detail", Json),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text()),
        sa.Column("closed_by", sa.Text()),
        sa.Column("answer", Json),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_school_id_account_id"), "requests", ["school_id", "account_id"], unique=False)
    op.create_index(op.f("ix_requests_school_id_seq"), "requests", ["school_id", "seq"], unique=False)
    op.create_table(
        "responsibilities",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=False),
        sa.Column("guardian_id", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("access_reason", sa.Text()),
        sa.Column("access_since", sa.Text()),
        sa.Column("ended_on", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_responsibilities")),
    )
    op.create_index(
        op.f("ix_responsibilities_school_id_guardian_id"),
        "responsibilities",
        ["school_id", "guardian_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_responsibilities_school_id_pupil_id"), "responsibilities", ["school_id", "pupil_id"], unique=False
    )
    op.create_index(op.f("ix_responsibilities_school_id_seq"), "responsibilities", ["school_id", "seq"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("record_table", sa.Text()),
        sa.Column("record_id", sa.Text()),
        sa.Column("field", sa.Text()),
        sa.Column("kept", Json),
        sa.Column("lost", Json),
        sa.Column("kept_author", sa.Text()),
        sa.Column("lost_author", sa.Text()),
        sa.Column("sentence", sa.Text()),
        sa.Column("closed_at", sa.Text()),
        sa.Column("closed_by", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_school_id_seq"), "reviews", ["school_id", "seq"], unique=False)
    op.create_table(
        "school_years",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_school_years")),
    )
    op.create_index(op.f("ix_school_years_school_id_seq"), "school_years", ["school_id", "seq"], unique=False)
    op.create_table(
        "schools",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("uai", sa.Text()),
        sa.Column("uai_history", Json),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("town", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("postal_code", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("opening_hours", sa.Text()),
        sa.Column("signatory_name", sa.Text()),
        sa.Column("signatory_title", sa.Text()),
        sa.Column("timezone", sa.Text()),
        sa.Column("sector", sa.Text()),
        sa.Column("portal_url", sa.Text()),
        sa.Column("settings", Json),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_schools")),
    )
    op.create_index(op.f("ix_schools_school_id_seq"), "schools", ["school_id", "seq"], unique=False)
    op.create_table(
        "sheets",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("guardian_id", sa.Text(), nullable=False),
        sa.Column("classroom_id", sa.Text()),
        sa.Column("classroom_label", sa.Text()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("with_secret", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("by_post", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("sealed", sa.Text()),
        sa.Column("key_version", sa.Integer()),
        sa.Column("printed_at", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.Text()),
        sa.Column("expires_at", sa.Text()),
        sa.Column("handed_on", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_sheets")),
    )
    op.create_index(op.f("ix_sheets_school_id_account_id"), "sheets", ["school_id", "account_id"], unique=False)
    op.create_index(op.f("ix_sheets_school_id_batch_id"), "sheets", ["school_id", "batch_id"], unique=False)
    op.create_index(op.f("ix_sheets_school_id_seq"), "sheets", ["school_id", "seq"], unique=False)
    op.create_table(
        "support_grants",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("officer_name", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text()),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.Column("ended_by", sa.Text()),
        sa.Column("openings", sa.Integer(), server_default="0", nullable=False),
        sa.Column("diagnoses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("read_at", sa.Text()),
        sa.Column("read_what", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_support_grants")),
    )
    op.create_index(op.f("ix_support_grants_school_id_seq"), "support_grants", ["school_id", "seq"], unique=False)
    op.create_table(
        "support_officers",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_support_officers")),
    )
    op.create_index(op.f("ix_support_officers_school_id_seq"), "support_officers", ["school_id", "seq"], unique=False)
    op.create_table(
        "traces",
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("before", Json),
        sa.Column("undoes", sa.Text()),
        sa.Column("undone_at", sa.Text()),
        sa.Column("undone_by", sa.Text()),
        sa.Column("extra", Json),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_traces")),
    )
    op.create_index(op.f("ix_traces_school_id_seq"), "traces", ["school_id", "seq"], unique=False)
