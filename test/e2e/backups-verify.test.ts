import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import { guidesOf } from '../../src/backups/guides.ts'
import { type Manifest, manifestSchema } from '../../src/backups/manifest.ts'
import { backupsVerifyOutput } from '../../src/cli/json-shapes/backups.ts'
import { vigie } from '../support/cli.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const systems: ScratchSystem[] = []
const aShop = (more: object = {}, what: readonly string[] = ['docs']): ScratchSystem & { readonly docs: string } => {
  const config = {
    name: 'Shop',
    components: {
      docs: { kind: 'files', path: 'docs' },
      configs: { kind: 'config-set', files: ['.env'] },
      vigie: { kind: 'own-state' },
    },
    backups: { nightly: { what, to: { kind: 'folder', path: 'repository' }, ...more } },
  }
  const system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
  systems.push(system)
  const docs = join(system.dir, 'docs')
  mkdirSync(join(docs, 'contracts'), { recursive: true })
  mkdirSync(join(system.dir, 'repository'))
  for (const name of ['one', 'two', 'three']) writeFileSync(join(docs, 'contracts', name), `contract ${name}\n`)
  system.write('.env', 'DATABASE_URL=postgres://app:hunter2-of-the-test@db/app\n')
  return { ...system, docs }
}
after(() => {
  for (const system of systems) system.remove()
})

const sha256 = (bytes: string | Buffer): string => hash('sha256', bytes)

/** Changes what is in the only part of the only backup, and makes every sum anew: those beside it, and the one that Vigie remembers. */
function forge({ dir }: ScratchSystem, change: (whole: Buffer) => Buffer): void {
  const repository = join(dir, 'repository')
  const [path = ''] = globSync(join(repository, '**/manifest.json'))
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  const [part] = manifest.parts
  const [segment] = part?.packed?.segments ?? []
  assert.ok(part?.packed && segment?.object)
  const whole = change(zstdDecompressSync(readFileSync(join(repository, segment.object))))
  const stored = zstdCompressSync(whole)
  writeFileSync(join(repository, segment.object), stored)
  const size = { bytes: whole.length, sha256: sha256(whole) }
  const segments = [{ ...segment, ...size, storedBytes: stored.length, storedSha256: sha256(stored) }]
  const forged: Manifest = { ...manifest, parts: [{ ...part, packed: { ...part.packed, ...size, segments } }] }
  const body = `${JSON.stringify(forged, null, 2)}\n`
  writeFileSync(path, body)
  for (const { object, text } of guidesOf(forged, sha256(body))) writeFileSync(join(repository, object), text)
  const state = new DatabaseSync(join(dir, '.vigie', 'state.db'))
  state.prepare('update backups set manifest_sha256 = ?').run(sha256(body))
  state.close()
}

/** The archive without one of its files. */
function without(archive: Buffer, name: string): Buffer {
  const file = join(systems.at(-1)?.dir ?? '', 'forged.tar')
  writeFileSync(file, archive)
  execFileSync('tar', ['--delete', '-f', file, name])
  return readFileSync(file)
}

