import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseRule } from '../expression/parse-rule.ts'
import { doesMatch, isLike } from './matches.ts'

const likes: readonly (readonly [text: string, pattern: string, isIt: boolean])[] = [
  ['500', '5*', true],
  ['404', '5*', false],
  ['', '*', true],
  ['', '', true],
  ['/api/auth/login', '*auth*', true],
  ['/api/oauth', '*auth', true],
  ['aa', 'a*a', true],
  ['a', 'a*a', false],
  ['abcbd', 'a*b*d', true],
  ['abd', 'a*b*b*d', false],
  ['a*b', 'a*b', true],
  ['a.c', 'a.*', true],
  ['abc', 'a.*', false],
]

describe('a label', () => {
  for (const [text, pattern, isIt] of likes) {
    it(`${JSON.stringify(text)} is ${isIt ? '' : 'not '}like ${JSON.stringify(pattern)}`, () => {
      assert.equal(isLike(text, pattern), isIt)
    })
  }

  it('is like a pattern just when a regular expression says so', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
    fc.assert(
      fc.property(short, short, (text, pattern) => {
        const expression = new RegExp(`^${pattern.split('*').join('[^]*')}$`)
        assert.equal(isLike(text, pattern), expression.test(text))
      }),
    )
  })

  it('that a series does not have is the empty text', () => {
    const rule = parseRule('absent(x{endpoint="",status!="5*"})')
    assert.ok(rule.condition.type === 'absent')
    const { selector } = rule.condition
    assert.equal(doesMatch(selector, {}), true)
    assert.equal(doesMatch(selector, { endpoint: '/a' }), false)
    assert.equal(doesMatch(selector, { status: '503' }), false)
  })
})
