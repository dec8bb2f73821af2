import { everyKind, shippedKinds } from '../catalog.ts'
import { ConfigError, type Reader } from '../config/load-system.ts'
import { nearestNames } from '../config/problem.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { VigieError } from '../core/errors.ts'
import { type AnyMessage, type Locale, locales } from '../core/message.ts'
import { ownTimeZone } from '../core/zoned.ts'
import { allMessages, textsOfChannels } from '../messages.ts'
import { packageVersion } from '../platform/own-package.ts'
import { type Vigie, wire } from '../wire.ts'
import { commandCatalog, helpTexts } from './catalog.ts'
import type { Arguments } from './command.ts'
import { helpPageTexts, printHelp } from './help.ts'
import { createOutput, type Output, type OutputSettings } from './output.ts'
import { checkCount, parseArguments, wordsOf } from './parse-arguments.ts'
import { reportError } from './report-error.ts'
import { didYouMean, notOneOf, seeHelp, sharedTexts, unknownCommand, unknownOption } from './texts.ts'

/** Runs one command line and gives its exit code. */
export async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const words = wordsOf(argv)
  const line = commandCatalog.find(({ words: own }) => own.every((word, index) => words[index] === word))
  let output = outputFor(argv, {}, [])
  let vigie: Vigie | undefined
  let texts: readonly AnyMessage[] = []
  let isChosen = false
  const speak = (readers: readonly Reader[], more: readonly AnyComponentKind[] = []): void => {
    const kinds = [...readers.flatMap((reader) => reader.kinds), ...more]
    const ofChannels = textsOfChannels(readers.flatMap(({ settings }) => settings.channelKinds ?? []))
    const { locale, timezone } = readers[0]?.settings ?? {}
    const settings = { ...output.settings, timeZone: timezone ?? output.settings.timeZone }
    const chosen = isChosen ? settings.locale : (locale ?? settings.locale)
    Object.assign(output, createOutput({ ...settings, locale: chosen }, messagesFor([...texts, ...ofChannels], kinds)))
  }
  try {
    if (line === undefined) return withoutCommand(argv, words, outputFor(argv, loud, []))
    const { args, flags } = parseArguments(line, argv)
    if (args.values['help'] === true) {
      printHelp(outputFor(argv, { ...args.values, ...loud }, []), line.words)
      return 0
    }
    const command = await line.load()
    texts = command.texts
    isChosen = args.values['locale'] !== undefined
    output = outputFor(argv, args.values, texts)
    checkCount(line, args)
    const kindsOfRecords = command.showsStoredTexts !== false
    const adopt = async (readers: readonly Reader[]): Promise<void> =>
      speak(readers, kindsOfRecords ? await everyKind() : [])
    const open = async (): Promise<Vigie> => {
      vigie ??= await wire({ cwd: process.cwd(), configs: flags.config, dataDir: flags.data, kinds: shippedKinds })
      await adopt(vigie.systems)
      return vigie
    }
    return await command.run({ output, cwd: process.cwd(), signal, flags, open, adopt }, args)
  } catch (error) {
    if (error instanceof ConfigError) speak([error.reader])
    return reportError(error, output, signal)
  } finally {
    await vigie?.close()
  }
}

/** Help and the version are all that is asked for, with --quiet too. */
const loud = { quiet: false }

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
    const [option] = unknown
    if (option !== undefined) throw new VigieError('usage', unknownOption({ option }), { hint: seeHelp({ words: '' }) })
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

function messagesFor(
  more: readonly AnyMessage[],
  kinds: readonly AnyComponentKind[] = [],
): ReadonlyMap<string, AnyMessage> {
  return allMessages(kinds, [...sharedTexts, ...helpTexts, ...helpPageTexts, ...more])
}

function outputFor(line: readonly string[], values: Arguments['values'], more: readonly AnyMessage[]): Output {
  // What follows "--" is for another program.
  const argv = line.includes('--') ? line.slice(0, line.indexOf('--')) : line
  const at = argv.indexOf('--locale')
  const asked =
    values['locale'] ?? (at >= 0 ? argv[at + 1] : argv.find((word) => word.startsWith('--locale='))?.slice(9))
  const known = locales.find((one) => one === asked)
  const isPlain = argv.includes('--no-color') || Boolean(process.env['NO_COLOR']) || !process.stdout.isTTY
  const settings: OutputSettings = {
    locale: known ?? localeOfSystem(),
    timeZone: ownTimeZone(),
    isJson: values['json'] === true || argv.includes('--json'),
    isQuiet: Boolean(values['quiet'] ?? (argv.includes('--quiet') || argv.includes('-q'))),
    hasColor: !isPlain,
    hasSigns:
      !isPlain && /utf-?8/i.test(process.env['LC_ALL'] ?? process.env['LC_CTYPE'] ?? process.env['LANG'] ?? 'utf8'),
    width: process.stdout.columns ?? (Number(process.env['COLUMNS']) || 100),
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
  return reportError(error, outputFor(argv, {}, []), new AbortController().signal)
}
