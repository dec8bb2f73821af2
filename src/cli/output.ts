import { createFormatter, type Formatter } from '../core/formatter.ts'
import { type AnyMessage, createRenderer, type Locale, type Text } from '../core/message.ts'
import { printable } from '../core/printable.ts'
import type { StepStatus } from '../core/words.ts'

export interface OutputSettings {
  readonly locale: Locale
  readonly timeZone: string
  readonly isJson: boolean
  readonly isQuiet: boolean
  readonly hasColor: boolean
  /** Signs such as ✓; words where the terminal cannot show them. */
  readonly hasSigns: boolean
  /** Columns of standard output. */
  readonly width: number
  /** A person looks at standard error: live progress and questions are possible. */
  readonly isInteractive: boolean
}

/** Data to standard output, progress to standard error. The only place that prints. */
export interface Output {
  readonly settings: OutputSettings
  readonly format: Formatter
  text(text: Text): string
  /** A line of the result for people; silent with --quiet. */
  line(line?: string): void
  /** The result as data: printed with --quiet too, since it was asked for. */
  json(value: unknown): void
  /** A line for people on standard error; silent with --quiet and in JSON mode. */
  note(line: string): void
  /** Replaces the live line; nothing when nobody looks. */
  progress(line: string): void
  status(status: StepStatus): string
}

const signs: Readonly<Record<StepStatus, { sign: string; word: string; color: number }>> = {
  pass: { sign: '✓', word: 'PASS', color: 32 },
  done: { sign: '✓', word: 'DONE', color: 32 },
  warn: { sign: '▲', word: 'WARN', color: 33 },
  fail: { sign: '✕', word: 'FAIL', color: 31 },
  error: { sign: '?', word: 'ERROR', color: 35 },
  skipped: { sign: '–', word: 'SKIP', color: 90 },
  pending: { sign: '☐', word: 'TODO', color: 34 },
  interrupted: { sign: '!', word: 'STOP', color: 31 },
  waiting_approval: { sign: '‖', word: 'WAIT', color: 34 },
}

export function createOutput(settings: OutputSettings, messages: ReadonlyMap<string, AnyMessage>): Output {
  const format = createFormatter(settings.locale, settings.timeZone)
  const renderer = createRenderer(messages, format)
  let isLive = false
  const endLive = (): void => {
    if (isLive) process.stderr.write('\r\u001b[2K')
    isLive = false
  }
  return {
    settings,
    format,
    text: (text) => printable(renderer.render(text)),
    line: (line = '') => {
      if (settings.isQuiet) return
      endLive()
      process.stdout.write(`${shown(line)}\n`)
    },
    json: (value) => {
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    },
    note: (line) => {
      endLive()
      if (!settings.isQuiet && !settings.isJson) process.stderr.write(`${shown(line)}\n`)
    },
    progress: (line) => {
      if (!settings.isInteractive || settings.isQuiet || settings.isJson) return
      isLive = line !== ''
      process.stderr.write(`\r\u001b[2K${line.slice(0, settings.width - 1)}`)
    },
    status: (status) => {
      const { sign, word, color } = signs[status]
      const shown = settings.hasSigns ? sign : word.padEnd(5)
      return settings.hasColor ? `\u001b[${color}m${shown}\u001b[0m` : shown
    },
  }
}

/** Names and evidence come from outside: of what a terminal obeys, only our own colours pass. */
function shown(line: string): string {
  return line.split(ownColor).map(printableBetween).join('')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one.
const ownColor = /(\u001b\[(?:0|90|3[1-5])m)/

/** Splitting by a group leaves what it matched at the odd places. */
function printableBetween(part: string, index: number): string {
  return index % 2 === 1 ? part : printable(part)
}

/** Wraps at words; a word longer than the width stands alone. The first line starts after `indent` columns already used. */
export function wrap(text: string, width: number, indent: number): string[] {
  const room = Math.max(20, width - indent)
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > room) {
        lines.push(line)
        line = word
      } else {
        line = line === '' ? word : `${line} ${word}`
      }
    }
    lines.push(line)
  }
  return lines
}
