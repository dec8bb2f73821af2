import { message } from '../../../core/message.ts'
import { findingStates, isAtLeast, severities } from '../../../core/words.ts'
import { isLookedForIn } from '../../../engine/withdraw.ts'
import type { FindingRow } from '../../../store/finding-store.ts'
import { type Command, isSet } from '../../command.ts'
import { wrap } from '../../output.ts'
import { oneOf } from '../../read-options.ts'
import { severityWord, stateWord } from '../../texts.ts'
import { findingJson } from '../../to-json.ts'

const nothing = message('cli.no-findings', {
  en: () => 'Nothing to put right among what was looked at. `vigie status` tells when that was.',
  fr: () => 'Rien à corriger parmi ce qui a été contrôlé. `vigie status` dit quand.',
})
const withdrawnWord = message('cli.finding-not-looked-for', {
  en: () => 'not looked for any more',
  fr: () => "n'est plus contrôlé",
})
const findingsListTexts = [nothing, withdrawnWord]

const bars = { low: '▂   ', medium: '▂▄  ', high: '▂▄▆ ', critical: '▂▄▆█' } as const
const letters = { low: 'L', medium: 'M', high: 'H', critical: 'C' } as const

/** What is to put right, the worst first. Fixed ones only with `--all` or `--state fixed`. */
export const findingsListCommand: Command = {
  texts: findingsListTexts,
  run: async ({ output, open }, args) => {
    const { store, systems } = await open()
    const state = oneOf(args, 'state', findingStates)
    const limit = oneOf(args, 'severity', severities) ?? 'low'
    const states = state !== undefined ? [state] : isSet(args, 'all') ? findingStates : (['open', 'accepted'] as const)
    const found = (await Promise.all(systems.map(({ name }) => store.findings.list({ system: name, states })))).flat()
    const findings = found
      .filter(({ severity }) => isAtLeast(severity, limit))
      .sort(
        (a, b) =>
          severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
          a.firstSeenAt.getTime() - b.firstSeenAt.getTime() ||
          (a.fingerprint < b.fingerprint ? -1 : 1),
      )
    if (output.settings.isJson) {
      output.json({ findings: findings.map((row) => findingJson(row, output.text)) })
      return 0
    }
    if (findings.length === 0) output.line(output.text(nothing({})))
    const isStillLookedFor = isLookedForIn(systems)
    const stateNote = (row: FindingRow): string => {
      if (!isStillLookedFor(row)) return `[${output.text(withdrawnWord({}))}]`
      return row.state === 'open' ? '' : `[${output.text(stateWord({ state: row.state }))}]`
    }
    const width = Math.min(24, Math.max(0, ...findings.map(({ step }) => step.length)))
    for (const row of findings) {
      const sign = output.settings.hasSigns ? `${bars[row.severity]} ${letters[row.severity]}` : letters[row.severity]
      const indent = sign.length + 1 + 8 + 2 + width + 2
      const notes = [stateNote(row), row.owner === undefined ? '' : `@${row.owner}`].filter((note) => note !== '')
      const [first = '', ...rest] = wrap([output.text(row.title), ...notes].join(' '), output.settings.width, indent)
      output.line(`${sign} ${row.fingerprint.slice(0, 8)}  ${row.step.padEnd(width)}  ${first}`)
      for (const line of rest) output.line(`${' '.repeat(indent)}${line}`)
      if (row.remedy !== undefined) output.line(`${' '.repeat(sign.length + 11)}→ ${output.text(row.remedy)}`)
    }
    const counts = severities.toReversed().flatMap((severity) => {
      const count = findings.filter((row) => row.severity === severity).length
      return count === 0 ? [] : [`${count} ${output.text(severityWord({ severity }))}`]
    })
    if (counts.length > 0) output.line(`\n${counts.join('   ')}`)
    return 0
  },
}
