import type { ParseArgsOptionsConfig } from 'node:util'
import type { Reader } from '../config/load-system.ts'
import type { AnyMessage, Message } from '../core/message.ts'
import type { Vigie } from '../wire.ts'
import type { Output } from './output.ts'

export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  readonly multiple?: boolean
  /** What stands after the option in the help: FILE, NAME. */
  readonly value?: string
  readonly summary: Message<Record<string, never>>
}

/** What a command gets. */
export interface CommandContext {
  readonly output: Output
  readonly cwd: string
  /** Aborted at Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  readonly flags: GlobalFlags
  /** Loads the configs and opens the store that the flags name; closed after the command. */
  open(): Promise<Vigie>
  /** Speaks the language of these systems from here on, in their time zone, with the texts of their kinds. `open` does it. */
  adopt(readers: readonly Reader[]): Promise<void>
}

export interface GlobalFlags {
  readonly config: readonly string[]
  readonly data: string | undefined
}

export interface Arguments {
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

/** One command: its own texts and its work. `run` gives the exit code. */
export interface Command {
  readonly texts: readonly AnyMessage[]
  /**
   * False when nothing is shown that an earlier run recorded: then only the kinds that the config names are loaded. A
   * record may come from a kind that the config has dropped since, and its text must be told all the same.
   */
  readonly showsStoredTexts?: false
  run(context: CommandContext, args: Arguments): Promise<number>
}

/** A line of the command catalog: all that help needs, without loading the command. */
export interface CommandLine {
  /** `['findings', 'list']`. */
  readonly words: readonly string[]
  /** As shown in the help: `ROUTINE|STEP...`. */
  readonly positionals?: string
  readonly minPositionals?: number
  readonly maxPositionals?: number
  readonly options?: Readonly<Record<string, OptionSpec>>
  readonly summary: Message<Record<string, never>>
  load(): Promise<Command>
}

/** The value of a string option; undefined when it was not given. */
export function stringOf(args: Arguments, name: string): string | undefined {
  const value = args.values[name]
  return typeof value === 'string' ? value : undefined
}

export function isSet(args: Arguments, name: string): boolean {
  return args.values[name] === true
}

export function parseOptions(options: Readonly<Record<string, OptionSpec>>): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short !== undefined && { short }), ...(multiple && { multiple }) },
    ]),
  )
}
