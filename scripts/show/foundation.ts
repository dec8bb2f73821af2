import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { plantedFaults } from '../../src/demo/faults.ts'
import { startDemo } from '../../src/demo/start-demo.ts'
import { assertFits } from '../../test/support/schema.ts'
import { root, step, vigie } from './parts/program.ts'

/** Plays what the foundation must show, on the real thing, and prints the evidence. Ends at the first thing that is not so. */
const dir = join(root, 'examples', 'demo')
const config = ['--config', join(dir, 'vigie.config.ts')]

if (!process.argv.includes('--no-clone')) {
  step('a fresh clone in an empty folder: npm ci && npm run demo, then npm cit')
  const clone = mkdtempSync(join(tmpdir(), 'vigie-clone-'))
  for (const line of [
    `git clone -q '${root}' .`,
    'npm ci --no-audit --no-fund && npm run demo',
    'npm cit --no-audit --no-fund',
  ]) {
    const { status, stdout } = spawnSync('sh', ['-c', line], { cwd: clone, encoding: 'utf8', maxBuffer: 100_000_000 })
    console.log(`$ ${line.replace(root, 'REPOSITORY')}   → exit ${status}`)
    console.log(
      stdout
        .split('\n')
        .filter((text) => /Planted and found|^ℹ (?:tests|pass|fail|skipped)/.test(text))
        .join('\n'),
    )
    assert.equal(status, 0, stdout.slice(-3000))
  }
  const left = spawnSync('pgrep', ['-af', clone], { encoding: 'utf8' }).stdout
  assert.equal(left, '', 'nothing keeps running')
  console.log('nothing keeps running')
  rmSync(clone, { recursive: true, force: true })
}

for (const hasFaults of [true, false]) {
  step(hasFaults ? 'the demo system with its faults' : 'the same system without them')
  rmSync(join(dir, '.vigie'), { recursive: true, force: true })
  const demo = await startDemo(dir, hasFaults)
  try {
    const run = await vigie(['run', 'daily', '--json', ...config])
    const output = JSON.parse(run.stdout)
    assertFits('run', output)
    console.log(
      `valid against docs/reference/json/run.schema.json; ${output.findings.length} findings, run ${output.run.status}`,
    )
    assert.equal(run.code, hasFaults ? 1 : 0)
    assert.equal(output.findings.length, hasFaults ? plantedFaults.length : 0)
    for (const { id, step, code, subject } of hasFaults ? plantedFaults : []) {
      const found = output.findings.find(
        (one: { step: string; code: string; subject: string }) =>
          one.step === step && one.code === code && (subject?.test(one.subject) ?? true),
      )
      assert.ok(found, `planted and not found: ${id}`)
    }
    if (hasFaults) await playTheRest()
  } finally {
    await demo.stop()
  }
}
console.log('\nfoundation: all of it was shown')

async function playTheRest(): Promise<void> {
  step('dry run, findings, audit')
  const dry = await vigie(['run', 'daily', '--dry-run', '--json', ...config])
  assert.equal(dry.code, 0)
  const findings = JSON.parse((await vigie(['findings', 'list', '--json', ...config])).stdout)
  assertFits('findings-list', findings)
  for (const { fingerprint, severity, title } of findings.findings)
    console.log(`  ${fingerprint.slice(0, 8)} ${severity.padEnd(8)} ${title}`)
  const sound = await vigie(['audit', 'verify', ...config])
  console.log(sound.stdout.trimEnd())
  assert.equal(sound.code, 0)

  step('a destroy step: refused with --yes, done with --approve, refused again when its plan has changed')
  const files = (): number => readdirSync(join(dir, '.demo', 'documents')).length
  const before = files()
  const plan = JSON.parse((await vigie(['run', 'documents/clean', '--dry-run', '--json', ...config])).stdout).run.plan
  assert.equal((await vigie(['run', 'documents/clean', '--yes', ...config])).code, 3)
  assert.equal(files(), before)
  rmSync(join(dir, '.demo', 'documents', 'contract-1.pdf'))
  const changed = await vigie(['run', 'documents/clean', '--approve', plan, '--json', ...config])
  console.log(JSON.parse(changed.stdout).steps[0].summary)
  assert.equal(changed.code, 3)
  assert.equal(files(), before - 1)
  const next = JSON.parse(changed.stdout).run.plan
  const done = await vigie(['run', 'documents/clean', '--approve', next, '--json', ...config])
  console.log(JSON.parse(done.stdout).steps[0].summary)
  assert.equal(done.code, 0)
  assert.equal(files(), before - 5)

  step('one flipped byte in the store, and a cut tail: audit verify says so')
  for (const damage of ['one flipped byte', 'a cut tail']) {
    const copy = mkdtempSync(join(tmpdir(), 'vigie-state-'))
    cpSync(join(dir, '.vigie'), copy, { recursive: true })
    const state = join(copy, 'state.db')
    const database = new DatabaseSync(state)
    if (damage === 'a cut tail') database.exec('delete from audit where seq > (select max(seq) - 2 from audit)')
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    if (damage === 'one flipped byte') {
      // Pages keep the bytes of rows that moved: the last one is that of a row that counts.
      const bytes = readFileSync(state)
      const at = bytes.lastIndexOf('run.finished')
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(state, bytes)
    }
    const verified = await vigie(['audit', 'verify', '--data', copy, ...config])
    console.log(`${damage}: ${verified.stdout.trimEnd()}`)
    assert.equal(verified.code, 1)
    rmSync(copy, { recursive: true, force: true })
  }
}
