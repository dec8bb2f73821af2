import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../core/json.ts'
import { genesisHash, nextEntry, verifyChain } from './audit-chain.ts'
import type { AuditDraft, AuditEntry } from './audit-log.ts'

const drafts: fc.Arbitrary<AuditDraft[]> = fc.array(
  fc.record({
    at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
    actor: fc.string({ unit: 'grapheme' }),
    event: fc.string({ minLength: 1 }),
    subject: fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)) as JsonObject),
  }),
  { minLength: 2, maxLength: 12 },
)
const chains = drafts.map((list) => {
  const entries: AuditEntry[] = []
  for (const draft of list) entries.push(nextEntry(draft, entries.at(-1)))
  return entries
})
const headOf = (entries: readonly AuditEntry[]) => entries.at(-1) ?? { seq: 0, hash: genesisHash }

/** The text with the character at `place` made another one. */
function flip(text: string, place: number): string {
  const at = place % text.length
  return `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`
}

/** The entry with one character of one member altered, as it would be read back from a row. */
function alter(entry: AuditEntry, member: number, place: number): AuditEntry {
  const members = ['seq', 'at', 'actor', 'event', 'subject', 'previousHash', 'hash'] as const
  const name = members[member % members.length] ?? 'hash'
  if (name === 'seq') return { ...entry, seq: entry.seq + 1 + (place % 9) }
  if (name === 'at') return { ...entry, at: new Date(entry.at.getTime() + 1 + (place % 9)) }
  if (name === 'subject') return { ...entry, subject: { unreadable: flip(JSON.stringify(entry.subject), place) } }
  return { ...entry, [name]: entry[name] === '' ? 'x' : flip(entry[name], place) }
}

describe('verifyChain', () => {
  test('a chain as it was made is sound, with its head, and with a note that is behind it', () => {
    fc.assert(
      fc.property(chains, fc.nat(), (entries, nat) => {
        assert.deepEqual(verifyChain(entries), [])
        assert.deepEqual(verifyChain(entries, headOf(entries)), [])
        assert.deepEqual(verifyChain(entries, headOf(entries.slice(0, nat % (entries.length + 1)))), [])
      }),
    )
  })

  test('any single-character change in any entry is found', () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.nat(), fc.nat(), (entries, which, member, place) => {
        const index = which % entries.length
        const altered = entries.map((entry, at) => (at === index ? alter(entry, member, place) : entry))
        assert.notDeepEqual(verifyChain(altered, headOf(entries)), [])
      }),
      { numRuns: 500 },
    )
  })

  test('any cut (beginning, middle, tail, all) is found', () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.nat(), (entries, from, count) => {
        const start = from % entries.length
        const left = entries.toSpliced(start, 1 + (count % (entries.length - start)))
        assert.notDeepEqual(verifyChain(left, headOf(entries)), [])
      }),
    )
  })

  test('any two entries that changed places are found, their numbers changed too or not', () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.nat(), fc.boolean(), (entries, one, other, renumber) => {
        const [a, b] = [one % entries.length, other % entries.length]
        fc.pre(a !== b)
        const [first, second] = [entries[a], entries[b]]
        if (first === undefined || second === undefined) return
        const put = (entry: AuditEntry, seq: number): AuditEntry => (renumber ? { ...entry, seq } : entry)
        const swapped = entries.with(a, put(second, first.seq)).with(b, put(first, second.seq))
        assert.notDeepEqual(verifyChain(swapped, headOf(entries)), [])
      }),
    )
  })

  test('a tail that was written anew, with hashes that hold, is found by the note', () => {
    fc.assert(
      fc.property(chains, fc.nat(), (entries, nat) => {
        const kept = entries.slice(0, nat % entries.length)
        const forged = [...kept]
        for (const { at, event, subject } of entries.slice(kept.length)) {
          forged.push(nextEntry({ at, actor: 'mallory ', event, subject }, forged.at(-1)))
        }
        fc.pre(forged.at(-1)?.hash !== entries.at(-1)?.hash)
        assert.deepEqual(verifyChain(forged), [])
        assert.notDeepEqual(verifyChain(forged, headOf(entries)), [])
      }),
    )
  })

  test('a time that is none is a wrong hash, not a throw', () => {
    const entry = nextEntry({ at: new Date(0), actor: 'a', event: 'e', subject: {} }, undefined)
    assert.deepEqual(verifyChain([{ ...entry, at: new Date(Number.NaN) }]), [{ seq: 1, problem: 'hash' }])
  })
})
