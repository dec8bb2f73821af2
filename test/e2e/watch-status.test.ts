import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { statusOutput } from '../../src/cli/json-shapes/status.ts'
import { openStore } from '../../src/store/open.ts'
import { vigie } from '../support/cli.ts'
import { startUp } from '../support/daemon.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

describe('vigie status beside a watch', () => {
  let api: HttpReceiver
  let system: ScratchSystem
  before(async () => {
    api = await startHttpReceiver()
    system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: { api: http({ url: '${api.url}', checks: { status: { every: '1s' }, latency: false } }) },
})
`)
  })
  after(async () => {
    await api[Symbol.asyncDispose]()
    system.remove()
  })
  const text = async (locale = 'en') => (await vigie(['status', '--locale', locale, ...system.config])).stdout
  const seen = async () => {
    const [one] = statusOutput.parse((await vigie(['status', '--json', ...system.config])).json()).systems
    return one ?? assert.fail()
  }
  const until = async (isSo: (one: Awaited<ReturnType<typeof seen>>) => boolean) => {
    const deadline = Date.now() + 120_000
    for (let one = await seen(); Date.now() < deadline; one = await seen()) if (isSo(one)) return one
    return assert.fail('it never came to be so')
  }

  it('says that nobody watches, what it sees while it does, and that it ended', async () => {
    assert.equal((await seen()).watch.state, 'never')
    assert.match(await text(), /Nobody watches, and nobody ever did\. Start it: vigie up/)
    const daemon = await startUp(system)
    try {
      const well = await until(({ watch }) => watch.components[0]?.state === 'well')
      assert.deepEqual(
        [well.watch.state, well.watch.looks[0]?.step, well.watch.looks[0]?.isOld],
        ['watching', 'api/status', false],
      )
      assert.match(await text(), /Watched since .*\n {2}well +api +1 check +[\d.]+\u00a0(m?s|min).* ago/)
      api.answer({ status: 503 })
      const ill = await until(({ watch }) => watch.components[0]?.state === 'fails' && watch.alerts.length === 1)
      assert.deepEqual([ill.state, ill.watch.alerts[0]?.rule], ['down', 'api/status'])
      assert.match(ill.watch.looks[0]?.summary ?? '', /answered 503/)
      assert.match(
        await text('fr'),
        /Surveillé depuis [\s\S]*en échec +api +1 contrôle +il y a [\s\S]*1 alerte \(critique\)\u00a0: vigie alerts list/,
      )
    } finally {
      await daemon.stop()
    }
    const ended = await seen()
    assert.deepEqual([ended.watch.state, ended.watch.components[0]?.state], ['stopped', 'unknown'])
    assert.match(await text(), /Nobody watches: stopped .* ago\)\. Start it: vigie up/)
  })

  it('never takes the looks of a watch that was killed for the present', async () => {
    const store = await openStore({ kind: 'sqlite', dir: join(system.dir, '.vigie') })
    const at = new Date(Date.now() - 600_000)
    const beat = { at, startedAt: at, stoppedAt: undefined, host: 'srv-1', pid: 1 }
    await store.lastLooks.keep('Shop', beat, [{ step: 'api/status', status: 'pass', reason: undefined, at }])
    await store.close()
    const { state, watch } = await seen()
    assert.deepEqual([watch.state, watch.components[0]?.state, watch.looks[0]?.isOld], ['silent', 'unknown', true])
    assert.notEqual(state, 'healthy')
    assert.match(
      await text(),
      /NOBODY WATCHES: the watch on srv-1 gave its last sign of life .*\(10\u00a0min.* ago\)\. Start it: vigie up/,
    )
    assert.match(await text('fr'), /PERSONNE NE VEILLE\u00a0: la veille sur srv-1 a donné son dernier signe de vie/)
  })
})
