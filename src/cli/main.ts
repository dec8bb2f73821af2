import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { everyKind, shippedKinds } from '../catalog.ts'
import { ConfigError } from '../config/load-system.ts'
import { nearestNames } from '../config/problem.ts'
import type { System } from '../config/system.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { errorCodes, VigieError } from '../core/errors.ts'
import { type AnyMessage, type Locale, locales, type Text } from '../core/message.ts'
import { createRedactor } from '../core/redact.ts'
import { ownTimeZone } from '../core/zoned.ts'
import { redactedText } from '../engine/redacted-text.ts'
import { allMessages } from '../messages.ts'
import { packageVersion } from '../platform/own-package.ts'
import { type Vigie, wire } from '../wire.ts'
import { commandCatalog, globalOptions, helpTexts } from './catalog.ts'
import { type Arguments, type CommandLine, type GlobalFlags, parseOptions } from './command.ts'
import { helpPageTexts, printHelp, usageOf } from './help.ts'
import { createOutput, type Output, type OutputSettings } from './output.ts'
import {
  didYouMean,
  notOneOf,
  seeHelp,
  sharedTexts,
  unexpected,
  unexpectedHint,
  unknownCommand,
  unknownOption,
  wrongCount,
} from './texts.ts'

/** Runs one command line and gives its exit code. */
export async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const words = wordsOf(argv)
  const line = commandCatalog.find(({ words: own }) => own.every((word, index) => words[index] === word))
  let output = outputFor(argv, {}, [])
  let vigie: Vigie | undefined
  try {
    if (line === undefined) return withoutCommand(argv, words, output)
    const { args, flags } = parse(line, argv)
    if (args.values['help'] === true) {
      printHelp(output, line.words)
      return 0
    }
    const command = await line.load()
    output = outputFor(argv, args.values, command.texts)
    checkCount(line, args)
    const adopt = async (systems: readonly System[]): Promise<void> => {
      const kinds = systems.flatMap(({ kinds }) => kinds)
      if (command.showsStoredTexts !== false) kinds.push(...(await everyKind()))
      const { locale, timezone } = systems[0]?.settings ?? {}
      const settings = { ...output.settings, timeZone: timezone ?? output.settings.timeZone }
      const chosen = args.values['locale'] === undefined ? (locale ?? settings.locale) : settings.locale
      Object.assign(output, createOutput({ ...settings, locale: chosen }, messagesFor(command.texts, kinds)))
    }
    const open = async (): Promise<Vigie> => {
      vigie ??= await wire({ cwd: process.cwd(), configs: flags.config, dataDir: flags.data, kinds: shippedKinds })
      await adopt(vigie.systems)
      return vigie
    }
    return await command.run({ output, cwd: process.cwd(), signal, flags, open, adopt }, args)
  } catch (error) {
    return report(error, output, signal)
  } finally {
    await vigie?.close()
  }
}

/** The words that are no options nor values of options, wherever they stand. */
function wordsOf(argv: readonly string[]): readonly string[] {
  const known = Object.assign({}, globalOptions, ...commandCatalog.map(({ options }) => options ?? {}))
  return parseArgs({ args: [...argv], options: parseOptions(known), allowPositionals: true, strict: false }).positionals
}

function withoutCommand(argv: readonly string[], words: readonly string[], output: Output): number {
  if (argv.includes('--version') || argv.includes('-v')) {
    output.line(packageVersion())
    return 0
  }
  const isNoun = words[0] !== undefined && words.length === 1 && commandCatalog.some((one) => one.words[0] === words[0])
  if (words.length === 0 || (isNoun && (argv.includes('--help') || argv.includes('-h')))) {
    const unknown = argv.filter(
      (word) =>
        word.startsWith('-') &&
        !['--help', '-h', '--no-color', '--json', '-q', '--quiet'].includes(word) &&
        !word.startsWith('--locale'),
    )
    if (unknown.length > 0)
      throw new VigieError('usage', unknownOption({ detail: unknown.join(' ') }), { hint: seeHelp({ words: '' }) })
    printHelp(output, words)
    return words.length === 0 && !argv.includes('--help') && !argv.includes('-h') ? 2 : 0
  }
  const asked = words.slice(0, 2).join(' ')
  const names = commandCatalog.map((one) => one.words.join(' '))
  const near = nearestNames(asked, names)
  const nearest = near.params['name']
  const hint =
    typeof nearest === 'string' ? didYouMean({ words: nearest }) : seeHelp({ words: isNoun ? (words[0] ?? '') : '' })
  throw new VigieError('usage', unknownCommand({ words: asked }), { hint })
}

