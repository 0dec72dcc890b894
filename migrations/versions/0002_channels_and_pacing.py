"""What platforms hand over, holds and leases for many processes, and the pace of sending.

The defaults of new columns stay in the tables: SQLite could only drop them by making a table anew, which
the references between the tables forbid.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
STATE = sa.String(16)


def upgrade() -> None:
    _conversations()
    _messages()
    _replies()
    _pace()


def _conversations() -> None:
    op.add_column("conversation", sa.Column("place", sa.String(), nullable=False, server_default=""))
    op.add_column("conversation", sa.Column("held_by", sa.String()))
    op.add_column("conversation", sa.Column("held_until", MOMENT))
    op.add_column("conversation", sa.Column("gone", sa.String()))
    # Up to now there were only the web and the console, whose addresses are one place each.
    op.execute("UPDATE conversation SET place = address")
    op.create_index("conversation_by_place", "conversation", ["channel", "place"])


def _messages() -> None:
    op.create_table(
        "raw",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("error", sa.String()),
        sa.UniqueConstraint("channel", "key"),
    )
    op.create_index("raw_by_time", "raw", ["received_at"])
    op.add_column("inbound", sa.Column("ref", sa.String()))
    op.create_index("inbound_by_ref", "inbound", ["conversation_id", "ref"])


def _replies() -> None:
    op.add_column("delivery", sa.Column("channel", sa.String(), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("priority", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("delivery", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("delivery", sa.Column("doubts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("delivery", sa.Column("since", MOMENT))
    op.add_column("delivery", sa.Column("ref", sa.String()))
    op.execute(
        "UPDATE delivery SET failures = tries, channel ="
        " (SELECT channel FROM conversation WHERE conversation.id = delivery.conversation_id)"
    )
    op.create_index("delivery_by_turn", "delivery", ["channel", "state", "priority", "id"])


def _pace() -> None:
    op.create_table(
        "lane",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("place", sa.String(), primary_key=True),
        sa.Column("ended", sa.JSON(), nullable=False),
        sa.Column("free_at", MOMENT),
        sa.Column("throttled_until", MOMENT),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
