import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MigratingProject } from '../migrating-project.ts'
import { forward, type MigrationPrograms, sql, type ToolProject, undoable, undone, url } from './tool-project.ts'

export function knexProject({ modules }: MigrationPrograms): ToolProject {
  const write = (dir: string, file: string, up: string, down = ''): void =>
    writeFileSync(
      join(dir, 'migrations', file),
      `exports.up = (knex) => knex.raw(\`${up}\`); exports.down = (knex) => knex.raw(\`${down}\`)`,
    )
  return {
    kind: 'knex',
    options: { node: process.execPath, env: { DATABASE_URL: url } },
    ...{ ids: ['1_first.js', '2_note.js', '3_bad.js'], ...undoable, keepsTime: true, isOpaque: true },
    afterFailure: 'pending',
    prepare: ({ dir }) => {
      writeNodeProject(dir, modules)
      const settings = `{ client: 'pg', connection: process.env.DATABASE_URL }`
      writeFileSync(join(dir, 'knexfile.js'), `module.exports = { development: ${settings} }`)
      mkdirSync(join(dir, 'migrations'))
      write(dir, '1_first.js', sql[0], undone[0])
      write(dir, '2_note.js', sql[1], undone[1])
    },
    addBad: ({ dir }) => write(dir, '3_bad.js', sql[2]),
  }
}

export function drizzleProject({ modules }: MigrationPrograms): ToolProject {
  const schema = (dir: string, columns: string): void =>
    writeFileSync(
      join(dir, 'schema.js'),
      `const { pgTable, serial, text } = require('drizzle-orm/pg-core'); exports.bookings = pgTable('bookings', { id: serial('id').primaryKey(), ${columns} })`,
    )
  const generate = async ({ run }: MigratingProject, name: string, ...more: string[]): Promise<void> => {
    const { code, stdout, stderr } = await run('db', 'migrations', 'create', name, '--yes', ...more)
    if (code !== 0) throw new Error(stdout + stderr)
  }
  return {
    kind: 'drizzle',
    options: { url, command: [process.execPath, 'node_modules/drizzle-kit/bin.cjs'], env: { DATABASE_URL: url } },
    ...{ ids: ['0000_first', '0001_note', '0002_bad'], ...forward, keepsTime: false, isSilent: true },
    afterFailure: 'pending',
    prepare: async (shop) => {
      writeNodeProject(shop.dir, modules)
      const settings = `{ dialect: 'postgresql', schema: './schema.js', out: './drizzle', dbCredentials: { url: process.env.DATABASE_URL } }`
      writeFileSync(join(shop.dir, 'drizzle.config.js'), `module.exports = ${settings}`)
      schema(shop.dir, '')
      await generate(shop, 'first', '--auto')
      schema(shop.dir, `note: text('note')`)
      await generate(shop, 'note', '--auto')
    },
    addBad: async (shop) => {
      await generate(shop, 'bad')
      appendFileSync(join(shop.dir, 'drizzle', '0002_bad.sql'), `\n${sql[2]}`)
    },
  }
}

/** The engine of Prisma that is WebAssembly goes through node-postgres: it downloads nothing. */
export function prismaProject({ modules }: MigrationPrograms): ToolProject {
  const write = ({ dir }: MigratingProject, id: string, text: string): void => {
    mkdirSync(join(dir, 'prisma', 'migrations', id), { recursive: true })
    writeFileSync(join(dir, 'prisma', 'migrations', id, 'migration.sql'), text)
  }
  const env = {
    ...{ DATABASE_URL: url, CHECKPOINT_DISABLE: '1' },
    ...{ PRISMA_QUERY_ENGINE_LIBRARY: process.execPath, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
  }
  return {
    kind: 'prisma',
    options: { url, command: [process.execPath, 'node_modules/prisma/build/index.js'], env },
    ...{ ids: ['1_first', '2_note', '3_bad'], ...forward, keepsTime: true, afterFailure: 'failed' },
    prepare: (shop) => {
      writeNodeProject(shop.dir, modules)
      write(shop, '1_first', sql[0])
      write(shop, '2_note', sql[1])
      shop.write('prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n')
      shop.write(
        'prisma/schema.prisma',
        'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel bookings {\n  id Int @id\n}\n',
      )
      shop.write(
        'prisma.config.mjs',
        `import { PrismaPg } from '@prisma/adapter-pg'
export default { experimental: { adapter: true }, engine: 'js', schema: 'prisma/schema.prisma',
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }) }`,
      )
    },
    addBad: (shop) => write(shop, '3_bad', sql[2]),
  }
}

function writeNodeProject(dir: string, modules: string): void {
  symlinkSync(modules, join(dir, 'node_modules'))
  writeFileSync(join(dir, 'package.json'), '{}')
}
