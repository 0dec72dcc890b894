"""Tickets with a life of their own, what staff rooms show of them, applications, drafts and published entries.

A ticket that was open before is new, and waits since it was opened; staff rooms show it at the next start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
STATE = sa.String(16)


def upgrade() -> None:
    _messages()
    _replies()
    _tickets()
    _history()
    _applications()
    _entries()
    _console()


def _messages() -> None:
    op.add_column("inbound", sa.Column("answers", sa.String()))


def _replies() -> None:
    op.add_column("delivery", sa.Column("aim", STATE, nullable=False, server_default="post"))
    op.add_column("delivery", sa.Column("of", sa.Integer()))
    op.add_column("delivery", sa.Column("root", sa.Integer()))
    op.add_column("delivery", sa.Column("thread", sa.String()))
    op.add_column("delivery", sa.Column("reports", sa.Integer()))
    op.add_column("delivery", sa.Column("ticket", sa.Integer()))
    op.add_column("delivery", sa.Column("told", sa.String()))
    op.create_index("delivery_by_ref", "delivery", ["conversation_id", "ref"])
    op.create_index("delivery_by_ticket", "delivery", ["ticket"])
    op.create_index("delivery_by_told", "delivery", ["told", "state"])
    op.create_index("delivery_by_report", "delivery", ["reports"])


def _tickets() -> None:
    for column in (
        sa.Column("channel", sa.String(), nullable=False, server_default=""),
        sa.Column("person", sa.String(), nullable=False, server_default=""),
        sa.Column("kind", STATE, nullable=False, server_default="question"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("owner", sa.String()),
        sa.Column("taken_over", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("asked_at", MOMENT),
        sa.Column("last_at", MOMENT),
        sa.Column("reminders", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("apologised", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("waiting_since", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("resolution", STATE),
        sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("satisfaction", STATE),
        sa.Column("comment", sa.Text(), nullable=False, server_default=""),
        sa.Column("done", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("same_as", sa.Integer()),
        sa.Column("shown", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("ticket", column)
    asked = "FROM inbound WHERE inbound.id = ticket.inbound_id"
    op.execute(
        f"UPDATE ticket SET asked_at = opened_at, last_at = opened_at,"
        f" channel = (SELECT channel {asked}), person = (SELECT person {asked})"
    )
    op.create_index("ticket_by_conversation", "ticket", ["conversation_id", "person"])
    op.create_index("ticket_by_state", "ticket", ["state", "number"])


def _history() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", STATE, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer()),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("inbound_id", sa.Integer()),
        sa.Column("told", sa.Boolean(), nullable=False),
    )
    op.create_index("event_by_ticket", "event", ["ticket", "id"])
    op.create_index("event_by_told", "event", ["told", "id"])
    op.create_index("event_by_line", "event", ["line"])
    op.create_index("event_by_inbound", "event", ["inbound_id"])
    op.create_table(
        "card",
        sa.Column("ticket", sa.Integer(), sa.ForeignKey("ticket.number"), primary_key=True),
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("delivery_id", sa.Integer(), sa.ForeignKey("delivery.id"), nullable=False),
    )


def _applications() -> None:
    op.create_table(
        "intake",
        sa.Column("conversation_id", sa.Integer(), sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def _entries() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("entry", sa.Text()),
    )
    op.create_table(
        "published",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
    )
    op.create_index("published_by_entry", "published", ["entry_id", "id"])
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("published_id", sa.Integer(), sa.ForeignKey("published.id"), nullable=False, unique=True),
        sa.Column("state", STATE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
    )
    op.create_table(
        "corrected",
        sa.Column("correction_id", sa.Integer(), sa.ForeignKey("correction.id"), primary_key=True),
        sa.Column("conversation_id", sa.Integer(), sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("answered_by", sa.Integer(), sa.ForeignKey("delivery.id"), nullable=False),
        sa.Column("delivery_id", sa.Integer()),
    )


def _console() -> None:
    op.create_table(
        "login",
        sa.Column("login", sa.String(), primary_key=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(), primary_key=True),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
