import assert from 'node:assert/strict'
import { globSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { boxSystem } from '../support/box-system.ts'
import { vigie } from '../support/cli.ts'

const lines = Array.from({ length: 20_000 }, (_, line) => `thing ${line} ${(line * 7919) % 1_000_003}`)
const asked = ['verify', 'fresh', 'size', 'proved'].map((check) => `nightly/${check}`)

describe('the weekly look at the backups', () => {
  const system = boxSystem(lines)
  const { config, repository, fill } = system
  after(() => system.remove())
  before(async () => {
    for (let time = 0; time < 2; time++) await vigie(['backups', 'create', ...config])
  })

  async function statuses(more: readonly string[] = config): Promise<Record<string, string>> {
    const { steps } = (await vigie(['run', ...asked, '--json', ...more])).json()
    return Object.fromEntries(steps.map(({ id, status }: { id: string; status: string }) => [id.split('/')[1], status]))
  }

  test('[A07] says of every backup whether it is there, of its age and usual size, with its bytes and readable, and a drill proves it', async () => {
    const unproved = await statuses()
    assert.deepEqual([unproved['verify'], unproved['fresh'], unproved['size']], ['pass', 'pass', 'pass'])
    assert.notEqual(unproved['proved'], 'pass', 'no backup counts that was never restored')
    assert.equal((await vigie(['backups', 'drill', ...config])).code, 0)
    assert.deepEqual(await statuses(), { verify: 'pass', fresh: 'pass', size: 'pass', proved: 'pass' })

    // Age.
    const strict = join(system.dir, 'strict.config.ts')
    const text = readFileSync(config[1] ?? '', 'utf8')
    writeFileSync(strict, text.replace("what: ['things']", "what: ['things'], maxAge: '1ms'"))
    const old = await statuses(['--config', strict])
    assert.deepEqual([old['fresh'], old['verify']], ['fail', 'pass'])

    // A size that is far from the usual.
    fill(lines.slice(0, 200))
    await vigie(['backups', 'create', ...config])
    const small = await statuses()
    assert.ok(small['size'] === 'fail' || small['size'] === 'warn', JSON.stringify(small))

    // Bytes that were changed, were cut, are gone: in the newest, and in one before it.
    const objects = globSync(join(repository, '**', 'things', 'lines', '*')).toSorted()
    const [first = '', newest = ''] = [objects[0], objects.at(-1)]
    assert.notEqual(first, newest)
    const damage: readonly (() => void)[] = [
      () => writeFileSync(newest, readFileSync(newest).fill(7, 20, 21)),
      () => truncateSync(newest, 10),
      () => rmSync(newest),
      () => rmSync(first),
    ]
    for (const spoil of damage) {
      spoil()
      assert.equal((await statuses())['verify'], 'fail')
    }
    const { findings } = (await vigie(['findings', 'list', '--json', ...config])).json()
    const verify = findings.filter(({ step }: { step: string }) => step === 'nightly/verify')
    assert.ok(verify.length >= 2 && verify.every(({ severity }: { severity: string }) => severity === 'critical'))
  })
})
