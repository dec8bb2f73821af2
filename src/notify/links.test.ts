import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  acknowledgeForMs,
  acknowledgePath,
  acknowledgeUrl,
  makeToken,
  readAcknowledgeToken,
  verifyToken,
} from './links.ts'

const now = new Date('2026-11-21T10:00:00.500Z')
const key = 'k'.repeat(43)
const link = { purpose: 'acknowledge', subject: 'a1', expiresAt: new Date('2026-11-28T10:00:00Z') }
const why = (token: string, purpose = 'acknowledge', at = now, withKey = key): string => {
  const verified = verifyToken(withKey, token, purpose, at)
  return verified.isValid ? verified.subject : verified.why
}

describe('a signed link', () => {
  it('is worth what it was made for, until it expires', () => {
    const token = makeToken(key, link)
    assert.deepEqual(verifyToken(key, token, 'acknowledge', now), {
      isValid: true,
      ...{ subject: 'a1', expiresAt: link.expiresAt },
    })
    assert.equal(why(token, 'acknowledge', new Date(link.expiresAt.getTime() - 1)), 'a1')
    assert.equal(why(token, 'acknowledge', link.expiresAt), 'expired')
  })

  it('is worth nothing for another purpose, with another key, or for another alert', () => {
    const token = makeToken(key, link)
    assert.equal(why(token, 'resolve'), 'forged')
    assert.equal(why(token, 'acknowledge', now, 'x'.repeat(43)), 'forged')
    const [, expiry, signature] = token.split('.')
    const other = Buffer.from('a2').toString('base64url')
    assert.equal(why([other, expiry, signature].join('.')), 'forged')
    assert.equal(why([token.split('.')[0], 'zzzzzzz', signature].join('.')), 'forged', 'nor for longer')
  })

  it('says an altered expired link is forged, not expired', () => {
    const token = makeToken(key, { ...link, subject: 'a2', expiresAt: new Date(0) })
    assert.equal(why(token), 'expired')
    assert.equal(why(token, 'resolve'), 'forged')
  })

  for (const bad of [
    '',
    '.',
    '..',
    'a.b',
    'YTE.x.y',
    `YTE.-1.${'A'.repeat(43)}`,
    ' ',
    `YTE.1.${'é'.repeat(43)}`,
    'Y'.repeat(5000),
  ]) {
    it(`is malformed as ${JSON.stringify(bad.slice(0, 20))}`, () => assert.equal(why(bad), 'malformed'))
  }

  it('holds for any subject, and no changed character of it does', () => {
    const subjects = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
    fc.assert(
      fc.property(subjects, fc.nat(), fc.constantFrom(...'aZ9-_.'), (subject, place, character) => {
        const token = makeToken(key, { ...link, subject })
        assert.equal(why(token), subject)
        const at = place % token.length
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        if (changed !== token) assert.ok(['forged', 'malformed'].includes(why(changed)))
      }),
    )
  })

  it('needs a public address to be a URL', () => {
    assert.equal(acknowledgeUrl(undefined, key, 'a1', 'mail', now), undefined)
    const url = acknowledgeUrl('https://vigie.example/', key, 'a1', 'mail', now) ?? ''
    assert.ok(url.startsWith(`https://vigie.example${acknowledgePath}`))
    assert.match(url.slice('https://'.length), /^[\w./-]+$/)
    const token = url.split('/').at(-1) ?? ''
    assert.equal(why(token), 'a1 mail')
    assert.equal(why(token, 'acknowledge', new Date(now.getTime() + acknowledgeForMs)), 'expired')
  })

  it('to acknowledge says the alert and the channel that it was sent on; one of before says no channel', () => {
    const tokenOf = (channel: string): string => acknowledgeUrl('https://v', key, 'a1', channel, now)?.slice(12) ?? ''
    assert.deepEqual(readAcknowledgeToken(key, tokenOf('mail'), now), { alert: 'a1', by: 'link: mail' })
    assert.notEqual(tokenOf('mail'), tokenOf('chat'))
    assert.deepEqual(readAcknowledgeToken(key, makeToken(key, link), now), { alert: 'a1', by: 'link' })
    const late = new Date(now.getTime() + acknowledgeForMs)
    assert.deepEqual(readAcknowledgeToken(key, tokenOf('mail'), late), { reason: 'expired' })
    assert.deepEqual(readAcknowledgeToken(key, 'nonsense', now), { reason: 'invalid' })
    assert.deepEqual(readAcknowledgeToken('x'.repeat(43), tokenOf('mail'), now), { reason: 'invalid' })
  })
})
