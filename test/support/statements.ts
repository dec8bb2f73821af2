import assert from 'node:assert/strict'
import type { DatabaseStatement, Seen, StatementsWanted } from '../../src/core/database.ts'
import { createFormatter } from '../../src/core/formatter.ts'
import { createRenderer, messageMap, type Text } from '../../src/core/message.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import { statementsCheck } from '../../src/integrations/postgres/checks/statements.ts'
import { databaseTexts } from '../../src/integrations/postgres/database.ts'
import { postgresOptions } from '../../src/integrations/postgres/options.ts'
import { explainView } from '../../src/integrations/postgres/views/explain.ts'
import { statementsView } from '../../src/integrations/postgres/views/statements.ts'
import { aComponent, type KeptSnapshots, testContext } from './context.ts'

export const loaded = { shared_preload_libraries: 'pg_stat_statements' }
const dayMs = 86_400_000
const wanted: StatementsWanted = { sinceMs: dayMs, order: 'time', limit: 5000 }
const renderer = createRenderer(
  messageMap([...new Set([...databaseTexts, ...statementsCheck.messages])]),
  createFormatter('en'),
)
/** In English. */
export const told = (text: Text | undefined): string => (text === undefined ? '' : renderer.render(text))

/** Looks of one component, one after the other, with what the earlier ones kept. */
export function looker(url: string, snapshots: KeptSnapshots = new Map()) {
  const options = postgresOptions.parse({ url })
  const evidence: string[] = []
  const within = async <T>(work: (ctx: ReturnType<typeof testContext>) => Promise<T>): Promise<T> => {
    const ctx = testContext({ snapshots })
    try {
      return await work(ctx)
    } finally {
      evidence.push(JSON.stringify(ctx.evidence))
      await ctx.close()
    }
  }
  return {
    snapshots,
    /** As if the newest look had been so long ago. */
    putBack: (agoMs: number): void => {
      const all = snapshots.get('statements') ?? new Map()
      const newest = Math.max(...all.keys())
      const body = all.get(newest)
      assert.ok(typeof body === 'object' && body !== null && 'atMs' in body && typeof body.atMs === 'number')
      all.delete(newest)
      all.set(newest - agoMs, { ...body, atMs: body.atMs - agoMs })
    },
    kept: () => JSON.stringify([...snapshots].map(([name, all]) => [name, [...all]])) + evidence.join(),
    check: (written: Record<string, unknown> = {}): Promise<Verdict> => {
      const parsed = statementsCheck.options.parse(written)
      return within(async (ctx) =>
        statementsCheck.judge(await statementsCheck.probe(aComponent(options), parsed, ctx), parsed),
      )
    },
    view: (over: Partial<StatementsWanted> = {}): Promise<Seen<DatabaseStatement>> =>
      within((ctx) => statementsView(options, ctx, { ...wanted, ...over })),
    explain: (id: string): Promise<Seen<string>> => within((ctx) => explainView(options, ctx, id)),
  }
}

export function rowsOf<Row>(seen: Seen<Row>): readonly Row[] {
  assert.ok(seen.ok, JSON.stringify(seen))
  return seen.rows
}

export async function times(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < count; n++) await work(n)
}
