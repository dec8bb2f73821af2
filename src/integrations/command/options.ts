import { z } from 'zod'
import { secretSchema } from '../../core/secret.ts'

export const commandOptions = z.strictObject({
  /** A program with its arguments, run without a shell; or one line for `sh -c`. */
  command: z.union([z.string().min(1), z.array(z.string()).min(1)]),
  cwd: z.string().optional(),
  env: z.record(z.string(), secretSchema).default({}),
})
export type CommandOptions = z.output<typeof commandOptions>

export function argvOf({ command }: CommandOptions): [string, ...string[]] {
  if (typeof command === 'string') return ['sh', '-c', command]
  const [program = '', ...rest] = command
  return [program, ...rest]
}
