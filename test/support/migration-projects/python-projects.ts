import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { writeAlembicProject, writeRevision } from '../alembic-project.ts'
import { writeDjangoMigration, writeDjangoProject } from '../django-project.ts'
import { type MigrationPrograms, type ToolProject, undoable, url } from './tool-project.ts'

export function alembicProject({ python }: MigrationPrograms): ToolProject {
  const note = '"bookings", sa.Column("note", sa.Text)'
  return {
    kind: 'alembic',
    options: { python: python.python, env: { DATABASE_URL: url, ...python.env } },
    ...{ ids: ['a1', 'b2', 'c3'], ...undoable, keepsTime: false, afterFailure: 'pending' },
    prepare: ({ dir }) => {
      writeAlembicProject(dir)
      const up = 'op.create_table("bookings", sa.Column("id", sa.Integer, primary_key=True))'
      writeRevision(dir, { id: 'a1', down: null, up, back: 'op.drop_table("bookings")' })
      writeRevision(dir, {
        id: 'b2',
        down: 'a1',
        up: `op.add_column(${note})`,
        back: 'op.drop_column("bookings", "note")',
      })
    },
    addBad: ({ dir }) => writeRevision(dir, { id: 'c3', down: 'b2', up: 'op.execute("select 1 / 0")' }),
  }
}

/** `docker compose exec -T web` is a program that knows the container's own variables, and passes none on. */
export function djangoProject({ python, scratch }: MigrationPrograms, databaseUrl: string): ToolProject {
  const bin = join(scratch, 'bin')
  mkdirSync(bin)
  const inside = Object.entries({ PATH: '/usr/bin:/bin', DATABASE_URL: databaseUrl, ...python.env })
  const exports = inside.map(([name, value]) => `'${name}=${value}'`).join(' ')
  const words = '[ "$1 $2 $3 $4" = "compose exec -T web" ] || { echo "not so: $*" >&2; exit 64; }'
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\n${words}\nshift 4\nexec env -i ${exports} "$@"\n`, { mode: 0o755 })
  return {
    kind: 'django',
    options: { python: python.python, through: ['docker', 'compose', 'exec', '-T', 'web'] },
    env: { PATH: `${bin}${delimiter}${process.env['PATH']}` },
    ids: ['shop.0001_first', 'shop.0002_note', 'shop.0003_bad'],
    ...{ ...undoable, keepsTime: true, afterFailure: 'pending' },
    prepare: ({ dir }) => {
      writeDjangoProject(dir)
      const id = "('id', models.AutoField(primary_key=True))"
      const create = `migrations.CreateModel('Booking', [${id}], options={'db_table': 'bookings'})`
      writeFileSync(
        join(dir, 'shop', 'migrations', '0001_first.py'),
        `from django.db import migrations, models\nclass Migration(migrations.Migration):\n    initial = True\n    dependencies = []\n    operations = [${create}]\n`,
      )
      const note = "migrations.AddField('booking', 'note', models.TextField(null=True))"
      writeDjangoMigration(dir, '0002_note', '0001_first', note)
    },
    addBad: ({ dir }) => writeDjangoMigration(dir, '0003_bad', '0002_note', "migrations.RunSQL('select 1 / 0')"),
  }
}
