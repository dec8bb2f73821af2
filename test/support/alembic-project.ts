import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ini =
  '[alembic]\nscript_location = migrations\n[loggers]\nkeys = root\n[handlers]\nkeys =\n[formatters]\nkeys =\n[logger_root]\nlevel = WARN\nhandlers =\n'

const env = `import os
from alembic import context
from sqlalchemy import create_engine
from models import metadata

def run_migrations_offline():
    context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()

def run_migrations_online():
    print("this application prints when it is loaded")
    with create_engine(os.environ["DATABASE_URL"].replace("postgres://", "postgresql://")).connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()

run_migrations_offline() if context.is_offline_mode() else run_migrations_online()
`

const template = `"""\${message}"""
from alembic import op
import sqlalchemy as sa
revision = \${repr(up_revision)}
down_revision = \${repr(down_revision)}
branch_labels = \${repr(branch_labels)}
depends_on = \${repr(depends_on)}

def upgrade():
    \${upgrades if upgrades else "pass"}

def downgrade():
    \${downgrades if downgrades else "pass"}
`

/** A project as teams have it: models, env.py that reads DATABASE_URL, and no migration yet. */
export function writeAlembicProject(dir: string): void {
  mkdirSync(join(dir, 'migrations', 'versions'), { recursive: true })
  writeFileSync(join(dir, 'alembic.ini'), ini)
  writeFileSync(join(dir, 'migrations', 'env.py'), env)
  writeFileSync(join(dir, 'migrations', 'script.py.mako'), template)
  writeModels(dir, ['sa.Column("id", sa.Integer, primary_key=True)'])
}

/** What the application says its table has. */
export function writeModels(dir: string, columns: readonly string[]): void {
  writeFileSync(
    join(dir, 'models.py'),
    `import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table("bookings", metadata,\n    ${columns.join(',\n    ')})\n`,
  )
}

/** A migration that the test writes itself. */
export function writeRevision(
  dir: string,
  revision: { readonly id: string; readonly down: string | null; readonly up: string; readonly back?: string },
): void {
  const down = revision.down === null ? 'None' : JSON.stringify(revision.down)
  writeFileSync(
    join(dir, 'migrations', 'versions', `${revision.id}.py`),
    `"""${revision.id}"""\nfrom alembic import op\nimport sqlalchemy as sa\nrevision = "${revision.id}"\ndown_revision = ${down}\n\ndef upgrade():\n    ${revision.up}\n\ndef downgrade():\n    ${revision.back ?? 'pass'}\n`,
  )
}
