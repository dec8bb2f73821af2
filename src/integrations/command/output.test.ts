import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { CommandResult } from '../../core/context.ts'
import { OutputBuffer } from '../../platform/output-buffer.ts'
import { readNumber, readOutput, searchOutput } from './output.ts'

/** What is known of an output of which so many bytes are kept. */
function kept(output: string | Buffer, maxBytes: number, isTruncated?: boolean) {
  const buffer = new OutputBuffer(maxBytes)
  buffer.add(Buffer.from(output))
  const stdout = buffer.bytes().toString('utf8')
  const result = { stdout, isTruncated: isTruncated ?? buffer.isTruncated } as CommandResult
  return readOutput(result, maxBytes)
}

describe('the output of a command', () => {
  it('is known whole, in two pieces when some was not kept, and in more when it is no text', () => {
    assert.deepEqual(kept('abc', 10), { parts: ['abc'], gap: 'none' })
    assert.deepEqual(kept('', 10), { parts: [''], gap: 'none' })
    assert.deepEqual(kept('x'.repeat(12) + 'y'.repeat(12), 16), { parts: ['x'.repeat(12), 'yyyy'], gap: 'cut' })
    assert.deepEqual(kept(Buffer.from([97, 0, 98, 255, 99]), 10), { parts: ['a', 'b', 'c'], gap: 'binary' })
  })

  it('is read without its last line end', () => {
    assert.deepEqual(kept('a\nb\n', 10).parts, ['a\nb'])
    assert.deepEqual(kept('a\r\n', 10).parts, ['a'])
    assert.deepEqual(kept('a\n\n', 10).parts, ['a\n'])
  })

  it('is whole when only the other stream was cut', () => {
    assert.deepEqual(kept('all is well', 100, true), { parts: ['all is well'], gap: 'none' })
  })

  it('that was cut never answers by what stands in place of the rest', () => {
    const output = kept('x'.repeat(100), 16)
    for (const pattern of ['bytes left out', '(\\d+) bytes', '…', 'x\\n']) {
      assert.equal(searchOutput(pattern, output).outcome, 'unknown', pattern)
    }
  })

  it('that was cut answers only a pattern that does not ask where it stands or what stands beside it', () => {
    const output = kept(`first ${'x'.repeat(100)} last`, 40)
    for (const pattern of ['first', 'last', 'x+', '(?:la|ba)st']) {
      assert.equal(searchOutput(pattern, output).outcome, 'found', pattern)
    }
    for (const pattern of ['^first', 'last$', '\\bfirst', '\\Birst', '^(?!.*ERROR)', 'x(?=x)', '(?<!E)x', 'absent']) {
      assert.equal(searchOutput(pattern, output).outcome, 'unknown', pattern)
    }
  })

  it('never says of a part what is not true of the whole, whatever was kept and whatever is asked', () => {
    const pieces = fc.constantFrom(
      'a',
      'b',
      'E',
      '.',
      '[^a]',
      'a+',
      'b*',
      '^',
      '$',
      '\\b',
      '(?!E)',
      '(?=b)',
      '(?<!a)',
      '\\n',
      '\\d',
    )
    const byte = fc.constantFrom(97, 98, 69, 10, 32, 49, 0, 255)
    fc.assert(
      fc.property(
        fc.array(pieces, { minLength: 1, maxLength: 4 }),
        fc.array(byte, { maxLength: 40 }),
        fc.integer({ min: 4, max: 40 }),
        (parts, bytes, maxBytes) => {
          const pattern = parts.join('')
          const whole = Buffer.from(bytes).toString('latin1').replace(/\n$/, '')
          const found = searchOutput(pattern, kept(Buffer.from(bytes), maxBytes))
          if (found.outcome === 'unknown') return
          assert.equal(found.outcome, new RegExp(pattern).test(whole) ? 'found' : 'none')
        },
      ),
      { numRuns: 400 },
    )
  })
})

describe('a number in an output', () => {
  const table: readonly (readonly [string | undefined, number | undefined])[] = [
    ['42', 42],
    [' 42\n', 42],
    ['-3.5', -3.5],
    ['+.5', 0.5],
    ['7.', 7],
    ['1e3', 1000],
    ['0', 0],
    ['', undefined],
    ['  ', undefined],
    [undefined, undefined],
    ['1,234', undefined],
    ['3,5', undefined],
    ['0x10', undefined],
    ['12 GB', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['1e999', undefined],
    ['-', undefined],
    ['.', undefined],
  ]
  for (const [text, value] of table) {
    it(`${JSON.stringify(text)} is ${value ?? 'none'}`, () => assert.equal(readNumber(text), value))
  }

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.equal(readNumber(String(value)), value + 0 || 0)
      }),
    )
  })
})
