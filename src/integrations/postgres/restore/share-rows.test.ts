import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { shareRows } from './share-rows.ts'

const whole = fc.string({ maxLength: 20 }).map((text) => [`${text.replaceAll('\n', ' ')}\n`])
const long = fc
  .array(
    fc.string({ minLength: 1, maxLength: 5 }).map((text) => text.replaceAll('\n', ' ')),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => [...parts, 'end\n'])

async function* source(pieces: readonly string[], pauses: readonly boolean[]): AsyncGenerator<Uint8Array> {
  for (const [place, piece] of pieces.entries()) {
    if (pauses[place % pauses.length] === true) await new Promise(setImmediate)
    yield Buffer.from(piece)
  }
}

describe('rows that several sessions take', () => {
  it('go to one of them each, whole, and none is lost, whatever the speed of each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(whole, long), { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
        async (rows, count, pauses) => {
          const given: string[] = []
          const shared = shareRows(source(rows.flat(), pauses), 3, (piece) =>
            given.push(Buffer.from(piece).toString('utf8')),
          )
          const take = async (which: number): Promise<string> => {
            let text = ''
            for await (const piece of shared.pull()) {
              if (pauses[(text.length + which) % pauses.length] === true) await new Promise(setImmediate)
              text += Buffer.from(piece).toString('utf8')
            }
            return text
          }
          const taken = await Promise.all(Array.from({ length: count }, (_, which) => take(which)))
          await shared.ended
          if (rows.flat().length >= 3) assert.equal(await shared.grown, 'grown')
          const found = taken.flatMap((text) => text.split(/(?<=\n)/)).filter((row) => row !== '')
          assert.deepEqual(found.toSorted(), rows.map((row) => row.join('')).toSorted())
          assert.deepEqual(given.toSorted(), rows.flat().toSorted())
        },
      ),
      { numRuns: 100 },
    )
  })

  it('end with the error of their source for whoever asks', async () => {
    const shared = shareRows(
      (async function* () {
        yield Buffer.from('1\n')
        throw new Error('cut')
      })(),
      8,
    )
    await assert.rejects(async () => {
      for await (const _ of shared.pull()) await new Promise(setImmediate)
    }, /cut/)
  })
})
