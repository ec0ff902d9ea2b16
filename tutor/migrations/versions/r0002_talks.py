"""Conversations, shared answers, linked learners."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "talks",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("learner", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replies", sa.JSON, nullable=False),
        sa.UniqueConstraint("learner", "message_id", name="uq_talks_message"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_talks_learner", "talks", ["learner", "number"])
    op.create_index("ix_talks_at", "talks", ["at"])
    op.create_table(
        "shared_answers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("alias", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_links_account", "links", ["account"])
    op.create_table(
        "link_codes",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("learner", sa.Text, nullable=False, unique=True),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
    )