describe('vigie backups verify', () => {
  test('reads what is in a backup and tells what it compared, in text and as data', async () => {
    const { config, docs } = aShop()
    execFileSync('find', [docs, '-exec', 'touch', '-d', '2 hours ago', '{}', '+'])
    await vigie(['backups', 'create', ...config])
    const told = await vigie(['backups', 'verify', '--locale', 'en', ...config])
    assert.equal(told.code, 0, told.stdout + told.stderr)
    assert.match(told.stdout, /every byte was read; of \d+ things compared, \d+ are as they should be/)
    assert.match(told.stdout, /docs: sampled files: 3; in the living tree as they were: 3; changed or removed since: 0/)
    const french = await vigie(['backups', 'verify', '--locale', 'fr', ...config])
    assert.match(french.stdout, /fichiers échantillonnés.: 3.; inchangés dans l'arborescence actuelle.: 3/)
    const data = (await vigie(['backups', 'verify', '--json', ...config])).json()
    const { steps, verifications } = backupsVerifyOutput.parse(data)
    const [only, ...others] = verifications
    assert.deepEqual([steps[0]?.status, others.length, only?.status, only?.failure], ['pass', 0, 'pass', null])
    assert.deepEqual(only?.counts, { pass: only?.answers.length, fail: 0 })
    const files = only?.answers.find(({ name }) => name === 'files')
    assert.deepEqual([files?.component, files?.expected, files?.actual], ['docs', '3', '3'])
    assert.equal(only?.notes[0]?.code, 'files.verify-living')
  })

  test('names a backup whose content is not what was copied, though every sum fits, until it is gone', async () => {
    const system = aShop()
    const { config, dir } = system
    await vigie(['backups', 'create', ...config])
    forge(system, (whole) => whole)
    const same = await vigie(['backups', 'verify', ...config])
    assert.equal(same.code, 0, same.stdout)
    forge(system, (whole) => without(whole, './contracts/two'))
    const verified = await vigie(['backups', 'verify', '--json', ...config])
    assert.equal(verified.code, 1, verified.stdout)
    const { steps, findings, verifications } = verified.json()
    backupsVerifyOutput.parse(verified.json())
    assert.equal(steps[0].status, 'fail')
    assert.deepEqual(
      [findings[0].severity, findings[0].params.name, findings[0].params.expected, findings[0].params.actual],
      ['critical', 'files', '3', '2'],
    )
    assert.equal(verifications[0].failure.code, 'assertion')
    assert.ok(verifications[0].counts.fail > 1)
    const told = await vigie(['backups', 'verify', '--locale', 'en', ...config])
    assert.match(told.stdout, /docs: files should be 3, and is 2/)
    assert.equal((await vigie(['backups', 'drill', '--json', ...config])).json().drill.status, 'failed')

    // A newer one is good: the finding stays until the bad one is read again, or is gone.
    await vigie(['backups', 'create', ...config])
    assert.equal((await vigie(['backups', 'verify', ...config])).code, 0)
    const open = async (): Promise<readonly string[]> =>
      (await vigie(['findings', 'list', '--json', ...config]))
        .json()
        .findings.filter(({ step }: { step: string }) => step === 'nightly/verify')
        .map(({ subject }: { subject: string }) => subject)
    assert.deepEqual(await open(), [verifications[0].backup])
    const state = new DatabaseSync(join(dir, '.vigie', 'state.db'))
    state
      .prepare('update backups set removed_at = ? where id = ?')
      .run('2026-11-22T00:00:00.000Z', verifications[0].backup)
    state.close()
    assert.equal((await vigie(['backups', 'verify', ...config])).code, 0)
    assert.deepEqual(await open(), [])
  })

  test('names living files whose bytes changed without a trace, and says that the backup is right', async () => {
    const { config, docs } = aShop()
    // Of what was written to just before a copy nothing could be said.
    execFileSync('find', [docs, '-exec', 'touch', '-d', '2 hours ago', '{}', '+'])
    await vigie(['backups', 'create', ...config])
    const file = join(docs, 'contracts/two')
    const beside = join(docs, '../as-it-was')
    execFileSync('cp', ['-p', file, beside])
    writeFileSync(file, 'contract 2wo\n')
    execFileSync('touch', ['-r', beside, file])
    const verified = await vigie(['backups', 'verify', '--json', ...config])
    assert.equal(verified.code, 1, verified.stdout)
    const { findings, verifications } = verified.json()
    assert.deepEqual([findings[0].subject, findings[0].severity], ['source docs', 'high'])
    assert.match(findings[0].title, /contracts\/two/)
    assert.match(findings[0].remedy, /vigie backups restore \S+ --component docs/)
    assert.deepEqual([verifications[0].status, verifications[0].failure], ['pass', null])
    execFileSync('cp', ['-p', beside, file])
    const after = await vigie(['backups', 'verify', '--json', ...config])
    assert.deepEqual([after.code, after.json().findings], [0, []])
  })

  test('opens configs and its own state where the key is, and says that it could not where it is not', async () => {
    const key = execFileSync(await debianTool('age', 'usr/bin/age-keygen'), { stdio: ['ignore', 'pipe', 'ignore'] })
    const [recipient = ''] = /age1[a-z0-9]+/.exec(key.toString()) ?? []
    const what = ['configs', 'vigie']
    const encrypt = { recipients: [recipient], identity: { secretFile: 'age.key' } }
    const { config, write, dir } = aShop({ encrypt }, what)
    write('age.key', key.toString())
    const made = await vigie(['backups', 'create', ...config])
    assert.equal(made.code, 0, made.stdout + made.stderr)
    const verified = await vigie(['backups', 'verify', '--json', ...config])
    assert.equal(verified.code, 0, verified.stdout)
    const [{ answers, isEncrypted }] = verified.json().verifications
    assert.equal(isEncrypted, false)
    const named = new Map(answers.map((one: { name: string; actual: string }) => [one.name, one.actual]))
    assert.equal(named.get('configs'), '2')
    assert.equal(named.get('damage that the database reports'), 'ok')
    assert.ok(named.has('head of the audit'))
    assert.deepEqual(globSync(join(dir, '.vigie', 'scratch', '*', '*')), [])

    rmSync(join(dir, 'age.key'))
    const file = join(dir, 'vigie.config.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/,"identity":\{[^}]*\}/, ''))
    const locked = await vigie(['backups', 'verify', '--json', ...config])
    const { steps, verifications } = locked.json()
    assert.deepEqual([steps[0].status, verifications[0].status, verifications[0].isEncrypted], ['warn', 'unread', true])
    assert.deepEqual(verifications[0].answers, [])
    const told = await vigie(['backups', 'verify', '--locale', 'en', ...config])
    assert.match(told.stdout, /every byte is as it was stored; its content is encrypted and was not read/)
    // One byte that is another is found all the same.
    const [object = ''] = globSync(join(dir, 'repository', '**/*.age'))
    const bytes = readFileSync(object)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    writeFileSync(object, bytes)
    const damaged = (await vigie(['backups', 'verify', '--json', ...config])).json()
    assert.deepEqual([damaged.steps[0].status, damaged.verifications[0].failure.code], ['fail', 'checksum'])
    assert.ok(dirname(object).includes('repository'))
  })
})
