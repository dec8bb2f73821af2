import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { rawServer } from '../support/bad-servers.ts'
import { startUp } from '../support/daemon.ts'
import { startHttpReceiver } from '../support/http-receiver.ts'
import { processesOf } from '../support/processes-of.ts'
import { scratchSystem } from '../support/scratch-system.ts'

describe('vigie up', () => {
  it('sees the first check pass within a minute of its first start', async () => {
    await using api = await startHttpReceiver()
    const system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({ name: 'Shop', components: { api: http({ url: '${api.url}' }) } })
`)
    const began = performance.now()
    const daemon = await startUp(system)
    try {
      const passed = async (): Promise<boolean> =>
        /vigie_checks_total\{system="Shop",status="pass"\} [1-9]/.test(
          await (await fetch(`${daemon.url}/metrics`)).text(),
        )
      while (!(await passed())) {
        assert.ok(performance.now() - began < 60_000, 'no check was green after a minute')
        await wait(100)
      }
      assert.match(await (await fetch(`${daemon.url}/metrics`)).text(), /\nvigie_memory_budget_bytes 167772160\n/)
    } finally {
      await daemon.kill()
      system.remove()
    }
  })

  it('stops in time, with nothing left running, while a check, a command and a delivery hang', async () => {
    const silent = await rawServer(() => undefined)
    let sent = 0
    const deaf = await rawServer(() => {
      sent++
    })
    const system = scratchSystem(`import { command, defineSystem, http, tcp, webhook } from 'vigie'
export default defineSystem({ name: 'Shop',
  components: {
    api: http({ url: 'http://127.0.0.1:${silent.port}', checks: { status: { every: '5s' }, latency: false } }),
    job: command({ command: 'setsid sleep 300 & sleep 300', checks: { run: { every: '5s' } } }),
    gone: tcp({ host: '127.0.0.1', port: 1, checks: { connect: { every: '1s' } } }),
  },
  channels: { deaf: webhook({ url: 'http://127.0.0.1:${deaf.port}', allowPrivate: true }) },
})
`)
    const daemon = await startUp(system)
    try {
      const deadline = performance.now() + 60_000
      while (sent === 0 || (await silent.open()) === 0 || processesOf(system.dir).length < 2) {
        assert.ok(performance.now() < deadline, `nothing hangs: ${sent} sent; ${daemon.told()}`)
        await wait(100)
      }
      const stopping = performance.now()
      assert.equal(await daemon.stop(), 0)
      // Nothing is owed to anybody here.
      assert.ok(performance.now() - stopping < 30_000)
      assert.deepEqual(processesOf(system.dir), [])
    } finally {
      await daemon.kill()
      await silent.stop()
      await deaf.stop()
      system.remove()
    }
  })
})
