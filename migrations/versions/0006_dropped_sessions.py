"""Sessions that were taken out of the programme: calendars are to be told so."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("timetable", sa.Column("dropped", sa.Boolean(), nullable=False, server_default=sa.false()))
