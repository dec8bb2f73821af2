import { message } from '../core/message.ts'
import { globalOptions } from './catalog/global-options.ts'
import { commandCatalog } from './catalog.ts'
import type { CommandLine, OptionSpec } from './command.ts'
import { type Output, wrap } from './output.ts'

const tagline = message('cli.tagline', {
  en: () => 'Vigie, the maintenance autopilot for the web applications of small teams',
  fr: () => 'Vigie, le pilote automatique de la maintenance des applications web',
})
const usage = message('cli.usage-word', { en: () => 'Usage', fr: () => 'Utilisation' })
const everywhere = message('cli.options-everywhere', {
  en: () => 'Options of every command',
  fr: () => 'Options de toutes les commandes',
})
const options = message('cli.options-word', { en: () => 'Options', fr: () => 'Options' })
const exitCodes = message('cli.exit-codes', {
  en: () =>
    'Exit codes: 0 all is well or only warnings · 1 a step failed or a finding is high · 2 usage or configuration · 3 could not tell, interrupted or waits for approval · 4 locked by another run · 130 canceled',
  fr: () =>
    'Codes de sortie : 0 tout va bien ou simples avertissements · 1 une étape en échec ou un constat élevé · 2 utilisation ou configuration · 3 indéterminé, interrompu ou à approuver · 4 verrouillé par une autre exécution · 130 annulé',
})
export const helpPageTexts = [tagline, usage, everywhere, options, exitCodes]

export function printHelp(output: Output, words: readonly string[]): void {
  const matching = commandCatalog.filter((line) => words.every((word, index) => line.words[index] === word))
  const [only, ...others] = matching
  if (only !== undefined && others.length === 0 && words.length > 0) {
    output.line(
      `${output.text(usage({}))} : vigie ${usageOf(only)}`.replace(
        ' :',
        output.settings.locale === 'fr' ? '\u00a0:' : ':',
      ),
    )
    output.line(`  ${output.text(only.summary({}))}`)
    if (only.options !== undefined) printOptions(output, output.text(options({})), only.options)
  } else {
    for (const line of wrap(output.text(tagline({})), output.settings.width, 0)) output.line(line)
    output.line()
    const shown = matching.length > 0 ? matching : commandCatalog
    printRows(
      output,
      shown.map((one) => [`  vigie ${usageOf(one)}`, output.text(one.summary({}))]),
    )
  }
  printOptions(output, output.text(everywhere({})), globalOptions)
  output.line()
  for (const line of wrap(output.text(exitCodes({})), output.settings.width, 0)) output.line(line)
}

export function usageOf({ words, positionals }: CommandLine): string {
  return [...words, positionals ?? ''].join(' ').trim()
}

function printOptions(output: Output, title: string, specs: Readonly<Record<string, OptionSpec>>): void {
  output.line()
  output.line(title)
  const rows = Object.entries(specs).map(
    ([name, { short, value, summary }]): Row => [
      `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
      output.text(summary({})),
    ],
  )
  printRows(output, rows)
}

type Row = readonly [what: string, summary: string]

/** Help is read whole: what does not fit beside a name goes on below it. */
function printRows(output: Output, rows: readonly Row[]): void {
  const { width } = output.settings
  const indent = Math.min(Math.max(...rows.map(([what]) => what.length)) + 2, Math.floor(width / 2))
  for (const [what, summary] of rows) {
    const [first = '', ...rest] = wrap(summary, width, indent)
    const isLong = what.length + 2 > indent
    if (isLong) output.line(what)
    output.line(`${isLong ? ' '.repeat(indent) : what.padEnd(indent)}${first}`)
    for (const line of rest) output.line(`${' '.repeat(indent)}${line}`)
  }
}
