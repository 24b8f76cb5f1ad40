"""Alembic's entry: runs on the connection that `billing.store.migrate` gives, for developers on -x url=…"""

from alembic import context

from billing.store.engine import open_engine
from billing.store.schema import metadata


def run(connection):
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with open_engine(context.get_x_argument(as_dictionary=True)["url"]).begin() as made:
        run(made)
