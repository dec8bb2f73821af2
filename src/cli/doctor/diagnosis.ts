import { errorCodes, type VigieError } from '../../core/errors.ts'
import type { Text } from '../../core/message.ts'

/** One line of `vigie doctor`: something that Vigie needs, and whether it is there. */
export interface Diagnosis {
  readonly name: 'node' | 'config' | 'timezone' | 'secret' | 'store' | 'clock' | 'network' | 'component'
  readonly status: 'pass' | 'warn' | 'fail' | 'error'
  /** What the summary is about, where that does not say it itself: a component, a place in the config. */
  readonly about?: string
  readonly summary: Text
  readonly remedy?: Text | undefined
  /** What it makes of the exit code of the command. Default: 0. */
  readonly exit?: number
}

export function diagnosisOf(name: Diagnosis['name'], { code, text, hint }: VigieError): Diagnosis {
  return { name, status: 'fail', summary: text, remedy: hint, exit: errorCodes[code].exit }
}

/** Which code counts when there are several. §7 of the CLI contract. */
const exitOrder = [2, 4, 130, 1, 3]

export function exitOf(found: readonly Diagnosis[]): number {
  return exitOrder.find((code) => found.some(({ exit }) => exit === code)) ?? 0
}
