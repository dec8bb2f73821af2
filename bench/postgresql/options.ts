import { parseArgs } from 'node:util'

export const parts = ['daily', 'retention', 'bloat'] as const
export type Part = (typeof parts)[number]

export interface Options {
  readonly only: readonly Part[]
  readonly isJson: boolean
  readonly tables: number
  readonly indexes: number
  readonly rounds: number
  /** Rows of the table that retention works on. */
  readonly rows: number
  /** How long retention works in each round. */
  readonly seconds: number
}

export const usage = `npm run bench -- postgresql [--only ${parts.join('|')}] [--tables 2000] [--indexes 5000] [--rounds 5] [--rows 5000000] [--seconds 15] [--json]`

/** Throws what is wrong with the words. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string', multiple: true, default: [...parts] },
      json: { type: 'boolean', default: false },
      tables: { type: 'string', default: '2000' },
      indexes: { type: 'string', default: '5000' },
      rounds: { type: 'string', default: '5' },
      rows: { type: 'string', default: '5000000' },
      seconds: { type: 'string', default: '15' },
    },
  })
  const only = values.only.flatMap((text) => text.split(','))
  return {
    only: only.map((text) => {
      const part = parts.find((one) => one === text)
      if (part === undefined) throw new Error(`--only ${text}: there are ${parts.join(', ')}`)
      return part
    }),
    isJson: values.json,
    tables: count('tables', values.tables),
    indexes: count('indexes', values.indexes),
    rounds: count('rounds', values.rounds),
    rows: count('rows', values.rows),
    seconds: count('seconds', values.seconds),
  }
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} ${text}: write a whole number`)
  return Number(text)
}
