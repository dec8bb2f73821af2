import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Point } from '../core/series.ts'
import { openSqliteStore } from '../store/open-sqlite.ts'
import type { Store } from '../store/store.ts'
import { type ArchiveParts, archiveDays } from './archive.ts'
import { createHistoryProcess, HistoryError, type HistoryProcess } from './history/history-process.ts'
import { type Tier, tierFolder } from './history/layout.ts'
import { queryMetrics } from './query.ts'
import { defaultRetention, deleteExpired, oldestRecords } from './retention.ts'

const day = 86_400_000
const hour = 3_600_000
/** A midnight of the tests' own calendar. */
const start = Date.UTC(2026, 0, 30)

describe('the history of metrics', () => {
  let dir: string
  let root: string
  let store: Store
  let process: HistoryProcess
  let parts: ArchiveParts
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-history-'))
    root = join(dir, 'history')
    store = await openSqliteStore(join(dir, 'state'))
    process = createHistoryProcess()
    parts = { series: store.series, process, root }
  })
  afterEach(async () => {
    await process.close()
    await store.close()
    rmSync(dir, { recursive: true })
  })

  const cpu = (at: number, value: number, labels: Point['labels'] = { host: 'a' }): Point => ({
    ...{ name: 'host_cpu_ratio', labels, at, value },
  })
  /** One point each ten minutes. */
  const aDay = (since: number, labels?: Point['labels']): Point[] =>
    Array.from({ length: 144 }, (_, index) => cpu(since + index * 600_000, index / 1000 + 0.1 + 0.2, labels))
  const ask = (since: number, until: number, now: number, stepMs?: number, system = 'shop') =>
    queryMetrics(parts, { system, name: 'host_cpu_ratio', since, until, ...(stepMs !== undefined && { stepMs }) }, now)
  const files = (tier: Tier): string[] => readdirSync(tierFolder(root, 'host', tier)).toSorted()

  test('takes each day that is over, and the state lets go of what is older than two days', async () => {
    await store.series.add(
      'shop',
      [0, 1, 2, 3].flatMap((count) => aDay(start + count * day)),
    )
    const now = start + 3 * day + 12 * hour
    assert.deepEqual(await archiveDays(parts, now), { days: 3, points: 3 * 144, removed: 144 })
    assert.deepEqual(files('raw'), ['2026-01-30.parquet', '2026-01-31.parquet', '2026-02-01.parquet'])
    assert.deepEqual(files('1h'), ['2026-01.parquet', '2026-02.parquet'])
    assert.deepEqual(files('1d'), ['2026.parquet'])
    assert.deepEqual(await store.series.span('shop'), { oldest: start + day, newest: start + 4 * day - 600_000 })
    assert.deepEqual(await archiveDays(parts, now), { days: 0, points: 0, removed: 0 })
    assert.deepEqual(await archiveDays(parts, now + day), { days: 2, points: 288, removed: 144 })
  })

  test('gives back every point exactly, whether it is in the state, in the history or in both', async () => {
    const points = [0, 1, 2, 3].flatMap((count) => aDay(start + count * day))
    await store.series.add('shop', points)
    await store.series.add('blog', [cpu(start, 99)])
    const now = start + 4 * day - 1
    await archiveDays(parts, now)
    const { stepMs, series } = await ask(start, now, now, 0)
    assert.equal(stepMs, 0)
    assert.equal(series.length, 1)
    assert.deepEqual(series[0]?.labels, { host: 'a' })
    assert.deepEqual(
      series[0]?.points.map(({ at, value }) => ({ at, value })),
      points.map(({ at, value }) => ({ at, value })),
    )
    const some = await ask(start + hour, start + 2 * hour, now, 0)
    assert.equal(some.series[0]?.points.length, 7)
  })

  test('chooses the step and the roll-up, and adds up as the points themselves would', async () => {
    const points = [0, 1, 2, 3].flatMap((count) => aDay(start + count * day))
    await store.series.add('shop', points)
    const now = start + 4 * day - 1
    const before = await ask(start, now, start + 2 * day - 1, 6 * hour)
    await archiveDays(parts, now)
    const after = await ask(start, now, now, 6 * hour)
    const rounded = ({ series }: typeof after): unknown =>
      series.map(({ labels, points }) => [labels, points.map((one) => ({ ...one, value: one.value.toFixed(9) }))])
    assert.deepEqual(rounded(after), rounded(before))
    assert.equal(after.series[0]?.points.length, 16)
    for (const step of [60_000, hour, 7 * 60_000, day, 36 * hour, 2 * day]) {
      const { series, stepMs } = await ask(start, now, now, step)
      assert.equal(stepMs, step)
      const total = series[0]?.points.reduce((sum, { count }) => sum + count, 0)
      assert.equal(total, points.length)
    }
    assert.equal((await ask(start, now, now)).stepMs, 15 * 60_000)
  })

  test('asked for a time before its beginning, gives what there is as finely as was asked', async () => {
    await store.series.add(
      'shop',
      [0, 1, 2, 3].flatMap((count) => aDay(start + count * day)),
    )
    const now = start + 4 * day - 1
    await archiveDays(parts, now)
    for (const ago of [hour, 20 * day, 200 * day, 2000 * day]) {
      const { series, stepMs } = await ask(start - ago, now, now, 0)
      assert.deepEqual([stepMs, series[0]?.points.length], [0, 4 * 144])
    }
    assert.equal((await ask(start - day, now, now, 60_000)).stepMs, 60_000)
  })

  test('leaves out what is left as roll-ups alone for who asks for points as they were measured', async () => {
    await store.series.add(
      'shop',
      [0, 1, 2].flatMap((count) => aDay(start + count * day)),
    )
    const now = start + 6 * day
    await archiveDays(parts, now)
    deleteExpired(root, () => ({ raw: 5 * day, '1m': 100 * day, '1h': 100 * day, '1d': 100 * day }), now)
    const query = { system: 'shop', name: 'host_cpu_ratio', since: start, until: now }
    assert.equal((await queryMetrics(parts, { ...query, stepMs: 0 }, now)).stepMs, 60_000)
    const exact = await queryMetrics(parts, { ...query, isExact: true }, now)
    assert.deepEqual([exact.stepMs, exact.series[0]?.points.length], [0, 2 * 144])
  })

  test('finds series by some of their labels, also such as nothing measures any more', async () => {
    await store.series.add('shop', [...aDay(start, { host: "d'or", mount: '/' }), ...aDay(start, { host: 'b' })])
    const now = start + 4 * day
    await archiveDays(parts, now)
    const query = { system: 'shop', name: 'host_cpu_ratio', since: start, until: now, stepMs: hour }
    const named = async (labels: Point['labels']): Promise<unknown> =>
      (await queryMetrics(parts, { ...query, labels }, now)).series.map((one) => one.labels)
    assert.deepEqual(await named({ host: "d'or" }), [{ host: "d'or", mount: '/' }])
    assert.deepEqual(await named({ host: 'c' }), [])
    assert.deepEqual(await named({}), [{ host: 'b' }, { host: "d'or", mount: '/' }])
    const none = await queryMetrics(parts, { ...query, name: 'host_no_such' }, now)
    assert.deepEqual(none.series, [])
  })

  test('that is empty is no data and no error, and begins no process', async () => {
    assert.deepEqual((await ask(start, start + 90 * day, start + 90 * day)).series, [])
    assert.deepEqual(await oldestRecords(root, process, () => defaultRetention), [])
    assert.deepEqual(
      deleteExpired(root, () => defaultRetention, start),
      [],
    )
    assert.equal(process.pid, undefined)
  })

  test('takes points that come late, and of two for one time the later', async () => {
    await store.series.add('shop', aDay(start))
    const now = start + 4 * day
    await archiveDays(parts, now)
    assert.equal(await store.series.span('shop'), undefined)
    await store.series.add('shop', [cpu(start, 7), cpu(start + 1, 8), cpu(start + 5, 9, { host: 'b' })])
    assert.deepEqual(await archiveDays(parts, now), { days: 1, points: 3, removed: 3 })
    const { series } = await ask(start, start + 6, now, 0)
    assert.deepEqual(
      series.map(({ labels, points }) => [labels['host'], points.map(({ value }) => value)]),
      [
        ['a', [7, 8]],
        ['b', [9]],
      ],
    )
    const hours = await ask(start, start + day - 1, now, hour)
    assert.equal(
      hours.series[0]?.points.reduce((sum, { count }) => sum + count, 0),
      145,
    )
  })

  test('deletes a file only when all that is in it is too old, and shows the oldest record of each class', async () => {
    await store.series.add(
      'shop',
      [0, 1, 2].flatMap((count) => aDay(start + count * day)),
    )
    await store.series.add('shop', [{ name: 'http_request_rate', labels: {}, at: start + 500, value: 1 }])
    await archiveDays(parts, start + 5 * day)
    const keep = { raw: 3 * day, '1m': 10 * day, '1h': 31 * day, '1d': 400 * day }
    assert.deepEqual(
      deleteExpired(root, () => keep, start + 4 * day - 1),
      [],
    )
    const gone = deleteExpired(root, (one) => (one === 'host' ? keep : defaultRetention), start + 4 * day)
    assert.deepEqual(gone, [join(tierFolder(root, 'host', 'raw'), '2026-01-30.parquet')])
    const oldest = await oldestRecords(root, process, () => keep)
    assert.deepEqual(
      oldest.map(({ class: one, tier, at }) => [one, tier, at - start]),
      [
        ['host', 'raw', day],
        ['host', '1m', 0],
        ['host', '1h', 0],
        ['host', '1d', 0],
        ['http', 'raw', 500],
        ['http', '1m', 0],
        ['http', '1h', 0],
        ['http', '1d', 0],
      ],
    )
    // The month of January ends on the 31st, and its hours are kept until the last of them is too old.
    assert.equal(
      deleteExpired(root, () => keep, start + 2 * day + 31 * day - 1).some((path) => path.includes('2026-01.parquet')),
      false,
    )
    assert.equal(
      deleteExpired(root, () => keep, start + 2 * day + 31 * day).some((path) => path.includes('2026-01.parquet')),
      true,
    )
  })

  test('answers with what is left when the points of a time are gone by age', async () => {
    await store.series.add(
      'shop',
      [0, 1].flatMap((count) => aDay(start + count * day)),
    )
    const now = start + 5 * day
    await archiveDays(parts, now)
    deleteExpired(root, () => ({ raw: 4 * day, '1m': 100 * day, '1h': 100 * day, '1d': 100 * day }), now)
    assert.deepEqual(files('raw'), ['2026-01-31.parquet'])
    const { series, stepMs } = await ask(start, now, now, 0)
    assert.equal(stepMs, 60_000)
    assert.equal(
      series[0]?.points.reduce((sum, { count }) => sum + count, 0),
      288,
    )
    // What comes late for a day whose points are gone is added to its roll-ups.
    await store.series.add('shop', [cpu(start + 1, 5)])
    await archiveDays(parts, now)
    const hours = await ask(start, start + day - 1, now, hour)
    assert.equal(hours.series[0]?.points[0]?.max, 5)
    assert.equal(
      hours.series[0]?.points.reduce((sum, { count }) => sum + count, 0),
      145,
    )
  })

  test('is asked in a process that ends when it is asked nothing any more', async () => {
    await process.close()
    process = createHistoryProcess(50)
    parts = { ...parts, process }
    await store.series.add('shop', aDay(start))
    await archiveDays(parts, start + 4 * day)
    const { pid } = process
    assert.ok(pid)
    const deadline = performance.now() + 10_000
    while (process.pid !== undefined && performance.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve))
    assert.equal(process.pid, undefined)
    assert.equal((await ask(start, start + day, start + 4 * day, hour)).series.length, 1)
    assert.notEqual(process.pid, pid)
  })

  test('a file that is damaged is told, and the process goes on', async () => {
    await assert.rejects(process.ask({ op: 'oldest', file: join(dir, 'none.parquet') }), HistoryError)
    await store.series.add('shop', aDay(start))
    await archiveDays(parts, start + 4 * day)
    assert.ok(existsSync(join(tierFolder(root, 'host', 'raw'), '2026-01-30.parquet')))
  })
})
