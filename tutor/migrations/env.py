"""What alembic runs: the revisions, on the connection it was handed, inside the transaction of whoever opened it."""

from alembic import context

import tutor.notices  # noqa: F401 - its tables belong to the metadata, too
from tutor.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
context.run_migrations()
