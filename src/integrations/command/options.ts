import * as z from 'zod'
import { bytesSchema } from '../../core/bytes.ts'
import { patternSchema } from '../../core/pattern.ts'
import { secretSchema } from '../../core/secret.ts'

export const commandOptions = z.strictObject({
  /** A program with its arguments, run without a shell; or one line for `sh -c`. */
  command: z.union([z.string().min(1), z.array(z.string()).min(1)]),
  cwd: z.string().optional(),
  env: z.record(z.string(), secretSchema).default({}),
})
export type CommandOptions = z.output<typeof commandOptions>

export const runOptions = z.strictObject({
  exitCodes: z.array(z.number().int().min(0).max(255)).min(1).default([0]),
  /** What standard output, without its last line end, must and must not match. */
  matches: patternSchema.optional(),
  lacks: patternSchema.optional(),
  /** A number in standard output: the first group of `match`, with its limits. */
  number: z
    .strictObject({
      match: patternSchema,
      warnAbove: z.number().optional(),
      failAbove: z.number().optional(),
      warnBelow: z.number().optional(),
      failBelow: z.number().optional(),
    })
    .optional(),
  /** Kept of each stream: of a longer one the beginning and the end. A megabyte is some 10,000 lines. */
  maxOutput: bytesSchema.default(1_000_000),
})
export type RunOptions = z.output<typeof runOptions>

export function argvOf({ command }: CommandOptions): [string, ...string[]] {
  if (typeof command === 'string') return ['sh', '-c', command]
  const [program = '', ...rest] = command
  return [program, ...rest]
}
