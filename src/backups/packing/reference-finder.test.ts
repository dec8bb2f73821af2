import assert from 'node:assert/strict'
import test from 'node:test'
import type { Segment } from './packed-part.ts'
import { type Found, ReferenceFinder } from './reference-finder.ts'

/** Each with 1000 bytes; `head` and content are the letter. */
function base(letters: string): readonly Segment[] {
  return [...letters].map((letter) => ({
    ...{ object: letter, bytes: 1000, sha256: `sum ${letter}`, head: letter, from: null },
    ...{ storedBytes: 500, storedSha256: letter },
  }))
}

/** Today's segments as `head:content:bytes`. */
function found(letters: string, ...today: readonly string[]): string {
  const finder = new ReferenceFinder(base(letters))
  let start = 0
  const all = today.map((one) => {
    const [head = '', sum = '', bytes = '1000'] = one.split(':')
    const place = finder.find({ head, sha256: `sum ${sum}`, bytes: Number(bytes), start })
    start += Number(bytes)
    return told(place)
  })
  return all.join(' ')
}

function told(one: Found | undefined): string {
  if (one === undefined) return 'none'
  return one.as === 'same' ? `=${one.index}` : `~${one.index}${one.isJoined ? `+${one.index + 1}` : ''}`
}

test('a segment is found by its content, by its beginning, or by where it lies', () => {
  const cases: readonly (readonly [name: string, found: string, expected: string])[] = [
    ['the same', found('abc', 'a:a', 'b:b', 'c:c'), '=0 =1 =2'],
    ['one changed inside', found('abc', 'a:a', 'b:x:990', 'c:c'), '=0 ~1 =2'],
    ['one that goes on in the next', found('abc', 'a:x:1300', '?:y:700', 'c:c'), '~0+1 ~1+2 =2'],
    ['one moved to the front', found('abc', 'c:c', 'a:a', 'b:x'), '=2 =0 ~1'],
    ['all beginnings lost', found('abcd', '?:w', '?:x', '?:y'), '~0+1 ~1+2 ~2+3'],
    ['the last is longer', found('ab', 'a:a', 'b:x:2000'), '=0 ~1'],
    ['new ones far behind the end', found('a', 'a:a', '?:x', '?:y'), '=0 ~0 none'],
    ['alike ones: the nearest', found('aaba', 'a:a', 'a:a', 'b:b', 'a:x'), '=0 =1 =2 ~3'],
    ['nothing to be like', found('', 'a:a'), 'none'],
  ]
  for (const [name, actual, expected] of cases) assert.equal(actual, expected, name)
})

test('content of another length is not the same, whatever its sum', () => {
  assert.equal(found('ab', 'a:a:999'), '~0')
})
