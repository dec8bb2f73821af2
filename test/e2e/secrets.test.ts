import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { ownKinds, scratchSystem } from '../support/scratch-system.ts'

/** Each of them stands in what some command prints; the parts that are secrets, as they may be written elsewhere. */
const secrets = [
  'Zx9qLm4TT2pw',
  'WngFqLm4',
  'f1leSecret77',
  'literalTok99',
  'argvTok12345',
  'secretpw1',
  'two w0rds',
  'Sm7pWord99',
  'p1ngKeyOfNightlyBackupJob0',
  'deadW0rd',
]
const printed = `${secrets.join(' / ')} / k3y. / Zx9qLm4TT2p`
const config = `import { command, defineSystem, email, env, http, postgres, secretFile } from 'vigie'
export default defineSystem({ name: 'Masked', components: {
  show: command({ command: ['sh', '-c', "cat text; echo PWD=/srv/app; exit 3", '--', '--token', 'argvTok12345', '--secret', 'two w0rds', 'mysql', '-psecretpw1'],
    env: { SHORT: env('SHORT') } }),
  db: postgres({ url: env('DBURL') }),
  old: postgres({ url: secretFile('url.txt') }),
  web: http({ url: 'http://127.0.0.1:1/', headers: { 'x-vault': 'literalTok99', accept: 'text/html' } }),
  own: http({ url: 'http://me:WngFqLm4@127.0.0.1:1/' }),
},
channels: { mail: email({ host: '127.0.0.1', from: 'a@example.org', to: 'b@example.org', user: 'me', password: env('SMTP') }) },
heartbeats: { nightly: { key: env('PING'), every: '1d' } },
deadman: 'http://outside.example.org/?token=deadW0rd',
})
`
const system = scratchSystem(config)
system.write('text', printed)
system.write('url.txt', 'postgres://old:f1leSecret77@127.0.0.1:1/app\n')
const options = {
  cwd: system.dir,
  env: {
    DBURL: 'postgres://app:Zx9qLm4TT2pw@127.0.0.1:1/app',
    SHORT: 'k3y',
    SMTP: 'Sm7pWord99',
    PING: 'p1ngKeyOfNightlyBackupJob0',
  },
}
after(() => system.remove())

function assertHides(text: string): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} in ${text}`)
  assert.doesNotMatch(text, /\bk3y\b/)
}

describe('a secret of any component', () => {
  it('is in no evidence and no row of a run that never read it', async () => {
    const ran = await vigie(['run', 'show', '--json'], options)
    assert.equal(ran.code, 1, ran.stdout + ran.stderr)
    const shown = await vigie(['runs', 'show', 'latest', '--step', 'show/run'], options)
    assert.match(shown.stdout, /•••/)
    assert.match(shown.stdout, /PWD=\/srv\/app/)
    for (const text of [ran.stdout, shown.stdout]) assertHides(text)
    const state = join(system.dir, '.vigie')
    for (const file of readdirSync(state)) assertHides(readFileSync(join(state, file), 'latin1'))
  })

  it('is shown by no explanation of the config, while what is no secret stays readable', async () => {
    for (const form of [[], ['--json']]) {
      const got = await vigie(['config', 'explain', ...form], options)
      assert.equal(got.code, 0, got.stderr)
      assertHides(got.stdout)
      assert.match(got.stdout, /text\/html/)
      assert.match(got.stdout, /http:\/\/127\.0\.0\.1:1\//)
    }
  })
})

describe('a plan', () => {
  it('keeps no secret in what it would do, and is carried out as it was planned', async () => {
    const target = "'/srv/' + process.env['PLANNED']"
    const wipe = `{ ...base, kind: 'own-wipe', effect: 'destroy',
      plan: async () => [{ effect: 'destroy', target: ${target}, summary: say({ text: ${target} }), expected: { at: ${target} } }],
      execute: async (action) => { note(String(action.target === ${target} && action.expected.at === ${target})); return { status: 'done', changed: true } } }`
    const kind = ownKinds('', wipe)
      .replace("{ it: { kind: 'own' } }", "{ it: { kind: 'own', token: { env: 'PLANNED' } } }")
      .replace("kind: 'own', summary, options: z.strictObject({})", "kind: 'own', summary, options: z.looseObject({})")
    const planned = scratchSystem(kind)
    const env = { PLANNED: 'pl4nnedSecret' }
    const dry = await vigie(['run', 'daily', '--dry-run', '--json', ...planned.config], { env })
    assert.equal(dry.code, 0, dry.stdout + dry.stderr)
    const done = await vigie(['approve', dry.json().run.plan, '--json', ...planned.config], { env })
    assert.equal(done.code, 0, done.stdout + done.stderr)
    assert.equal(readFileSync(join(planned.dir, 'acts.log'), 'utf8'), 'true\n')
    const state = join(planned.dir, '.vigie')
    const kept = readdirSync(state).map((file) => readFileSync(join(state, file), 'latin1'))
    assert.doesNotMatch([dry.stdout, done.stdout, ...kept].join('\n'), /pl4nnedSecret/)
    planned.remove()
  })
})

describe('a config that throws what it could not work with', () => {
  it('shows no password of it, as text, as data, to doctor and in the details', async () => {
    const detail = 'boom postgres://u:hunter2@h/d, DB_PASSWORD=hunter2'
    for (const thrown of [`new Error('${detail}')`, `{ url: 'postgres://u:hunter2@h/d' }`, `'${detail}'`]) {
      const broken = scratchSystem(`throw ${thrown}`)
      for (const words of [['status'], ['status', '--json'], ['doctor'], ['doctor', '--json']]) {
        const got = await vigie([...words, ...broken.config], { env: { VIGIE_DEBUG: '1' } })
        assert.equal(got.code, 2)
        assert.match(got.stdout + got.stderr, /postgres:\/\/u:•••@h/)
        assert.doesNotMatch(got.stdout + got.stderr, /hunter2/)
      }
      broken.remove()
    }
  })
})
