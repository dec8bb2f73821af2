import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFormatter } from './formatter.ts'
import { createRenderer, message, messageMap } from './message.ts'

const full = message<{ mount: string; ratio: number }>('test.full', {
  en: (p, f) => `${p.mount} is ${f.percent(p.ratio)} full`,
  fr: (p, f) => `${p.mount} est plein à ${f.percent(p.ratio)}`,
})
const listed = message<{ names: readonly string[] }>('test.listed', {
  en: (p) => p.names.join(', '),
  fr: (p) => p.names.join(', '),
})
const catalog = messageMap([full, listed])
const english = createRenderer(catalog, createFormatter('en'))
const french = createRenderer(catalog, createFormatter('fr'))

describe('a message', () => {
  it('called with its parameters is data that can be stored: its code and raw values', () => {
    const text = full({ mount: '/', ratio: 0.5 })
    assert.deepEqual(JSON.parse(JSON.stringify(text)), { code: 'test.full', params: { mount: '/', ratio: 0.5 } })
  })

  it('is rendered in the language of the reader, with the figures as they write them', () => {
    const text = full({ mount: '/', ratio: 0.845 })
    assert.equal(english.render(text), '/ is 84.5% full')
    assert.match(french.render(text), /^\/ est plein à 84,5[\u00a0\u202f]%$/)
    assert.equal(french.locale, 'fr')
  })

  it('of another version is shown by its code and parameters', () => {
    assert.equal(english.render({ code: 'test.gone', params: { a: 1 } }), 'test.gone {"a":1}')
  })

  it('of a version with other parameters does not hide the other rows by an error', () => {
    assert.equal(english.render({ code: 'test.listed', params: { name: 'a' } }), 'test.listed {"name":"a"}')
  })
})

describe('a catalog of messages', () => {
  it('refuses a code that two messages declare', () => {
    const twin = message('test.full', { en: () => 'a', fr: () => 'a' })
    assert.throws(() => messageMap([full, twin]), /declared twice: test\.full/)
  })

  it('takes the same message twice: several kinds may list a text that they share', () => {
    assert.equal(messageMap([full, full]).size, 1)
  })
})
