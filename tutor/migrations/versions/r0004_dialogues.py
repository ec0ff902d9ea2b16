"""What the bot remembers of each conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "dialogues",
        sa.Column("conversation", sa.Text, primary_key=True),
        sa.Column("learner", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_dialogues_learner", "dialogues", ["learner"])
    op.create_index("ix_dialogues_at", "dialogues", ["at"])
