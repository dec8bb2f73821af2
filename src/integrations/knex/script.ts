/**
 * Asks Knex through its own API, from the folder of the code: what its commands print is for people, and even its list makes
 * tables. The answer is one line after a mark, since a knexfile may print too. Verified with Knex 3.1.
 */
export const knexScript = String.raw`
const [file, verb, argument] = process.argv.slice(1)
const { createRequire } = require('node:module')
const { createHash } = require('node:crypto')
const { readFileSync, readdirSync } = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const answer = (value) => process.stdout.write('\nvigie-answer:' + JSON.stringify(value) + '\n')
const from = createRequire(path.join(process.cwd(), 'package.json'))

async function main() {
  const loaded = await import(pathToFileURL(path.resolve(file)).href)
  const all = loaded.default ?? loaded
  const config = all[process.env.NODE_ENV ?? 'development'] ?? all
  const knex = from('knex')(config)
  try {
    const own = config.migrations ?? {}
    const folders = [own.directory ?? './migrations'].flat().map((one) => path.resolve(path.dirname(path.resolve(file)), one))
    const endings = own.loadExtensions ?? ['.co', '.coffee', '.eg', '.iced', '.js', '.cjs', '.litcoffee', '.ls', '.ts', '.mjs', '.mts', '.cts']
    const table = own.tableName ?? 'knex_migrations'
    // Knex itself would look from where the process stands.
    const settings = { ...own, directory: folders }
    if (verb === 'list') {
      const files = new Map()
      for (const folder of folders)
        for (const name of readdirSync(folder).filter((one) => endings.includes(path.extname(one)) && !one.endsWith('.d.ts')))
          files.set(name, createHash('sha256').update(readFileSync(path.join(folder, name))).digest('hex'))
      const schema = own.schemaName ? knex.schema.withSchema(own.schemaName) : knex.schema
      const in_ = (name) => (own.schemaName ? knex(name).withSchema(own.schemaName) : knex(name))
      const done = (await schema.hasTable(table)) ? await in_(table).select('id', 'name', 'migration_time').orderBy('id') : []
      const lock = table + '_lock'
      const locked = (await (own.schemaName ? knex.schema.withSchema(own.schemaName) : knex.schema).hasTable(lock))
        ? (await in_(lock).select('is_locked')).some((one) => Number(one.is_locked) === 1) : false
      const rows = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, digest]) => ({ id, digest }))
      return { rows, locked, done: done.map((one) => ({ id: one.name, turn: one.id, at: one.migration_time ? new Date(one.migration_time).toISOString() : null })) }
    }
    if (verb === 'apply') await knex.migrate.up({ ...settings, name: argument })
    else if (verb === 'revert') await knex.migrate.down({ ...settings, name: argument })
    else if (verb === 'create') return { files: [path.relative(process.cwd(), await knex.migrate.make(argument, settings))] }
    else throw new Error('no verb ' + verb)
    return {}
  } finally {
    await knex.destroy()
  }
}

main().then(answer, (error) => {
  const code = String(error?.code ?? '')
  const lines = String(error?.errors?.[0]?.message || error?.message || error).trim().split('\n')
  // Knex puts the whole statement before what PostgreSQL said.
  const said = error?.severity ? lines.at(-1).replace(/^\s*- /, '').slice(-400) : lines[0].slice(0, 400)
  const isMissing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND'
  const isDatabase = /^(?:ECONN|ENOTFOUND|ETIMEDOUT|EHOST|28|3D|53300|57P)/.test(code) || error?.name === 'KnexTimeoutError'
  answer({ problem: isMissing ? 'missing' : isDatabase ? 'database' : 'failed', detail: said })
})
`
