import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { ownKinds, scratchSystem } from '../support/scratch-system.ts'

const task = `{ ...base, kind: 'own-wipe', effect: 'destroy',
  plan: async () => [{ effect: 'destroy', target: 'a', summary: say({ text: 'wipe a' }), expected: {} }],
  execute: async () => { note('act'); return { status: 'done', changed: true } } }`
const system = scratchSystem(
  ownKinds(
    "{ ...base, kind: 'own-bad', probe: async () => 1, judge: () => ({ status: 'fail', saw: 1, reason: say({ text: 'down' }) }) },",
    task,
  ),
)
after(() => system.remove())
const run = (...words: string[]) => vigie([...words, ...system.config])
const ran = run('run', 'daily', '--json')

describe('the value of an option', () => {
  it('that cannot be what it stands for is refused, and changes nothing', async () => {
    const [finding] = (await ran).json().findings
    const { fingerprint } = finding
    const later = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
    for (const [words, told] of [
      [['audit', 'list', '--limit', 'abc'], /--limit "abc" is not a whole number from 1 to/],
      [['audit', 'list', '--limit', '0'], /--limit "0" is not a whole number/],
      [['audit', 'list', '--limit=-5'], /--limit "-5" is not a whole number/],
      [['audit', 'list', '--limit', '1.5'], /--limit "1.5" is not a whole number/],
      [['audit', 'list', '--limit', '9e9'], /--limit "9e9" is not a whole number/],
      [['audit', 'list', '--limit', '999999999'], /--limit "999999999" is not a whole number/],
      [['findings', 'list', '--state', 'opne'], /--state "opne" is none of: open/],
      [['findings', 'list', '--severity', 'hihg'], /--severity "hihg" is none of: low/],
      [['findings', 'accept', fingerprint, '--until', 'tomorrow', '--reason', 'x'], /--until "tomorrow" is not a day/],
      [['findings', 'accept', fingerprint, '--until', later, '--reason', ' '], /--reason is blank/],
      [['findings', 'accept', fingerprint, '--until', later, '--reason', 'x', '--by', ' '], /--by is blank/],
      [['findings', 'assign', fingerprint, '--owner', ' '], /--owner is blank/],
      [['findings', 'assign', fingerprint, '--owner', 'x', '--due', '2026-02-30'], /--due "2026-02-30" is not a day/],
      [['run', 'daily', '--severity', 'hihg'], /--severity "hihg" is none of/],
      [['run', 'daily', '--by', ' '], /--by is blank/],
      [['run', 'daily', '--approve', 'nonsense'], /There is no plan nonsense/],
      [['sign', 'x', '--by', ' ', '--note', 'x'], /--by is blank/],
    ] as const) {
      const got = await run(...words)
      assert.equal(got.code, 2, words.join(' '))
      assert.match(got.stderr, told)
    }
    assert.equal((await run('runs', 'list', '--json')).json().runs.length, 1)
    assert.equal((await run('findings', 'show', fingerprint, '--json')).json().finding.state, 'open')
  })

  it('that is right is taken', async () => {
    await ran
    assert.equal((await run('audit', 'list', '--limit', '1', '--json')).json().entries.length, 1)
  })
})

describe('a beginning that several plans share', () => {
  it('approves none of them, and names them', async () => {
    const plan: string = (await ran).json().run.plan
    const other = `${plan.slice(0, 4)}${plan[4] === '0' ? '1' : '0'}aaaaa`
    const db = new DatabaseSync(join(system.dir, '.vigie', 'state.db'))
    const row = db.prepare('select * from plans where id = ?').get(plan)
    assert.ok(row)
    const twin = { ...row, id: other, hash: other.padEnd(64, '0') }
    const names = Object.keys(twin)
    db.prepare(`insert into plans (${names.join()}) values (${names.map(() => '?').join()})`).run(
      ...Object.values(twin),
    )
    db.close()
    for (const words of [
      ['approve', plan.slice(0, 4)],
      ['run', 'daily', '--approve', plan.slice(0, 4)],
    ]) {
      const got = await run(...words)
      assert.equal(got.code, 2, got.stdout)
      assert.match(got.stderr, /is the beginning of 2 plans: nothing was approved/)
      assert.ok(got.stderr.includes(`${plan} (daily, `) && got.stderr.includes(`${other} (daily, `), got.stderr)
    }
    assert.ok(!existsSync(join(system.dir, 'acts.log')))
    assert.equal((await run('approve', plan.slice(0, 9))).code, 0)
    assert.ok(existsSync(join(system.dir, 'acts.log')))
  })
})
