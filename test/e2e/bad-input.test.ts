import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { assertFits } from '../support/schema.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const good = `import { command, defineSystem } from 'vigie'\nexport default defineSystem({ name: 'S', components: { ok: command({ command: 'true' }) } })\n`

/** [what, config file name, its text, words, error code, exit code, what the message must hold]. */
const rows: readonly (readonly [string, string, string, readonly string[], string, number, RegExp])[] = [
  ['an unknown option', 'vigie.config.ts', good, ['run', 'daily', '--dry-rnu'], 'usage', 2, /dry-rnu/],
  ['an unknown command', 'vigie.config.ts', good, ['rnu', 'daily'], 'usage', 2, /rnu/],
  ['an unknown routine', 'vigie.config.ts', good, ['run', 'dayly'], 'unknown-step', 2, /dayly/],
  ['an unknown run', 'vigie.config.ts', good, ['runs', 'show', 'r0000000'], 'unknown-run', 2, /r0000000/],
  ['an unknown finding', 'vigie.config.ts', good, ['findings', 'show', 'abcd'], 'unknown-finding', 2, /abcd/],
  ['an unknown plan', 'vigie.config.ts', good, ['approve', 'abcd1234'], 'unknown-plan', 2, /abcd1234/],
  ['a bad locale', 'vigie.config.ts', good, ['status', '--locale', 'de'], 'usage', 2, /de/],
  [
    'a config that throws',
    'vigie.config.ts',
    "throw new Error('boom on line one')\n",
    ['status'],
    'config-unreadable',
    2,
    /boom on line one/,
  ],
  [
    'a config that imports a missing package',
    'vigie.config.ts',
    "import 'not-there-at-all'\nexport default {}\n",
    ['status'],
    'config-unreadable',
    2,
    /not-there-at-all/,
  ],
  ['a config that is no TypeScript', 'vigie.config.ts', 'export default {{{', ['status'], 'config-unreadable', 2, /./],
  [
    'a config without a system',
    'vigie.config.ts',
    'export const x = 1\n',
    ['status'],
    'config-unreadable',
    2,
    /exports no system/,
  ],
  ['broken YAML', 'vigie.config.yaml', 'name: [unclosed\n', ['status'], 'config-unreadable', 2, /./],
  ['a wrong type', 'vigie.config.json', '{"name": 7, "components": {}}', ['status'], 'config-invalid', 2, /problem/],
  [
    'a state that cannot be written',
    'vigie.config.ts',
    good,
    ['run', 'daily', '--data', '/proc/vigie'],
    'store-unwritable',
    2,
    /\/proc\/vigie/,
  ],
]

describe('bad input', () => {
  for (const [what, name, text, words, code, exit, says] of rows) {
    it(`such as ${what} gets ${code}, exit code ${exit} and a clear message in the published shape`, async () => {
      const system = scratchSystem(text, name)
      const got = await vigie([...words, '--json', ...system.config])
      assertFits('error', got.json())
      assert.equal(got.json().error.code, code)
      assert.equal(got.code, exit)
      assert.match(got.json().error.message, says)
      const french = await vigie([
        ...words,
        ...(words.includes('--locale') ? [] : ['--locale', 'fr']),
        ...system.config,
      ])
      assert.equal(french.code, exit)
      assert.doesNotMatch(french.stderr, /\n\s+at /)
      system.remove()
    })
  }

  it('such as a typo in YAML names every problem with its path and the known names', async () => {
    const system = scratchSystem(
      'name: S\ncomponents:\n  a: { kind: htpp }\n  b: { kind: tcp, host: x, prot: 1 }\n',
      'vigie.config.yaml',
    )
    const got = await vigie(['run', 'daily', ...system.config])
    assert.equal(got.code, 2)
    assert.match(got.stderr, /components\.a\.kind: .*htpp[\s\S]*did you mean "http"/)
    assert.match(got.stderr, /components\.b\.port/)
    assert.match(got.stderr, /components\.b\.prot: "prot" is not known here/)
    system.remove()
  })

  it('such as a missing variable leaves the check untold and names the variable', async () => {
    const system = scratchSystem(
      `import { defineSystem, env, postgres } from 'vigie'\nexport default defineSystem({ name: 'S', components: { db: postgres({ url: env('NOT_SET_ANYWHERE') }) } })\n`,
    )
    const got = await vigie(['run', 'db/reachable', '--json', ...system.config])
    assert.equal(got.code, 3)
    assert.match(got.json().steps[0].summary, /NOT_SET_ANYWHERE/)
    assert.equal((await vigie(['doctor', ...system.config])).code, 2)
    system.remove()
  })

  it('finds `vigie` from a config that stands in a CommonJS package', async () => {
    const system = scratchSystem(good)
    system.write('package.json', '{ "type": "commonjs" }')
    const got = await vigie(['run', 'daily', '--json', ...system.config])
    assert.equal(got.code, 0, got.stdout + got.stderr)
    assert.equal(got.stderr, '')
    system.remove()
  })

  it('shows help in both languages and wants a command', async () => {
    assert.equal((await vigie(['--help'])).code, 0)
    assert.match((await vigie(['--help', '--locale', 'fr'])).stdout, /Codes de sortie/)
    assert.match((await vigie(['run', '--help'])).stdout, /--dry-run/)
    assert.equal((await vigie([])).code, 2)
  })
})
