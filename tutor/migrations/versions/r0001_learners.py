"""Sessions, turns, reviews, cards and mastery."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner", sa.Text, nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sessions_learner", "sessions", ["learner", "id"])
    op.create_table(
        "turns",
        sa.Column("session", sa.Integer, sa.ForeignKey("sessions.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("item", sa.JSON, nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hints", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("result", sa.JSON),
        sa.Column("correct", sa.Boolean),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner", sa.Text, nullable=False),
        sa.Column("session", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("claim", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.Column("stability", sa.Float(53), nullable=False),
        sa.Column("difficulty", sa.Float(53), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session", "number"], ["turns.session", "turns.number"]),
        sa.UniqueConstraint("session", "number", "claim", name="uq_reviews_turn"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_learner", "reviews", ["learner", "id"])
    op.create_table(
        "cards",
        sa.Column("learner", sa.Text, primary_key=True),
        sa.Column("claim", sa.Text, primary_key=True),
        sa.Column("stability", sa.Float(53), nullable=False),
        sa.Column("difficulty", sa.Float(53), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("step", sa.Integer),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_review", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reps", sa.Integer, nullable=False),
        sa.Column("lapses", sa.Integer, nullable=False),
    )
    op.create_index("ix_cards_due", "cards", ["learner", "due", "claim"])
    op.create_table(
        "mastery",
        sa.Column("learner", sa.Text, primary_key=True),
        sa.Column("concept", sa.Text, primary_key=True),
        sa.Column("value", sa.Float(53), nullable=False),
        sa.Column("evidence", sa.Integer, nullable=False),
    )
