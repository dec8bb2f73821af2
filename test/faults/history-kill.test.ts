import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Point } from '../../src/core/series.ts'
import { createHistoryProcess, HistoryError } from '../../src/metrics/history/history-process.ts'
import { queryMetrics } from '../../src/metrics/query.ts'
import { openSqliteStore } from '../../src/store/open-sqlite.ts'

const day = 86_400_000
const start = Date.UTC(2026, 0, 30)
const worker = fileURLToPath(new URL('../support/archive-worker.ts', import.meta.url))

function namesBelow(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : []
}

describe('a kill -9 while days are brought into the history', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-kill-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  test('of the process that writes leaves the old file or the new one, never a half', async () => {
    const root = join(dir, 'history')
    const history = createHistoryProcess()
    const count = 200_000
    const fill = async (value: number): Promise<void> => {
      await history.ask({ op: 'begin' })
      const own = { id: 1, class: 'host', system: 'shop', name: 'host_x', labels: '{}' } as const
      await history.ask({ op: 'describe', series: [own] })
      await history.ask({
        op: 'add',
        series: new Int32Array(count).fill(1),
        at: Float64Array.from({ length: count }, (_, index) => start + index * 400),
        value: new Float64Array(count).fill(value),
      })
    }
    const write = () => history.ask({ op: 'write', root, class: 'host', day: start })
    const read = async (tier: string, isRolled: boolean) => {
      const folder = join(root, 'host', tier)
      const files = namesBelow(folder).filter((name) => name.endsWith('.parquet'))
      const part = { isRolled, files: files.map((name) => join(folder, name)), since: start, until: start + day }
      return history.ask({ op: 'read', parts: [part], system: 'shop', name: 'host_x', labels: {}, stepMs: day })
    }
    await fill(1)
    await write()
    let kills = 0
    for (const tier of ['raw', '1m', '1h', '1d']) {
      await fill(2)
      const written = write()
      const isLost = assert.rejects(written, HistoryError)
      const deadline = performance.now() + 20_000
      for (;;) {
        assert.ok(performance.now() < deadline, `no part of ${tier} was seen`)
        if (namesBelow(join(root, 'host', tier)).some((name) => name.endsWith('.part'))) break
        await new Promise((resolve) => setImmediate(resolve))
      }
      process.kill(history.pid ?? 0, 'SIGKILL')
      kills++
      await isLost
      for (const [one, isRolled] of [
        ['raw', false],
        ['1m', true],
        ['1h', true],
        ['1d', true],
      ] as const) {
        const { count: counts, min, max } = await read(one, isRolled)
        assert.deepEqual([...counts], [count], `${one} after a kill in ${tier}`)
        assert.ok(min[0] === max[0] && (min[0] === 1 || min[0] === 2))
      }
    }
    assert.equal(kills, 4)
    await fill(3)
    await write()
    for (const [tier, isRolled] of [
      ['raw', false],
      ['1m', true],
      ['1h', true],
      ['1d', true],
    ] as const) {
      const { min, count: counts } = await read(tier, isRolled)
      assert.deepEqual([min[0], counts[0]], [3, count])
    }
    assert.deepEqual(
      namesBelow(root).filter((name) => name.endsWith('.part')),
      [],
    )
    await history.close()
  })

  test('of the daemon, at any moment, loses no point and doubles none', async () => {
    const [state, root] = [join(dir, 'state'), join(dir, 'history')]
    const store = await openSqliteStore(state)
    const names = ['host_a', 'host_b', 'http_c', 'own_d']
    const points = names.flatMap((name) =>
      Array.from(
        { length: 3 * 1440 },
        (_, index): Point => ({ name, labels: {}, at: start + index * 60_000, value: index }),
      ),
    )
    await store.series.add('shop', points)
    const now = start + 5 * day
    const run = (): { child: ChildProcess; said: (what: string) => Promise<boolean> } => {
      const child = spawn(process.execPath, [worker, state, root, String(now)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let out = ''
      child.stdout?.on('data', (text: Buffer) => {
        out += text.toString()
      })
      const over = new Promise<void>((resolve) => child.once('close', () => resolve()))
      return {
        child,
        said: async (what) => {
          await over
          return out.includes(what)
        },
      }
    }
    // Each run is killed when the history has that many files more than before: at every place there is once.
    for (let files = 0; files < 14; files++) {
      const { child, said } = run()
      const had = namesBelow(root).length
      const deadline = performance.now() + 30_000
      while (child.exitCode === null && performance.now() < deadline) {
        if (namesBelow(root).length >= Math.min(had + 1, files + 4)) break
        await new Promise((resolve) => setImmediate(resolve))
      }
      child.kill('SIGKILL')
      if (await said('done')) break
    }
    const { said } = run()
    assert.ok(await said('done'))
    assert.equal(await store.series.span(), undefined)
    const history = createHistoryProcess()
    const parts = { series: store.series, process: history, root }
    for (const name of names) {
      for (const stepMs of [0, 60_000, 3_600_000, day]) {
        const query = { system: 'shop', name, since: start, until: now, stepMs }
        const { series } = await queryMetrics(parts, query, now)
        const all = series[0]?.points ?? []
        assert.equal(
          all.reduce((sum, { count }) => sum + count, 0),
          3 * 1440,
          `${name} by ${stepMs}`,
        )
        if (stepMs === 0)
          assert.deepEqual(
            all.map(({ value }) => value),
            Array.from({ length: 3 * 1440 }, (_, index) => index),
          )
      }
    }
    await history.close()
    await store.close()
  })
})
