import { VigieError } from '../core/errors.ts'
import { endOfDay } from '../core/zoned.ts'
import { type Arguments, stringOf } from './command.ts'
import { blankText, notADay, notANumber, notOneOf } from './texts.ts'

/** One way for every command to read what stands after an option. All throw `usage`; undefined when it was not given. */

export function textOf(args: Arguments, option: string): string | undefined {
  const written = stringOf(args, option)
  const text = written?.trim()
  if (text === '') throw new VigieError('usage', blankText({ option }))
  return text
}

export function oneOf<Known extends string>(
  args: Arguments,
  option: string,
  known: readonly Known[],
): Known | undefined {
  const value = stringOf(args, option)
  const found = known.find((one) => one === value)
  if (value === undefined || found !== undefined) return found
  throw new VigieError('usage', notOneOf({ option, value, known: known.join(', ') }))
}

/** A whole number from 1 to `largest`. */
export function countOf(args: Arguments, option: string, largest: number): number | undefined {
  const value = stringOf(args, option)
  if (value === undefined) return undefined
  const count = /^\d{1,15}$/.test(value) ? Number(value) : 0
  if (count >= 1 && count <= largest) return count
  throw new VigieError('usage', notANumber({ option, value, largest }))
}

/** The end of a day written `2026-11-21`, in the time zone. */
export function dayOf(args: Arguments, option: string, timeZone: string): Date | undefined {
  const value = stringOf(args, option)
  if (value === undefined) return undefined
  const end = endOfDay(value, timeZone)
  if (end !== undefined) return end
  throw new VigieError('usage', notADay({ option, value }))
}