function parse(line: CommandLine, argv: readonly string[]): { args: Arguments; flags: GlobalFlags } {
  const specs = { ...globalOptions, ...line.options }
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: parseOptions(specs),
      allowPositionals: true,
      strict: true,
    })
    const args = { values: values as Arguments['values'], positionals: positionals.slice(line.words.length) }
    const config = args.values['config']
    const data = args.values['data']
    return {
      args,
      flags: { config: Array.isArray(config) ? config : [], data: typeof data === 'string' ? data : undefined },
    }
  } catch (error) {
    const detail = (error instanceof Error ? error.message : String(error)).split('. ')[0] ?? ''
    const option = /'--?([\w-]+)/.exec(detail)?.[1]
    const hint =
      option === undefined ? seeHelp({ words: line.words.join(' ') }) : nearestNames(option, Object.keys(specs))
    throw new VigieError('usage', unknownOption({ detail }), { hint })
  }
}

function checkCount(line: CommandLine, { positionals }: Arguments): void {
  const isRight = positionals.length >= (line.minPositionals ?? 0) && positionals.length <= (line.maxPositionals ?? 0)
  if (!isRight)
    throw new VigieError('usage', wrongCount({ usage: usageOf(line) }), {
      hint: seeHelp({ words: line.words.join(' ') }),
    })
}

function messagesFor(
  more: readonly AnyMessage[],
  kinds: readonly AnyComponentKind[] = [],
): ReadonlyMap<string, AnyMessage> {
  return allMessages(kinds, [...sharedTexts, ...helpTexts, ...helpPageTexts, ...more])
}

function outputFor(argv: readonly string[], values: Arguments['values'], more: readonly AnyMessage[]): Output {
  const at = argv.indexOf('--locale')
  const asked =
    values['locale'] ?? (at >= 0 ? argv[at + 1] : argv.find((word) => word.startsWith('--locale='))?.slice(9))
  const known = locales.find((one) => one === asked)
  const isPlain = argv.includes('--no-color') || Boolean(process.env['NO_COLOR']) || !process.stdout.isTTY
  const settings: OutputSettings = {
    locale: known ?? localeOfSystem(),
    timeZone: ownTimeZone(),
    isJson: argv.includes('--json'),
    isQuiet: argv.includes('--quiet') || argv.includes('-q'),
    hasColor: !isPlain,
    hasSigns:
      !isPlain && /utf-?8/i.test(process.env['LC_ALL'] ?? process.env['LC_CTYPE'] ?? process.env['LANG'] ?? 'utf8'),
    width: process.stdout.columns ?? 100,
    isInteractive: Boolean(process.stderr.isTTY) && !process.env['CI'],
  }
  const output = createOutput(settings, messagesFor(more))
  if (values['locale'] !== undefined && known === undefined) {
    throw new VigieError('usage', notOneOf({ option: 'locale', value: String(asked), known: locales.join(', ') }))
  }
  return output
}

export function localeOfSystem(): Locale {
  const lang = process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || 'en'
  return lang.toLowerCase().startsWith('fr') ? 'fr' : 'en'
}

/** The last resort: what was thrown where nobody waited for it, told as any other error instead of by a stack. */
export function tellCrash(argv: readonly string[], error: unknown): number {
  return report(error, outputFor(argv, {}, []), new AbortController().signal)
}

/** Says what failed, on what, why and what to do next; in JSON mode as `{ "error": … }` on standard output. */
function report(error: unknown, output: Output, signal: AbortSignal): number {
  if (signal.aborted) return errorCodes.canceled.exit
  const known = error instanceof VigieError ? error : internalError(error)
  // Whatever was thrown may quote what it could not work with.
  const redactor = createRedactor()
  const told = (text: Text): string => output.text(redactedText(text, redactor))
  const message = told(known.text)
  const hint = known.hint === undefined ? null : told(known.hint)
  const problems = (known instanceof ConfigError ? known.problems : []).map((problem) => ({
    path: problem.path,
    message: told(problem.text),
    hint: problem.hint === undefined ? null : told(problem.hint),
    line: problem.place?.line ?? null,
    column: problem.place?.column ?? null,
  }))
  if (output.settings.isJson) {
    output.json({ error: { code: known.code, message, hint, ...(problems.length > 0 && { problems }) } })
  } else {
    process.stderr.write(`${output.status('fail')} ${message}\n`)
    for (const problem of problems) {
      const where =
        problem.line === null || !(known instanceof ConfigError) ? '' : `${whereOf(known.file)}:${problem.line}: `
      process.stderr.write(`  ${where}${problem.path || '.'}: ${problem.message}\n`)
      if (problem.hint !== null) process.stderr.write(`    → ${problem.hint}\n`)
    }
    if (hint !== null) process.stderr.write(`  → ${hint}\n`)
  }
  if (process.env['VIGIE_DEBUG'] !== undefined)
    process.stderr.write(`${redactor.redact(String(error instanceof Error ? error.stack : error))}\n`)
  return errorCodes[known.code].exit
}

/** A file as a terminal can open it: short where it is near. */
function whereOf(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') ? file : near
}

function internalError(error: unknown): VigieError {
  const detail = error instanceof Error ? error.message : String(error)
  return new VigieError('internal', unexpected({ detail }), { hint: unexpectedHint({}), cause: error })
}
