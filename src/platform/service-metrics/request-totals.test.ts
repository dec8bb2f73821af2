import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createTextParser } from '../exposition/text-parser.ts'
import { createRequestTotals } from './request-totals.ts'
import { gatherScrape, type Scrape } from './scrape.ts'

function scrapeOf(text: string): Scrape {
  const gathering = gatherScrape({ maxSeries: 10_000, keeps: () => false })
  const parser = createTextParser('text', gathering)
  parser.push(Buffer.from(text))
  parser.end()
  return gathering.scrape()
}
type Counts = Readonly<Record<string, number>>
const exposed = (counts: Counts): Scrape =>
  scrapeOf(
    Object.entries(counts)
      .map(([code, count]) => `http_requests_total{code="${code}",route="/r${code}"} ${count}\n`)
      .join(''),
  )
/** What the totals are after each of the looks. */
function totalsOf(looks: readonly Scrape[]): readonly (readonly number[])[] {
  const totals = createRequestTotals()
  return looks.map((now, index) => totals(looks[index - 1], now).map(({ value }) => value))
}

describe('the requests that a service answered', () => {
  it('are counted for the whole service, by how they ended', () => {
    const looks = [
      { 200: 100, 404: 5, 503: 1 },
      { 200: 190, 404: 9, 500: 1, 503: 3 },
    ].map(exposed)
    assert.deepEqual(totalsOf(looks), [
      [0, 0, 0],
      [97, 4, 3],
    ])
  })

  it('are counted by a histogram as well', () => {
    const histogram = (count: number): Scrape =>
      scrapeOf(`# TYPE http_server_requests_seconds histogram
http_server_requests_seconds_bucket{status="500",uri="/a",le="+Inf"} ${count}
`)
    assert.deepEqual(totalsOf([histogram(1), histogram(4)]).at(-1), [3, 0, 3])
  })

  it('are not told by a program that does not say how they ended', () => {
    const bare = (count: number): Scrape => scrapeOf(`http_requests_total{route="/a"} ${count}\n`)
    assert.deepEqual(totalsOf([bare(1), bare(9)]), [[], []])
    assert.deepEqual(totalsOf([exposed({ 200: 1 }), bare(9)]), [[0, 0, 0], []])
  })

  it('are not told before there are any, and stay as they are when a program has not counted yet', () => {
    const none = scrapeOf('up 1\n')
    assert.deepEqual(totalsOf([none, exposed({ 200: 3 }), none, exposed({ 500: 2 })]), [
      [],
      [3, 0, 0],
      [3, 0, 0],
      [5, 0, 2],
    ])
  })

  it('are what came, whatever restarts lie between, and never fewer than before', () => {
    const growth = fc.record({ isRestart: fc.boolean(), ok: fc.nat(1000), missing: fc.nat(1000), bad: fc.nat(1000) })
    fc.assert(
      fc.property(fc.array(growth, { minLength: 1, maxLength: 20 }), (steps) => {
        let own = { 200: 7, 404: 7, 500: 7 }
        const looks = [exposed(own)]
        const wanted = [0, 0, 0]
        for (const { isRestart, ok, missing, bad } of steps) {
          // A restart that cannot be seen, since as much came after it, is none.
          const isSeen = isRestart && ok < own[200] && missing < own[404] && bad < own[500]
          own = isSeen ? { 200: 0, 404: 0, 500: 0 } : own
          own = { 200: own[200] + ok, 404: own[404] + missing, 500: own[500] + bad }
          looks.push(exposed(own))
          for (const [index, count] of [ok + missing + bad, missing, bad].entries())
            wanted[index] = (wanted[index] ?? 0) + count
        }
        const all = totalsOf(looks)
        assert.deepEqual(all.at(-1), wanted)
        for (const [index, values] of all.entries())
          for (const [place, value] of values.entries()) assert.ok(value >= (all[index - 1]?.[place] ?? 0))
      }),
    )
  })
})
