import { parseArgs } from 'node:util'

export const parts = ['checks', 'fault', 'rest', 'history'] as const
export type Part = (typeof parts)[number]

export interface Options {
  readonly only: readonly Part[]
  readonly isJson: boolean
  /** How long checks are measured, after they have warmed up. */
  readonly seconds: number
  readonly warmSeconds: number
  readonly faults: number
  readonly restSeconds: number
  /** How often real host metrics are looked at for their size. */
  readonly samples: number
}

export const usage = `npm run bench -- watch [--only ${parts.join('|')}] [--seconds 120] [--warm 60] [--faults 5] [--rest 600] [--samples 5700] [--json]`

/** Throws what is wrong with the words. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '120' },
      warm: { type: 'string', default: '60' },
      faults: { type: 'string', default: '5' },
      rest: { type: 'string', default: '600' },
      samples: { type: 'string', default: '5700' },
    },
  })
  const only = values.only.flatMap((text) => text.split(','))
  const unknown = only.filter((name) => !parts.some((part) => part === name))
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}`)
  return {
    only: parts.filter((part) => only.length === 0 || only.includes(part)),
    isJson: values.json,
    seconds: count(values.seconds, 'seconds'),
    warmSeconds: count(values.warm, 'warm'),
    faults: count(values.faults, 'faults'),
    restSeconds: count(values.rest, 'rest'),
    samples: count(values.samples, 'samples'),
  }
}

function count(text: string, option: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${option} "${text}" is no whole number from 1 on`)
  return value
}
