import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { assertLoad, assertNoSecret, assertRuns, configOf, plantProjects } from '../support/planted.ts'
import { projects } from '../support/projects.ts'
import { assertFits } from '../support/schema.ts'
import { typeErrors } from '../support/type-check.ts'

const root = join(import.meta.dirname, '..', '..')
const { dir: scratch, project, remove } = plantProjects()
after(remove)

describe('vigie init in a project folder', { concurrency: 2 }, () => {
  for (const [name, files] of Object.entries(projects)) {
    it(`such as ${name} writes a config that loads and runs without an edit, and holds no secret`, async () => {
      const dir = project(name, files)
      const got = await vigie(['init', '--json'], { cwd: dir })
      assert.equal(got.code, 0, got.stdout + got.stderr)
      assertFits('init', got.json())
      const text = configOf(dir)
      assertNoSecret(got.stdout, got.stderr, text)
      assert.match(text, /^\/\/ What Vigie looks after here/)
      await assertRuns(dir)
    })
  }

  it('speaks French, in the file too', async () => {
    const dir = project('en français', projects['a compose stack'] ?? {})
    const got = await vigie(['init', '--locale', 'fr'], { cwd: dir })
    assert.match(got.stdout, /vigie\.config\.ts écrit, avec\u00a0: api/)
    const text = configOf(dir)
    assert.match(text, /Ce dont Vigie s'occupe ici/)
    assert.match(text, /locale: 'fr'/)
    assert.match(text, /Revoir les accès/)
    for (const comment of text.match(/^ *\/\/ .*$/gm) ?? [])
      assert.doesNotMatch(comment, /\b(?:the|what|without|still)\b/i)
    await assertRuns(dir)
  })

  it('tells which file it could not understand, by its line and without its text', async () => {
    const dir = project('not understood', {
      ...projects['broken YAML'],
      'package.json': '{\n  "name": "app",\n  "token": "planted-render-value",,\n}',
    })
    const got = await vigie(['init'], { cwd: dir })
    assert.match(got.stdout, /docker-compose\.yml was not understood \(line [34]\)/)
    assert.match(got.stdout, /render\.yaml was not understood/)
    assert.match(got.stdout, /package\.json was not understood \(line 3\)/)
    assertNoSecret(got.stdout, got.stderr)
    await assertRuns(dir)
  })
})

describe('what vigie init has written', () => {
  it('type-checks against the package, with and without its suggestions, which load too', async () => {
    const types = join(scratch, 'types')
    mkdirSync(join(types, 'node_modules'), { recursive: true })
    symlinkSync(root, join(types, 'node_modules', 'vigie'))
    const full = Object.keys(projects).map((name, index) => {
      const text = configOf(join(scratch, name))
      writeFileSync(join(types, `plain-${index}.ts`), text)
      writeFileSync(
        join(types, `full-${index}.ts`),
        withSuggestions(text).replace(/name: [^\n]*/, `name: 'full ${index}',`),
      )
      return join(types, `full-${index}.ts`)
    })
    assert.equal((await assertLoad(scratch, full)).length, full.length)
    assert.deepEqual(await typeErrors(types, ['vigie-source']), [])
  })

  it('names what it recognised, takes ports and variable names, and leaves the rest as comments', () => {
    const stack = configOf(join(scratch, 'a compose stack'))
    assert.match(stack, /api: http\(\{ url: 'http:\/\/localhost:18001' \}\)/, 'the port comes from .env')
    assert.match(stack, /cache: tcp\(\{ host: 'localhost', port: 16379 \}\)/)
    assert.match(stack, /db: postgres\(\{ url: env\('DATABASE_URL'\) \}\)/)
    assert.doesNotMatch(stack, /worker|dns|15432/)
    const next = configOf(join(scratch, 'a Next.js application'))
    assert.match(next, /name: 'shop-front'/)
    assert.match(next, /\/\/ +web: http\(\{ url: 'http:\/\/localhost:13100' \}\)/)
    assert.match(next, /DATABASE_URL has no value yet/)
    const python = configOf(join(scratch, 'a Python service with alembic'))
    assert.match(python, /name: 'assurances'/)
    assert.match(python, /alembic current/)
    assert.doesNotMatch(python, /DB_URL/, 'a MySQL address is no PostgreSQL')
    const django = configOf(join(scratch, 'a Django site'))
    assert.match(django, /uploads: files\(/)
    assert.doesNotMatch(django, /tmp:/, 'a folder without files has nothing to look at')
    assert.match(django, /manage\.py migrate --check/)
    assert.match(configOf(join(scratch, 'a service on Render')), /https:\/\/autodev-backend\.onrender\.com/)
    assert.match(configOf(join(scratch, 'processes under PM2')), /pm2 ls/)
    assert.match(configOf(join(scratch, 'a Supabase project')), /env\('SUPABASE_DB_URL'\)/)
    assert.match(configOf(join(scratch, 'a git checkout with a remote')), /code: git\(\{ remote: "up'stream" \}\)/)
    assert.match(configOf(join(scratch, 'odd names')), /'you-2': http|'service': http|you-2/)
  })
})

describe('vigie init on any machine', { concurrency: 2 }, () => {
  it('writes into folders of any name', async () => {
    const names = [' it\'s a `folder` "x" ', '$(boom) \\ été 🌻', 'long'.repeat(60), '---']
    const written = names.map(async (name, index) => {
      const dir = project(name)
      const got = await vigie(['init', ...(index === 0 ? ['.'] : [])], { cwd: dir })
      assert.equal(got.code, 0, got.stderr)
      return join(dir, 'vigie.config.ts')
    })
    const told = await assertLoad(join(scratch, 'names'), await Promise.all(written))
    assert.deepEqual(
      told,
      names.map((name) => name.trim().slice(0, 80)),
    )
  })

  it('writes for any time zone of the machine, even a broken one', async () => {
    const zones = ['GMT', 'Etc/UTC', 'Asia/Calcutta', '+02:00', 'Not/AZone', '']
    const written = zones.map(async (TZ) => {
      const dir = project(`zone ${TZ.replaceAll('/', '-')}`)
      assert.equal((await vigie(['init'], { cwd: dir, env: { TZ } })).code, 0)
      return join(dir, 'vigie.config.ts')
    })
    assert.equal((await assertLoad(join(scratch, 'zones'), await Promise.all(written))).length, zones.length)
  })
})

/** The text with every suggestion switched on and what it needs imported. */
function withSuggestions(text: string): string {
  const builders = 'command, defineSystem, env, files, git, host, http, human, postgres, runtime, tcp'
  return text.replace(/^ {4}\/\/ {3}(?=\S)/gm, '    ').replace(/import \{ .* \} from/, `import { ${builders} } from`)
}
