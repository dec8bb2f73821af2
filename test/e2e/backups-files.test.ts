import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const systems: ScratchSystem[] = []
const aShop = (more: object = {}, what = ['docs']): ScratchSystem & { readonly docs: string } => {
  const config = {
    name: 'Shop',
    components: {
      docs: { kind: 'files', path: 'docs' },
      configs: { kind: 'config-set', files: ['.env', { path: 'grafana.ini', optional: true }] },
    },
    backups: { nightly: { at: '02:00', what, to: { kind: 'folder', path: 'repository' }, keep: '30d', ...more } },
  }
  const system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
  systems.push(system)
  const docs = join(system.dir, 'docs')
  mkdirSync(join(docs, 'contracts'), { recursive: true })
  mkdirSync(join(system.dir, 'repository'))
  for (const name of ['one', 'two', 'three']) writeFileSync(join(docs, 'contracts', name), `contract ${name}\n`)
  system.write('.env', 'DATABASE_URL=postgres://app:hunter2-of-the-test@db/app\nDEBUG=0\n')
  return { ...system, docs }
}
after(() => {
  for (const system of systems) system.remove()
})

describe('vigie backups of files', () => {
  test('brings single files and the whole tree back, and a drill proves it', async () => {
    const { config, dir, docs } = aShop()
    const made = await vigie(['backups', 'create', '--json', ...config])
    assert.equal(made.code, 0, made.stderr + made.stdout)
    const drill = await vigie(['backups', 'drill', 'latest', '--json', ...config])
    assert.equal(drill.code, 0, drill.stdout)
    assert.ok(drill.json().drill.assertions.some(({ name }: { name: string }) => name === 'content of sampled files'))
    rmSync(join(docs, 'contracts/two'))
    writeFileSync(join(docs, 'contracts/one'), 'spoiled\n')
    const words = ['backups', 'restore', 'latest', '--over', '--file', 'contracts/one', ...config]
    const plan = (await vigie([...words, '--dry-run', '--json'])).json().run.plan
    const one = await vigie([...words, '--approve', plan])
    assert.equal(one.code, 0, one.stdout + one.stderr)
    assert.equal(readFileSync(join(docs, 'contracts/one'), 'utf8'), 'contract one\n')
    assert.ok(!existsSync(join(docs, 'contracts/two')))
    // Everything is lost, and nothing is left to make a safety copy of.
    rmSync(docs, { recursive: true })
    const [first] = (await vigie(['backups', 'list', '--json', ...config])).json().backups.toReversed()
    const all = await vigie(['backups', 'restore', first.id, '--over', '--yes', ...config])
    assert.equal(all.code, 0, all.stdout + all.stderr)
    assert.deepEqual(readdirSync(join(docs, 'contracts')).toSorted(), ['one', 'three', 'two'])
    assert.deepEqual(readdirSync(dir).toSorted(), ['.env', '.vigie', 'docs', 'repository', 'vigie.config.json'])
  })

  test('that stand for a volume which is not mounted fail, and say so', async () => {
    const { config, docs } = aShop()
    rmSync(join(docs, 'contracts'), { recursive: true })
    const made = await vigie(['backups', 'create', ...config])
    assert.notEqual(made.code, 0)
    assert.match(made.stdout + made.stderr, /holds no file: what belongs there may not be\s+mounted/)
  })

  test('[B14] keep configs encrypted alone, and tell what changed in them without a value', async () => {
    const keygen = await debianTool('age', 'usr/bin/age-keygen')
    const key = execFileSync(keygen, { stdio: ['ignore', 'pipe', 'ignore'] }).toString()
    const [recipient = ''] = /age1[a-z0-9]+/.exec(key) ?? []
    const plain = aShop({}, ['configs'])
    const refused = await vigie(['backups', 'create', ...plain.config])
    assert.notEqual(refused.code, 0)
    assert.deepEqual(
      readdirSync(join(plain.dir, 'repository'), { recursive: true }).filter((name) => /configs/.test(String(name))),
      [],
    )

    const encrypt = { recipients: [recipient], identity: { secretFile: 'age.key' } }
    const { config, dir, write } = aShop({ encrypt }, ['docs', 'configs'])
    write('age.key', key)
    const made = await vigie(['backups', 'create', ...config])
    assert.equal(made.code, 0, made.stdout + made.stderr)
    write('.env', 'DATABASE_URL=postgres://app:fresh-one-of-the-test@db/app\nNEW=1\n')
    const changed = await vigie(['run', 'configs/changed', '--json', ...config])
    const [finding] = changed.json().findings
    assert.match(finding.title, /\.env: \+ NEW, − DEBUG, ~ DATABASE_URL/)
    const words = ['backups', 'restore', 'latest', '--component', 'configs', '--over', ...config]
    const dry = await vigie([...words, '--dry-run', '--json'])
    assert.match(dry.stdout, /\+ DEBUG, − NEW, ~ DATABASE_URL/)
    const restored = await vigie([...words, '--approve', dry.json().run.plan])
    assert.equal(restored.code, 0, restored.stdout + restored.stderr)
    assert.match(readFileSync(join(dir, '.env'), 'utf8'), /hunter2-of-the-test/)
    assert.match(
      readFileSync(join(dir, readdirSync(dir).find((name) => name.startsWith('.env.before-')) ?? ''), 'utf8'),
      /fresh-one/,
    )
    const found = execFileSync('sh', ['-c', 'grep -rlaE "(hunter2|fresh-one)-of-the-test" .vigie repository || true'], {
      cwd: dir,
    })
    assert.equal(found.toString(), '')
    for (const { stdout, stderr } of [made, changed, dry, restored]) {
      assert.doesNotMatch(stdout + stderr, /(hunter2|fresh-one)-of-the-test/)
    }
  })
})
