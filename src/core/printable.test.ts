import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { printable } from './printable.ts'

describe('a printable text', () => {
  const rows = [
    ['plain text, accents, tabs and lines', 'déjà vu\tça\nva « bien »\u00a0!', 'déjà vu\tça\nva « bien »\u00a0!'],
    ['a colour', '\u001b[31mred\u001b[0m', '␛[31mred␛[0m'],
    ['a window title', '\u001b]0;owned\u0007', '␛]0;owned␇'],
    ['an eight-bit control sequence', '\u009b2J', '\ufffd2J'],
    ['a line that goes back and overwrites itself', 'bad\rgood', 'bad␍good'],
    ['line ends of Windows', 'a\r\nb\r\n', 'a\nb\n'],
    ['NUL, backspace and delete', '\u0000\b\u007f', '␀␈␡'],
    ['text whose direction is turned', '\u202etxt.exe\u2066', '\ufffdtxt.exe\ufffd'],
  ] as const
  for (const [what, given, shown] of rows) {
    it(`shows ${what}`, () => assert.equal(printable(given), shown))
  }

  it('holds nothing that a terminal obeys, and stays as it is the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
        assert.doesNotMatch(shown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        assert.equal(printable(shown), shown)
      }),
    )
  })
})
