import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { verifyChain } from '../../src/store/audit-chain.ts'
import type { AuditEntry } from '../../src/store/audit-log.ts'
import type { Store } from '../../src/store/store.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { at, halfCharacter } from './store-samples.ts'

const draft = (index: number) => ({ at: at(index), actor: 'Ève', event: 'action.intent', subject: { index, n: null } })

async function append(store: Store, count: number, from = 0): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = []
  for (let index = from; index < from + count; index++) entries.push(await store.audit.append(draft(index)))
  return entries
}

/** What `verifyChain` says of the log as it stands, e.g. `3 hash`. */
async function problemsOf(store: Store): Promise<string[]> {
  const entries = await store.audit.entries(0, 10_000)
  return verifyChain(entries, await store.audit.expectedHead()).map(({ seq, problem }) => `${seq} ${problem}`)
}

export function auditContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: audit`, () => {
    test('an empty log is sound and has no head', () =>
      withStore(place, async (store) => {
        assert.equal(await store.audit.head(), undefined)
        assert.deepEqual(await problemsOf(store), [])
      }))

    test('entries are numbered from 1, chained, read back the same and in pages', () =>
      withStore(place, async (store) => {
        const entries = await append(store, 7)
        assert.deepEqual(
          entries.map(({ seq }) => seq),
          [1, 2, 3, 4, 5, 6, 7],
        )
        assert.deepEqual(await store.audit.entries(0, 100), entries)
        assert.deepEqual(await store.audit.entries(2, 3), entries.slice(2, 5))
        assert.deepEqual(await store.audit.head(), entries[6])
        assert.deepEqual(await store.audit.expectedHead(), { seq: 7, hash: entries[6]?.hash })
        assert.deepEqual(await problemsOf(store), [])
      }))

    test('what was said comes back sound whatever its characters', () =>
      withStore(place, async (store) => {
        const odd = `a\u0000b${halfCharacter}\u{1F600}\u2028é"\\`
        const said = { at: at(0), actor: odd, event: odd, subject: { [odd]: odd, list: [1.5, -0, { x: undefined }] } }
        const entry = await store.audit.append(said)
        assert.deepEqual(await store.audit.entries(0, 10), [entry])
        assert.deepEqual(await problemsOf(store), [])
      }))

    test('many appends at once on two connections leave no hole', () =>
      withStore(place, async (store, here) => {
        const other = await here.open()
        try {
          const all = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? store : other).audit.append(draft(i)))
          const seqs = (await Promise.all(all)).map(({ seq }) => seq).sort((a, b) => a - b)
          assert.deepEqual(
            seqs,
            Array.from({ length: 40 }, (_, i) => i + 1),
          )
          assert.deepEqual(await problemsOf(store), [])
          assert.equal((await store.audit.expectedHead())?.seq, 40)
        } finally {
          await other.close()
        }
      }))

    const text = (column: string, change: string): string => `update audit set ${column} = ${change} where seq = 3`
    const tamperings: readonly (readonly [string, string, RegExp])[] = [
      ['a word of a subject', text('subject', `replace(subject, 'index', 'indix')`), /^3 hash$/],
      ['a space in a subject', text('subject', `subject || ' '`), /^3 hash$/],
      ['a subject that is no JSON any more', text('subject', `replace(subject, '{', '[')`), /^3 hash$/],
      ['a time', text('at', `replace(at, '2026', '2025')`), /^3 hash$/],
      ['a time that is none any more', text('at', `'x' || at`), /^3 hash$/],
      ['the same time written otherwise', text('at', `replace(at, 'Z', '+00:00')`), /^3 hash$/],
      ['an actor', text('actor', `'Eve'`), /^3 hash$/],
      ['an event', text('event', `'action.outcome'`), /^3 hash$/],
      ['a hash', text('hash', `replace(hash, substr(hash, 1, 1), 'g')`), /3 hash,4 link/],
      ['a number', text('seq', '30'), /hole/],
      ['an entry taken out', 'delete from audit where seq = 3', /^4 hole,4 link$/],
      ['the first entries taken out', 'delete from audit where seq <= 3', /^4 hole,4 link$/],
      ['the newest entries cut off', 'delete from audit where seq > 3', /^6 cut-tail$/],
      ['all entries cut off', 'delete from audit', /^6 cut-tail$/],
    ]
    for (const [what, statement, expected] of tamperings) {
      test(`${what}, altered past the store, is found`, () =>
        withStore(place, async (store, here) => {
          await append(store, 6)
          await here.tamper(statement)
          assert.match((await problemsOf(store)).join(','), expected)
        }))
    }

    test('a link altered past the store is found', () =>
      withStore(place, async (store, here) => {
        const entries = await append(store, 4)
        await here.tamper(`update audit set previous_hash = '${entries[0]?.hash}' where seq = 3`)
        assert.deepEqual(await problemsOf(store), ['3 link', '3 hash'])
      }))

    test('a cut tail stays visible however much is appended after it', () =>
      withStore(place, async (store, here) => {
        await append(store, 6)
        await here.tamper('delete from audit where seq > 3')
        await append(store, 2, 50)
        assert.deepEqual(await problemsOf(store), ['6 cut-tail'])
        await append(store, 5, 60)
        assert.deepEqual(await problemsOf(store), ['6 hash'])
      }))
  })
}
