"""Subscribers, notices and their deliveries, the programme as members change it.

A notice answers no message, so that a delivery need not have one any more. A correction may follow from a session that
moved, not only from an entry that was published.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
STATE = sa.String(16)


def upgrade() -> None:
    _subscribers()
    _notices()
    _deliveries()
    _programme()
    _corrections()


def _subscribers() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("prefers", sa.Integer(), sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "subscription",
        sa.Column("subscriber_id", sa.Integer(), sa.ForeignKey("subscriber.id"), primary_key=True),
        sa.Column("topic", STATE, primary_key=True),
        sa.Column("since", MOMENT, nullable=False),
    )
    op.create_index("subscription_by_topic", "subscription", ["topic", "subscriber_id"])
    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.String(), primary_key=True),
        sa.Column("subscriber_id", sa.Integer(), sa.ForeignKey("subscriber.id"), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    )
    op.add_column("conversation", sa.Column("subscriber_id", sa.Integer()))
    op.create_index("conversation_by_subscriber", "conversation", ["subscriber_id"])


def _notices() -> None:
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("topic", STATE, nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due", MOMENT),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("session", sa.Integer()),
        sa.Column("told", MOMENT),
        sa.Column("expires", MOMENT),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON()),
        sa.Column("audience_to", sa.Integer()),
        sa.Column("frozen_to", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.UniqueConstraint("notice", "key"),
    )
    op.create_index("occurrence_by_state", "occurrence", ["state", "due"])
    op.create_table(
        "occurrence_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("occurrence_id", sa.Integer(), sa.ForeignKey("occurrence.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", STATE, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("occurrence_event_by_occurrence", "occurrence_event", ["occurrence_id", "id"])


def _deliveries() -> None:
    op.drop_index("delivery_by_turn", "delivery")
    with op.batch_alter_table("delivery") as batch:
        batch.alter_column("inbound_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("payload", existing_type=sa.JSON(), nullable=True)
        batch.add_column(sa.Column("occurrence_id", sa.Integer()))
        batch.add_column(sa.Column("subscriber_id", sa.Integer()))
        batch.create_foreign_key("delivery_occurrence_id_fkey", "occurrence", ["occurrence_id"], ["id"])
        batch.create_unique_constraint("delivery_occurrence_id_subscriber_id_key", ["occurrence_id", "subscriber_id"])
    op.create_index("delivery_by_turn", "delivery", ["channel", "state", "occurrence_id", "priority", "id"])
    op.create_index("delivery_by_occurrence", "delivery", ["occurrence_id", "state", "error"])
    op.create_table(
        "trial",
        sa.Column("delivery_id", sa.Integer(), sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("occurrence_id", sa.Integer(), sa.ForeignKey("occurrence.id"), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
    )


def _programme() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("instead_of", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
    )
    op.create_table(
        "timetable",
        sa.Column("session", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("begins", MOMENT, nullable=False),
        sa.Column("ends", MOMENT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )


def _corrections() -> None:
    with op.batch_alter_table("correction") as batch:
        batch.alter_column("published_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("session", sa.Integer()))
        batch.add_column(sa.Column("was", MOMENT))
        batch.add_column(sa.Column("told", MOMENT))
