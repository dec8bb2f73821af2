import { join } from 'node:path'
import type { DrillAssertion, Rehearsal } from '../../core/backup.ts'
import type { JsonObject } from '../../core/json.ts'
import { checkChain } from '../../store/audit-chain.ts'
import type { Store } from '../../store/store.ts'
import { stateFacts, stateFactsSchema } from './state-facts.ts'

const pageSize = 1000

/** Opens a restored state as a Vigie would, and compares it with what was copied. */
export async function rehearseState(
  facts: JsonObject,
  folder: string,
  unpack: () => Promise<void>,
): Promise<Rehearsal> {
  await unpack()
  const expected = stateFactsSchema.parse(facts)
  const found = stateFacts(join(folder, 'state.db'))
  return {
    env: {},
    assertions: async () => {
      const { openSqliteStore } = await import('../../store/open-sqlite.ts')
      const store = await openSqliteStore(folder)
      try {
        return [
          ...Object.entries(expected.counts).map(([table, count]) =>
            told(`rows ${table}`, String(count), String(found.counts[table] ?? 'none')),
          ),
          told(
            'head of the audit',
            `${expected.head.seq} ${expected.head.hash}`,
            `${found.head.seq} ${found.head.hash}`,
          ),
          told('problems of the audit', '0', String(await problemsOf(store))),
          told('damage that the database reports', '0', String((await store.integrity()).length)),
        ]
      } finally {
        await store.close()
      }
    },
    // The drill's own folder goes with it.
    end: async () => undefined,
  }
}

function told(name: string, expected: string, actual: string): DrillAssertion {
  return { name, status: expected === actual ? 'pass' : 'fail', expected, actual }
}

async function problemsOf(store: Store): Promise<number> {
  const check = checkChain(await store.audit.expectedHead())
  let [after, problems] = [0, 0]
  for (;;) {
    const entries = await store.audit.entries(after, pageSize)
    problems += check.take(entries).length
    const last = entries.at(-1)
    if (last === undefined) return problems + check.end().length
    after = last.seq
  }
}
