import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { toYaml } from './to-yaml.ts'

describe('YAML for others', () => {
  it('reads as what was written, whatever the texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string({ unit: 'binary' }), (texts, comment) => {
        const text = toYaml({ texts }, [comment])
        for (const version of ['1.1', '1.2'] as const) {
          assert.deepEqual(parse(text, { version }), { texts: texts.map((one) => one.toWellFormed()) })
        }
      }),
    )
  })

  it('leaves nothing that looks like a number, a truth or a time to the reader', () => {
    const texts = ['yes', 'on', 'n', '1:30', '0755', '1e3', '~', 'null', '', '2026-11-21', '=', '<<']
    assert.deepEqual(parse(toYaml({ texts }, []), { version: '1.1' }), { texts })
  })

  it('keeps a comment on its line', () => {
    assert.equal(toYaml({ a: 1 }, ['x\na: 2\u2028b: 3\u0085c']), '# x a: 2 b: 3 c\na: 1\n')
  })
})
