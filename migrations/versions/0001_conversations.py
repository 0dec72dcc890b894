"""Conversations, messages, replies on their way, open questions, ratings and web sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
STATE = sa.String(16)


def upgrade() -> None:
    _conversations()
    _messages()
    _replies()
    _questions()
    _web_sessions()


def _conversations() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.UniqueConstraint("channel", "address"),
    )
    op.create_table(
        "line",
        sa.Column("id", sa.Integer(), primary_key=True),
        _conversation(),
        sqlite_autoincrement=True,
    )
    op.create_index("line_by_conversation", "line", ["conversation_id", "id"])


def _messages() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), sa.ForeignKey("line.id"), primary_key=True),
        _conversation(),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String()),
        sa.UniqueConstraint("channel", "key"),
    )
    op.create_index("inbound_by_state", "inbound", ["state", "conversation_id", "id"])
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer(), primary_key=True),
        _conversation(),
        _inbound(),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
    )
    op.create_index("turn_by_conversation", "turn", ["conversation_id", "id"])


def _replies() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), sa.ForeignKey("line.id"), primary_key=True),
        _conversation(),
        _inbound(),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT),
        sa.Column("lease_until", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("error", sa.String()),
    )
    op.create_index("delivery_by_state", "delivery", ["state", "conversation_id", "id"])
    op.create_table(
        "rating",
        sa.Column("delivery_id", sa.Integer(), sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def _questions() -> None:
    op.create_table(
        "ticket",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        _conversation(),
        _inbound(),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
    )


def _web_sessions() -> None:
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(), primary_key=True),
        sa.Column("address", sa.String(), nullable=False, unique=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )


def _conversation() -> sa.Column[int]:
    return sa.Column("conversation_id", sa.Integer(), sa.ForeignKey("conversation.id"), nullable=False)


def _inbound() -> sa.Column[int]:
    return sa.Column("inbound_id", sa.Integer(), sa.ForeignKey("inbound.id"), nullable=False)
