import { parseArgs } from 'node:util'
import { nearestNames } from '../config/problem.ts'
import { VigieError } from '../core/errors.ts'
import type { Text } from '../core/message.ts'
import { globalOptions } from './catalog/global-options.ts'
import { commandCatalog } from './catalog.ts'
import { type Arguments, type CommandLine, type GlobalFlags, type OptionSpec, parseOptions } from './command.ts'
import { usageOf } from './help.ts'
import { needsValue, seeHelp, takesNoValue, unknownOption, wrongCount } from './texts.ts'

/** The words that are no options nor values of options, wherever they stand. */
export function wordsOf(argv: readonly string[]): readonly string[] {
  const known = Object.assign({}, globalOptions, ...commandCatalog.map(({ options }) => options ?? {}))
  return parseArgs({ args: [...argv], options: parseOptions(known), allowPositionals: true, strict: false }).positionals
}

/** The arguments of a command. Throws `usage` in our own words: those of `parseArgs` are English only. */
export function parseArguments(
  line: CommandLine,
  argv: readonly string[],
): { readonly args: Arguments; readonly flags: GlobalFlags } {
  const specs = { ...globalOptions, ...line.options }
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: parseOptions(specs),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  for (const token of tokens) if (token.kind === 'option') checkOption(token, specs, line)
  // What `checkOption` lets pass has a value where it takes one: a list holds texts only.
  const args = { values: values as Arguments['values'], positionals: positionals.slice(line.words.length) }
  const { config, data } = args.values
  return {
    args,
    flags: { config: Array.isArray(config) ? config : [], data: typeof data === 'string' ? data : undefined },
  }
}

export function checkCount(line: CommandLine, { positionals }: Arguments): void {
  const isRight = positionals.length >= (line.minPositionals ?? 0) && positionals.length <= (line.maxPositionals ?? 0)
  if (!isRight) throw new VigieError('usage', wrongCount({ usage: usageOf(line) }), { hint: helpOf(line) })
}

function checkOption(
  token: {
    readonly name: string
    readonly rawName: string
    readonly value?: string | undefined
    inlineValue?: boolean | undefined
  },
  specs: Readonly<Record<string, OptionSpec>>,
  line: CommandLine,
): void {
  const { name, rawName: option, value, inlineValue: isInline } = token
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (spec === undefined) {
    throw new VigieError('usage', unknownOption({ option }), { hint: nearestNames(name, Object.keys(specs)) })
  }
  if (spec.type === 'boolean') {
    if (value !== undefined) throw new VigieError('usage', takesNoValue({ option }), { hint: helpOf(line) })
    return
  }
  // What begins like an option was one, most likely; a value that does is written with "=".
  const isForgotten = value === undefined || value === '' || (isInline !== true && value.startsWith('-'))
  if (isForgotten)
    throw new VigieError('usage', needsValue({ option, value: spec.value ?? '…' }), { hint: helpOf(line) })
}

function helpOf({ words }: CommandLine): Text {
  return seeHelp({ words: words.join(' ') })
}
