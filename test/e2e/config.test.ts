import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { assertFits } from '../support/schema.ts'
import { scratchSystem } from '../support/scratch-system.ts'

interface Value {
  readonly path: string
  readonly value: unknown
  readonly source: string
  readonly detail: string | null
  readonly line: number | null
  readonly column: number | null
}

async function explained(name: string, text: string, files: Record<string, string> = {}): Promise<Map<string, Value>> {
  const system = scratchSystem(text, name)
  for (const [file, content] of Object.entries(files)) system.write(file, content)
  const got = await vigie(['config', 'explain', '--json', ...system.config])
  assert.equal(got.code, 0, got.stdout + got.stderr)
  assertFits('config-explain', got.json())
  system.remove()
  return new Map(got.json().values.map((value: Value) => [value.path, value]))
}

const code = `import { defineSystem, env, host, http, postgres, secretFile } from 'vigie'
const port: number = 8000
const shared = { health: '/health' }
export default defineSystem({
  name: 'Lines',
  components: {
    api: http({
      url: \`http://localhost:\${port}\`,
      ...shared,
    }),
    db: postgres({ url: env('LINES_URL'), checks: { 'unused-index': { minStatisticsAge: '7d' } } }),
    old: postgres({ url: secretFile('nowhere') }),
    bare: postgres({ url: 'postgres://u:hunter2@127.0.0.1/x' }),
    host: host(),
  },
  routines: { daily: { remove: ['db/vacuum'] } },
})
`

describe('vigie config explain', () => {
  it('gives the line of what a .ts config writes, and none where a value was computed or spread in', async () => {
    const values = await explained('vigie.config.ts', code)
    const line = (path: string): number | null | undefined => values.get(path)?.line
    assert.equal(line('name'), 5)
    assert.equal(line('components.api.kind'), 7)
    assert.equal(line('components.api.url'), null, 'a spread after it may have replaced it')
    assert.equal(line('components.api.health'), null)
    assert.equal(values.get('components.api.health')?.source, 'file')
    assert.equal(line('components.db.url'), 11)
    assert.equal(line('components.db.checks.unused-index.minStatisticsAge'), 11)
    assert.equal(values.get('components.db.checks.unused-index.minStatisticsAge')?.column, 71)
    assert.equal(line('routines.daily.steps'), 16)
    assert.equal(line('timezone'), null)
    assert.equal(values.get('timezone')?.source, 'default')
  })

  it('gives the line of what a YAML and a JSON config write', async () => {
    const yaml = await explained(
      'vigie.config.yaml',
      'name: Y\ncomponents:\n  a:\n    kind: tcp\n    host: h\n    port: 1\n',
    )
    assert.deepEqual([yaml.get('components.a.port')?.line, yaml.get('components.a.port')?.column], [6, 5])
    const json = await explained(
      'vigie.config.json',
      '{ "name": "J",\n\t"components": { "a": { "kind": "tcp",\n\t\t"host": "h", "port": 1 } } }',
    )
    assert.deepEqual([json.get('components.a.port')?.line, json.get('components.a.port')?.column], [3, 16])
  })

  it('never shows a secret, and says whether it is there, in .env too', async () => {
    const values = await explained('vigie.config.ts', code, { '.env': 'LINES_URL=postgres://u:s3cretvalue@h/x\n' })
    assert.equal(values.get('components.db.url')?.value, '•••')
    assert.equal(values.get('components.db.url')?.detail, 'LINES_URL (set)')
    assert.equal(values.get('components.old.url')?.detail, 'nowhere (not set)')
    assert.doesNotMatch(JSON.stringify([...values.values()]), /s3cretvalue|hunter2/)
  })

  it('shows file and line to people, for one part when asked', async () => {
    const system = scratchSystem(code)
    const got = await vigie(['config', 'explain', 'components.host'], { cwd: system.dir })
    assert.match(got.stdout, /^components\.host\.kind +file vigie\.config\.ts:14 +"host"$/m)
    assert.doesNotMatch(got.stdout, /components\.db/)
    system.remove()
  })
})

describe('a config with problems', () => {
  it('says file and line of each, or of what it is missing from', async () => {
    const system = scratchSystem(
      'name: S\ncomponents:\n  a: { kind: htpp }\n  b:\n    kind: tcp\n    host: x\n    prot: 1\n',
      'vigie.config.yaml',
    )
    const got = await vigie(['status'], { cwd: system.dir })
    assert.equal(got.code, 2)
    assert.match(got.stderr, /^ {2}vigie\.config\.yaml:3: components\.a\.kind: .*htpp/m)
    assert.match(got.stderr, /^ {2}vigie\.config\.yaml:4: components\.b\.port: /m)
    assert.match(got.stderr, /^ {2}vigie\.config\.yaml:7: components\.b\.prot: /m)
    const json = (await vigie(['status', '--json'], { cwd: system.dir })).json()
    assertFits('error', json)
    assert.deepEqual(
      json.error.problems.map(({ line, column }: { line: number; column: number }) => [line, column]),
      [
        [3, 8],
        [4, 3],
        [7, 5],
      ],
    )
    system.remove()
  })
})

describe('a config that ends the program', () => {
  const around = (call: string): string =>
    `import { defineSystem, command } from 'vigie'\nimport { exit } from 'node:process'\n${call}\nexport default defineSystem({ name: 'X', components: { a: command({ command: ['sleep', '10'] }) } })\n`

  it('is refused with a clear text, however it calls for that', async () => {
    for (const call of [
      'process.exit(0)',
      'exit(0)',
      'try { process.exit(0) } catch {}',
      'setTimeout(() => process.exit(0), 20); await new Promise(() => setInterval(() => undefined, 1000))',
    ]) {
      const system = scratchSystem(around(call))
      const json = await vigie(['status', '--json', ...system.config])
      assert.equal(json.code, 2, json.stdout + json.stderr)
      assertFits('error', json.json())
      assert.equal(json.json().error.code, 'config-unreadable')
      assert.match(json.json().error.message, /it calls process\.exit\(0\), which would end Vigie itself/)
      const text = await vigie(['status', ...system.config], { env: { LANG: 'fr_FR.UTF-8' } })
      assert.equal(text.code, 2)
      assert.match(text.stderr, /il appelle process\.exit\(0\), ce qui arrêterait Vigie lui-même/)
      system.remove()
    }
  })

  it('later, while a command works, does not make it look like a success', async () => {
    const system = scratchSystem(around('setTimeout(() => process.exit(0), 1500)'))
    const got = await vigie(['run', 'a', '--json', ...system.config])
    assert.equal(got.code, 2)
    assert.equal(got.json().error.code, 'internal')
    assert.match(got.json().error.message, /ended before its work was done/)
    system.remove()
  })
})

describe('--config with a folder', () => {
  it('means the config in it, and says so when there is none', async () => {
    const system = scratchSystem(
      '{ "name": "J", "components": { "a": { "kind": "tcp", "host": "h", "port": 1 } } }',
      'vigie.config.json',
    )
    const found = await vigie(['status', '--json', '--config', system.dir])
    assert.equal(found.code, 0, found.stdout)
    assert.equal(found.json().systems[0].name, 'J')
    const parent = await vigie(['status', '--config', `${system.dir}/.vigie`])
    assert.equal(parent.code, 2)
    assert.match(parent.stderr, /No vigie\.config\.ts \(or \.yaml, \.json\) in the folder .*\.vigie\./)
    const file = await vigie(['status', '--json', '--config', `${system.dir}/vigie.config.json/x`])
    assert.equal(file.code, 2)
    assert.equal(file.json().error.code, 'config-not-found')
    system.remove()
  })
})
