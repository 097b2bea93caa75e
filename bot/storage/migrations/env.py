"""What Alembic runs: on the connection that `migrate.upgrade` gives."""

from alembic import context

from bot.storage.migrate import VERSION_TABLE
from bot.storage.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
