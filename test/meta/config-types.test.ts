import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { typeErrors } from '../support/type-check.ts'

const root = join(import.meta.dirname, '..', '..')

/** A config by what stands in its components, and around them. */
const config = (components: string, rest = ''): string =>
  `import { command, defineSystem, env, files, git, host, http, human, postgres, runtime, secretFile, tcp, tls } from 'vigie'
export default defineSystem({
  name: 'S',
  components: {
    ${components}
  },
  ${rest}
})
`

const good = config(
  `api: http({ url: 'http://localhost:8000', health: '/health', checks: { status: { every: '10s' }, latency: { paths: ['/a'], every: false }, certificate: false } }),
    db: postgres({ url: env('DATABASE_URL'), checks: { 'unused-index': { minStatisticsAge: '35d', cadence: 'weekly' } } }),
    other: postgres({ url: secretFile('/run/secrets/db') }),
    cache: tcp({ host: 'localhost', port: 6379 }),
    site: tls({ host: 'example.org' }),
    docs: files({ path: '/srv/documents', tasks: { clean: false } }),
    job: command({ command: ['true'], checks: { run: { exitCodes: [0, 3] } } }),
    code: git(), machine: host(), runtimes: runtime(),
    mine: { kind: 'own', anything: 7 },`,
  `locale: 'fr', timezone: 'Europe/Paris', protect: ['/srv'], references: ['tcp://9.9.9.9:53'],
  routines: { daily: { at: '07:30' }, weekly: { at: 'mon 06:00', add: [human('Analyser', { minutes: 10 }), 'db/version'] } },
  approvals: [{ step: 'docs/clean', by: 'Léa', until: '2027-01-31', maxActions: 10, maxBytes: '1GB' }],`,
)

/** A check of the team's own, by what its `judge` gives. */
const ownCheck = (verdict: string): string =>
  `import { defineCheck, defineComponent, defineSystem, message } from 'vigie'
import * as z from 'zod'
const summary = message('own.summary', { en: () => 'own', fr: () => 'own' })
const check = defineCheck<{ path: string }>()({
  kind: 'own-size', summary, options: z.strictObject({ max: z.number().default(1) }), messages: [],
  probe: async ({ options }) => options.path.length,
  judge: (sample, { max }) => (sample > max ? { status: 'warn', saw: 1, reason: summary({}) } : ${verdict}),
})
const own = defineComponent({ kind: 'own', summary, options: z.strictObject({ path: z.string() }), checks: [check], tasks: [] })
export default defineSystem({ name: 'S', kinds: [own], components: { it: { kind: 'own', path: '/' } } })
`

/** What is wrong, the text, and what the compiler must say of the line that holds `wrong`. */
const mistakes: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  ['a typo in an option', config("it: http({ url: 'http://x', wrongHealth: '/' }),"), /'wrongHealth' does not exist/],
  [
    'a wrong type of an option',
    config('it: http({ url: 7 /* wrong */ }),'),
    /'number' is not assignable to type 'string'/,
  ],
  ['a missing option', config("it: tcp({ host: 'wrong' }),"), /'port' is missing|not assignable/],
  [
    'an unknown check',
    config("it: postgres({ url: 'x', checks: { wrongIndex: false } }),"),
    /'wrongIndex' does not exist/,
  ],
  ['an unknown task', config("it: files({ path: '/', tasks: { wrongClean: false } }),"), /'wrongClean' does not exist/],
  [
    'a typo in an option of a check',
    config("it: http({ url: 'x', checks: { latency: { wrongPaths: [] } } }),"),
    /'wrongPaths' does not exist/,
  ],
  [
    'a wrong type of an option of a check',
    config("it: command({ command: 'x', checks: { run: { exitCodes: 'wrong' } } }),"),
    /'string' is not assignable/,
  ],
  ['a wrong rhythm', config("it: git({ checks: { clean: { cadence: 'wrong' } } }),"), /'"wrong"' is not assignable/],
  [
    'a secret where text is due',
    config("it: tcp({ host: env('wrong'), port: 1 }),"),
    /not assignable to type 'string'/,
  ],
  ['a typo around the components', config('it: host(),', "wrongTimezone: 'UTC',"), /'wrongTimezone' does not exist/],
  [
    'a typo in a routine',
    config('it: host(),', "routines: { daily: { wrongAt: '07:30' } },"),
    /'wrongAt' does not exist/,
  ],
  [
    'a typo in an item of people',
    config('it: host(),', "routines: { daily: { add: [human('x', { wrongMinutes: 1 })] } },"),
    /'wrongMinutes' does not exist/,
  ],
  ['an unknown language', config('it: host(),', "locale: 'wrong',"), /'"wrong"' is not assignable/],
  ['a component that no builder made', config("it: 'wrong',"), /'string' is not assignable/],
  [
    'a builder that there is not',
    "import { wrongRedis } from 'vigie'\nexport default wrongRedis\n",
    /no exported member 'wrongRedis'/,
  ],
]

describe('the types of a config', () => {
  let dir: string
  let errors: readonly string[]
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-types-'))
    mkdirSync(join(dir, 'node_modules'))
    symlinkSync(root, join(dir, 'node_modules', 'vigie'))
    symlinkSync(join(root, 'node_modules', 'zod'), join(dir, 'node_modules', 'zod'))
    writeFileSync(join(dir, 'good.ts'), good)
    writeFileSync(join(dir, 'own.ts'), ownCheck("{ status: 'pass', saw: sample }"))
    for (const [index, [, text]] of mistakes.entries()) writeFileSync(join(dir, `mistake-${index}.ts`), text)
    errors = await typeErrors(dir, ['vigie-source'])
  })
  after(() => rmSync(dir, { recursive: true }))

  const errorsOf = (file: string): string[] => errors.filter((line) => line.startsWith(`${file}:`))

  it('take what the builders offer', () => {
    assert.deepEqual([...errorsOf('good.ts'), ...errorsOf('own.ts')], [])
  })

  for (const [index, [what, text, says]] of mistakes.entries()) {
    it(`refuse ${what}, at its line`, () => {
      const told = errorsOf(`mistake-${index}.ts`)
      const line = text.split('\n').findIndex((one) => one.includes('wrong')) + 1
      assert.equal(told.length, 1, told.join('\n'))
      assert.ok(told.join().startsWith(`mistake-${index}.ts:${line}: `), told.join())
      assert.match(told.join(), says)
    })
  }

  it('complain of nothing else', () => {
    assert.equal(errors.length, mistakes.length, errors.join('\n'))
  })
})
