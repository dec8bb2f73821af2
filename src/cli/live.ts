import { printable } from '../core/printable.ts'
import type { Output, OutputSettings } from './output.ts'

/** A terminal that a view lives on. */
export interface Screen {
  readonly columns: number
  readonly rows: number
  write(text: string): void
  /** Calls back at each change of its size, until the function that it gives is called. */
  onResize(changed: () => void): () => void
  /** Reads keys, none of which is shown, and calls back at q, until the function that it gives is called. */
  onQuit(quit: () => void): () => void
}

const everyMs = 2000
/** The other page of the terminal, no cursor, long lines cut; and all of it back. */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J'
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l'

/** The terminal of this process; undefined when nobody looks at one: what is piped gets one print. */
export function ownScreen({ isJson, isQuiet }: OutputSettings): Screen | undefined {
  const { stdout } = process
  // A terminal that does not tell its size says 0.
  if (!stdout.isTTY || isJson || isQuiet) return undefined
  return {
    get columns() {
      return stdout.columns || 80
    },
    get rows() {
      return stdout.rows || 24
    },
    write: (text) => void stdout.write(text),
    onResize: (changed) => {
      stdout.on('resize', changed)
      return () => void stdout.off('resize', changed)
    },
    onQuit: readKeys,
  }
}

/** Without the terminal's own echo and signals: Ctrl-C comes as a key then, and is made the signal that it stands for. */
function readKeys(quit: () => void): () => void {
  const { stdin } = process
  if (!stdin.isTTY) return () => undefined
  const read = (keys: Buffer): void => {
    if (keys.includes(ctrlC)) process.kill(process.pid, 'SIGINT')
    else if (keys.toString().toLowerCase() === 'q') quit()
  }
  stdin.setRawMode(true).on('data', read).resume()
  return () => void stdin.off('data', read).pause().setRawMode(false)
}

const ctrlC = 3

/**
 * Draws again every two seconds, and when the size changes, until q or the signal; keeps to the size of the terminal, and
 * gives it back as it was, also when the program ends otherwise. `frame` gives lines for an output of the width of now.
 */
export async function live(
  screen: Screen,
  output: Output,
  signal: AbortSignal,
  frame: (output: Output) => Promise<readonly string[]>,
): Promise<void> {
  let wake = (): void => undefined
  const quit = Promise.withResolvers<undefined>()
  const stop = (): void => {
    quit.resolve(undefined)
    wake()
  }
  let isOver = false
  const keysOff = screen.onQuit(() => {
    isOver = true
    stop()
  })
  const restore = (): void => {
    keysOff()
    screen.write(leave)
  }
  process.once('exit', restore)
  const off = screen.onResize(() => wake())
  signal.addEventListener('abort', stop)
  screen.write(enter)
  try {
    while (!(signal.aborted || isOver)) {
      const look = frame({ ...output, settings: { ...output.settings, width: screen.columns } })
      // One that hangs must not keep who wants to leave: what becomes of it nobody sees any more.
      const lines = await Promise.race([look, quit.promise])
      if (lines === undefined) {
        look.catch(() => undefined)
        break
      }
      if (signal.aborted) break
      screen.write(page(lines, screen))
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  } finally {
    signal.removeEventListener('abort', stop)
    off()
    process.off('exit', restore)
    restore()
  }
}

/** One drawing: every line over the one before, the rest of the screen empty, nothing that would scroll it. */
export function page(lines: readonly string[], { rows, columns }: Pick<Screen, 'rows' | 'columns'>): string {
  const room = Math.max(1, rows)
  const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `… +${lines.length - room + 1}`]
  const drawn = shown.map((line) => `${printable(line).slice(0, Math.max(1, columns))}\u001b[K`)
  return `\u001b[H${drawn.join('\r\n')}\u001b[J`
}
