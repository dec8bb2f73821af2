import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { vigie } from '../support/cli.ts'

const dir = mkdtempSync(join(tmpdir(), 'vigie-blank-'))
after(() => rmSync(dir, { recursive: true, force: true }))

describe('a blank machine and one backup', () => {
  test('give the same checks, history and audit as before', async () => {
    const identity = await generateX25519Identity()
    const recipient = await identityToRecipient(identity)
    const [home, blank, repository] = ['home', 'blank', 'repository'].map((name) => join(dir, name))
    for (const folder of [home, blank, repository]) mkdirSync(folder ?? '')
    writeFileSync(
      join(home ?? '', 'vigie.config.ts'),
      `import { command, configSet, defineSystem, folder, ownState } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: {
    job: command({ command: 'sh -c "exit 1"' }),
    vigie: ownState(),
    configs: configSet({ files: ['.env'], own: true }),
  },
  backups: { own: { what: ['vigie', 'configs'], to: folder({ path: '../repository' }), encrypt: { recipients: ['${recipient}'] } } },
})
`,
    )
    writeFileSync(join(home ?? '', '.env'), 'STRIPE_KEY=sk_live_0123456789\n')
    await vigie(['run', 'job'], { cwd: home ?? '' })
    const made = await vigie(['backups', 'create', '--json'], { cwd: home ?? '' })
    assert.equal(made.code, 0, made.stdout + made.stderr)
    const before = {
      runs: (await vigie(['runs', 'list', '--json'], { cwd: home ?? '' })).json().runs,
      findings: (await vigie(['findings', 'list', '--json'], { cwd: home ?? '' })).json().findings,
    }
    for (const file of globSync('**/*', { cwd: repository, withFileTypes: true }).filter((one) => one.isFile())) {
      const text = readFileSync(join(file.parentPath, file.name)).toString('latin1')
      assert.ok(!text.includes('sk_live_0123456789'), `${file.name} holds a secret in the clear`)
    }

    // Nothing is left but the repository and the key.
    rmSync(home ?? '', { recursive: true })
    const key = join(dir, 'key.txt')
    writeFileSync(key, `${identity}\n`)
    const words = ['backups', 'restore', '--from', repository ?? '', '--to', 'fetched']
    const locked = await vigie(words, { cwd: blank ?? '' })
    assert.notEqual(locked.code, 0)
    assert.match(locked.stderr, /encrypted, and no private key of it is on this machine/)
    rmSync(join(blank ?? '', 'fetched'), { recursive: true, force: true })
    const fetched = await vigie([...words, '--identity', key, '--json'], { cwd: blank ?? '' })
    assert.equal(fetched.code, 0, fetched.stdout + fetched.stderr)
    mkdirSync(join(blank ?? '', '.vigie'), { mode: 0o700 })
    execFileSync('tar', ['-xf', 'fetched/vigie/state.tar', '-C', '.vigie'], { cwd: blank })
    execFileSync('tar', ['-xf', 'fetched/configs/configs.tar', '-C', 'fetched'], { cwd: blank })
    for (const name of ['.env', 'vigie.config.ts']) {
      const [file] = globSync(`fetched/**/${name}`, { cwd: blank })
      assert.ok(file, `${name} is not in the backup`)
      cpSync(join(blank ?? '', file), join(blank ?? '', name))
    }
    assert.match(readFileSync(join(blank ?? '', '.env'), 'utf8'), /sk_live_0123456789/)
    const { runs } = (await vigie(['runs', 'list', '--json'], { cwd: blank ?? '' })).json()
    const ids = (list: { id: string }[]): string[] => list.map(({ id }) => id)
    assert.ok(ids(before.runs).every((id) => ids(runs).includes(id)))
    const { findings } = (await vigie(['findings', 'list', '--json'], { cwd: blank ?? '' })).json()
    assert.deepEqual(findings, before.findings)
    const audit = await vigie(['audit', 'verify'], { cwd: blank ?? '' })
    assert.equal(audit.code, 0, audit.stdout)
    const again = await vigie(['run', 'job', '--json'], { cwd: blank ?? '' })
    assert.equal(again.json().findings[0].timesSeen, 2)
  })
})
