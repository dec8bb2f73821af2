import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type RunningDaemon, startUp } from '../support/daemon.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { mounted } from '../support/mounted.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const toldBy = ({ received }: HttpReceiver): { kind: string; state: string; title: string }[] =>
  received.flatMap(({ body }) => {
    const { type, data } = JSON.parse(body)
    return data.alerts.map(({ state, title }: { state: string; title: string }) => ({ kind: type, state, title }))
  })

async function until(what: string, isSo: () => boolean | Promise<boolean>, daemon: RunningDaemon): Promise<void> {
  const deadline = performance.now() + 120_000
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `${what}: ${daemon.told()}`)
    await wait(100)
  }
}

describe('the watch whose disk is full', () => {
  it('is not ready, tells so past its state, once, and tells what went wrong meanwhile when there is room again', async () => {
    const api = await startHttpReceiver()
    const chat = await startHttpReceiver()
    const system = scratchSystem(`import { defineSystem, http, webhook } from 'vigie'
export default defineSystem({ name: 'Shop',
  components: { api: http({ url: '${api.url}', checks: { status: { every: '1s' }, latency: false } }) },
  channels: { chat: webhook({ url: '${chat.url}', allowPrivate: true }) },
})
`)
    const folder = join(system.dir, '.vigie')
    mkdirSync(folder)
    const daemon = await startUp(system, {}, mounted(folder, 'mount -t tmpfs -o size=2m tmpfs "$0"; exec "$@"'))
    try {
      const ready = (): Promise<Response> => fetch(`${daemon.url}/-/ready`)
      assert.equal((await ready()).status, 200)
      // The daemon's own view of the folder: nobody else sees the mount.
      const fill = join('/proc', String(daemon.child.pid), 'root', folder, 'fill')
      assert.throws(() => writeFileSync(fill, Buffer.alloc(100_000_000)), { code: 'ENOSPC' })
      api.answer({ status: 503 })
      await until('it is not ready', async () => (await ready()).status === 503, daemon)
      assert.match(await (await ready()).text(), /state\.db cannot be written: .*full/)
      await until('it tells', () => chat.received.length > 0, daemon)
      assert.deepEqual(
        toldBy(chat).map(({ kind, state }) => [kind, state]),
        [['vigie.notice', 'firing']],
      )
      assert.match(toldBy(chat)[0]?.title ?? '', /not been able to keep what it sees of Shop since .*disk is full/)

      rmSync(fill)
      await until('it is ready', async () => (await ready()).status === 200, daemon)
      await until('all is told', () => chat.received.length >= 2, daemon)
      const told = toldBy(chat).map(({ kind, state }) => `${kind} ${state}`)
      assert.deepEqual(told.toSorted(), ['vigie.alerts firing', 'vigie.notice firing'])
      assert.equal(await daemon.stop(), 0)
    } finally {
      await daemon.kill()
      await api[Symbol.asyncDispose]()
      await chat[Symbol.asyncDispose]()
      system.remove()
    }
  })
})
