import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { bytesSchema, parseBytes, writtenBytes } from './bytes.ts'
import { notASize } from './refusals.ts'

const table: readonly (readonly [text: string, bytes: number | undefined])[] = [
  ['0B', 0],
  ['1B', 1],
  ['1kB', 1000],
  ['1KB', 1000],
  ['1KiB', 1024],
  ['500MB', 500_000_000],
  ['1.5GB', 1_500_000_000],
  ['2GiB', 2_147_483_648],
  ['3TB', 3e12],
  ['1TiB', 1_099_511_627_776],
  ['5PB', 5e15],
  ['1PiB', 1_125_899_906_842_624],
  ['0.3B', 0],
  ['500', undefined],
  ['', undefined],
  ['MB', undefined],
  ['-1MB', undefined],
  ['5 MB', 5_000_000],
  ['5mb', undefined],
  ['5Mb', undefined],
  ['5kiB', undefined],
  ['5iB', undefined],
  ['5M', undefined],
  ['1e3MB', undefined],
  ['5MB\n', undefined],
  ['99999PB', undefined],
  [`${'9'.repeat(400)}B`, undefined],
]

describe('parseBytes', () => {
  for (const [text, bytes] of table) {
    const read = bytes === undefined ? 'is no size' : `is ${bytes} bytes`
    it(`${JSON.stringify(text.slice(0, 20))} ${read}`, () => assert.equal(parseBytes(text), bytes))
  }

  it('gives whole bytes that numbers hold exactly, or nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('1', '9', '.', 'k', 'M', 'G', 'P', 'i', 'B', '-') }), (text) => {
        const bytes = parseBytes(text)
        assert.ok(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0))
      }),
    )
  })
})

describe('a size option', () => {
  it('is written with its unit or as a number of bytes, and read as bytes', () => {
    assert.equal(bytesSchema.parse('500MB'), 500_000_000)
    assert.equal(bytesSchema.parse(12), 12)
  })

  it('refuses what is no size, and says what to write', () => {
    for (const value of ['500', '5mb', -1, 1.5, Number.NaN, null, true]) {
      assert.equal(bytesSchema.safeParse(value).success, false, String(value))
    }
    assert.equal(bytesSchema.safeParse('5mb').error?.issues[0]?.message, notASize.code)
  })

  it('is written back as people write it', () => {
    for (const [bytes, text] of [
      [0, 0],
      [12, 12],
      [500_000_000, '500MB'],
      [2 * 1024 ** 3, '2GiB'],
    ] as const) {
      assert.equal(writtenBytes(bytes), text)
    }
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => assert.equal(bytesSchema.parse(writtenBytes(bytes)), bytes)))
  })
})
