import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { live, page, type Screen } from './live.ts'
import { createOutput } from './output.ts'

const settings = {
  ...({ locale: 'en', timeZone: 'UTC', isJson: false, isQuiet: false, hasColor: false } as const),
  ...{ hasSigns: true, width: 100, isInteractive: true },
}
const output = createOutput(settings, new Map())

function screenOf(
  columns: number,
  rows: number,
): Screen & { written: string[]; resize(to: number): void; press(): void } {
  const quits = new Set<() => void>()
  const changed = new Set<() => void>()
  const written: string[] = []
  const screen = {
    ...{ columns, rows, written },
    write: (text: string) => void written.push(text),
    onResize: (one: () => void) => {
      changed.add(one)
      return () => void changed.delete(one)
    },
    onQuit: (one: () => void) => {
      quits.add(one)
      return () => void quits.delete(one)
    },
    press: () => {
      for (const one of quits) one()
    },
    resize: (to: number) => {
      screen.columns = to
      for (const one of changed) one()
    },
  }
  return screen
}

async function late(): Promise<readonly string[]> {
  await wait(60)
  throw new Error('too late to be told')
}

describe('a live view', () => {
  it('never draws more lines, or longer ones, than the terminal has', () => {
    const lines = fc.array(fc.string({ maxLength: 200 }), { maxLength: 60 })
    const size = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(lines, size, size, (all, rows, columns) => {
        const drawn = stripVTControlCharacters(page(all, { rows, columns })).split('\r\n')
        assert.ok(drawn.length <= rows)
        for (const line of drawn.slice(0, -1)) assert.ok(line.length <= columns)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing of a name may move the cursor.
        assert.doesNotMatch(drawn.join(''), /[\u0000-\u001f\u007f]/)
      }),
    )
  })

  it('tells how many lines it has no room for', () => {
    assert.match(page(['a', 'b', 'c', 'd'], { rows: 3, columns: 20 }), /a.*\r\nb.*\r\n… \+2/)
  })

  it('draws again when the size changes, ends at the signal, and gives the terminal back', async () => {
    const before = process.listenerCount('exit')
    const [screen, canceled, widths] = [screenOf(80, 24), new AbortController(), [] as number[]]
    await live(screen, output, canceled.signal, async ({ settings }) => {
      widths.push(settings.width)
      if (widths.length === 1) setImmediate(() => screen.resize(40))
      else setImmediate(() => canceled.abort())
      return ['here']
    })
    assert.deepEqual(widths, [80, 40])
    const all = screen.written.join('')
    assert.ok(all.startsWith('\u001b[?1049h\u001b[?25l') && all.endsWith('\u001b[?25h\u001b[?1049l'))
    assert.equal(process.listenerCount('exit'), before)
  })

  it('ends at q, also while a look hangs, or is about to fail', async () => {
    for (const look of [async () => ['here'], () => new Promise<never>(() => undefined), late]) {
      const screen = screenOf(80, 24)
      const over = live(screen, output, new AbortController().signal, look)
      setTimeout(screen.press, 20)
      await over
      assert.ok(screen.written.at(-1)?.endsWith('\u001b[?1049l'))
      screen.press()
    }
  })

  it('gives the terminal back when a look breaks', async () => {
    const screen = screenOf(80, 24)
    const broken = live(screen, output, new AbortController().signal, async () => assert.fail('broken'))
    await assert.rejects(broken, /broken/)
    assert.ok(screen.written.at(-1)?.endsWith('\u001b[?1049l'))
  })
})
