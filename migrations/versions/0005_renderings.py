"""Notices that were rendered anew, because they went on on another day: what they said, and to which deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("occurrence", sa.Column("rendered_for", sa.Date()))
    op.add_column("occurrence", sa.Column("rendering", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("delivery", sa.Column("rendering", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "former_text",
        sa.Column("occurrence_id", sa.Integer(), sa.ForeignKey("occurrence.id"), primary_key=True),
        sa.Column("rendering", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("payload", sa.JSON(), nullable=False),
    )
