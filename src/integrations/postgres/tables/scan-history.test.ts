import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type KeptSnapshots, testContext } from '../../../../test/support/context.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, messageMap } from '../../../core/message.ts'
import { sequentialScansCheck } from '../checks/sequential-scans.ts'
import { keepReads, readsBefore, readsSince } from './scan-history.ts'
import type { SizedTableUse } from './table-use.ts'

const dayMs = 86_400_000
const table = (more: Partial<SizedTableUse> = {}): SizedTableUse => ({
  ...{ schema: 'public', table: 't', live: 1000, sequentialScans: 1, indexScans: 0, inserts: 0, updates: 0 },
  ...{ hotUpdates: 0, deletes: 0, bytes: 1e8, sequentialRows: 50_000, statisticsAgeMs: 300 * dayMs },
  ...more,
})
const before = { at: -7 * dayMs, rows: new Map([['["public","t"]', 20_000]]) }

describe('what was read of a table', () => {
  for (const [what, now, kept, expected] of [
    ['is that since the look of a week ago', table(), before, [30_000, 7]],
    ['is all, when no look came before', table(), undefined, [50_000, 300]],
    ['is all, of a table that the look did not know', table({ table: 'u' }), before, [50_000, 300]],
    ['is all, when less is counted than then', table({ sequentialRows: 10_000 }), before, [10_000, 300]],
    ['is all, when the count began after the look', table({ statisticsAgeMs: 2 * dayMs }), before, [50_000, 2]],
  ] as const) {
    it(what, () => {
      const { rows, spanMs } = readsSince(now, kept, 0)
      assert.deepEqual([rows, spanMs / dayMs], expected)
    })
  }

  it('is compared with a look that is old enough, and none that cannot be read', async () => {
    const snapshots: KeptSnapshots = new Map()
    const ctx = testContext({ snapshots })
    await keepReads([table()], ctx)
    assert.equal(await readsBefore(ctx, dayMs), undefined)
    const kept = snapshots.get('sequential-reads')
    const [body] = kept?.values() ?? []
    const at = Date.now() - 3 * dayMs
    snapshots.set('sequential-reads', new Map([[at, body ?? null]]))
    assert.deepEqual(await readsBefore(ctx, dayMs), { at, rows: new Map([['["public","t"]', 50_000]]) })
    snapshots.set('sequential-reads', new Map([[at, { tables: 'broken' }]]))
    assert.equal(await readsBefore(ctx, dayMs), undefined)
  })

  it('last week alone is judged: what was once is forgotten, and what has begun is not hidden by a long quiet', () => {
    const options = sequentialScansCheck.options.parse({})
    const [answer, now] = [{ ok: true as const, columns: [], serverVersion: 180_000, durationMs: 1 }, 0]
    const judged = (one: SizedTableUse, kept: number) => {
      const rows = new Map([['["public","t"]', kept]])
      const seen = { ...answer, rows: [one], isStandby: false, isCounting: true }
      return sequentialScansCheck.judge({ now, answer: seen, before: { at: -7 * dayMs, rows } }, options)
    }
    // 1,000 whole reads a day for 300 days, and none of late.
    const once = table({ sequentialRows: 300e6 })
    assert.equal(judged(once, 300e6).status, 'pass')
    assert.equal(judged(once, 0).status, 'warn')
    // 200 a day for a week only, less than one a day on the whole.
    const lately = judged(table({ sequentialRows: 1.4e6, statisticsAgeMs: 20_000 * dayMs }), 0)
    assert.equal(lately.status, 'warn')
    const reason = lately.status === 'warn' ? lately.reason : assert.fail()
    const said = createRenderer(messageMap(sequentialScansCheck.messages), createFormatter('en')).render(reason)
    assert.match(said, /200 times a day: 1,400,000 rows in 7\sd without an index/)
  })
})
