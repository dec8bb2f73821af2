import { message } from '../../../core/message.ts'
import { isLookedForIn } from '../../../engine/withdraw.ts'
import type { Command } from '../../command.ts'
import { findFinding } from '../../find-finding.ts'
import { severityWord, stateWord } from '../../texts.ts'
import { findingJson } from '../../to-json.ts'

const facts = message<{ severity: string; state: string; first: string; last: string; times: number }>(
  'cli.finding-facts',
  {
    en: (p, f) =>
      `${p.severity} · ${p.state} · first seen ${f.dateTime(p.first)}, last ${f.dateTime(p.last)}, ${f.plural(p.times, { one: 'once', other: `${p.times} times` })}`,
    fr: (p, f) =>
      `${p.severity} · ${p.state} · vu d'abord ${f.dateTime(p.first)}, dernièrement ${f.dateTime(p.last)}, ${p.times} fois`,
  },
)
const howItCloses = message<{ step: string }>('cli.finding-closes', {
  en: (p) => `It closes by itself at a clean re-check: vigie run ${p.step}`,
  fr: (p) => `Il se ferme de lui-même lors d'un nouveau contrôle réussi : vigie run ${p.step}`,
})
const nobodyLooks = message<{ step: string }>('cli.finding-withdrawn', {
  en: (p) => `Nobody looks for it any more: ${p.step} is not in the config. How it stands is not known.`,
  fr: (p) => `Plus personne ne le contrôle : ${p.step} n'est plus dans la configuration. Son état n'est pas connu.`,
})
const eventText = message<{ event: string; actor: string }>('cli.finding-event', {
  en: (p) => `${english[p.event] ?? p.event.replace('-', ' ')}${p.actor === '' ? '' : ` by ${p.actor}`}`,
  fr: (p) => `${french[p.event] ?? p.event}${p.actor === '' ? '' : ` par ${p.actor}`}`,
})
const english: Readonly<Record<string, string>> = { withdrawn: 'withdrawn, as nothing looks for it any more' }
const french: Readonly<Record<string, string>> = {
  opened: 'ouvert',
  back: 'revenu',
  fixed: 'corrigé',
  withdrawn: 'retiré, car plus rien ne le contrôle',
  accepted: 'accepté',
  'acceptance-ended': 'acceptation expirée',
  assigned: 'attribué',
  'severity-changed': 'gravité modifiée',
}
const findingsShowTexts = [facts, howItCloses, nobodyLooks, eventText]

/** One finding with its life: opened, accepted, fixed, back. */
export const findingsShowCommand: Command = {
  texts: findingsShowTexts,
  run: async ({ output, open }, args) => {
    const vigie = await open()
    const row = await findFinding(vigie, args.positionals[0] ?? '')
    const events = await vigie.store.findings.events(row.system, row.fingerprint)
    if (output.settings.isJson) {
      output.json({
        finding: findingJson(row, output.text),
        events: events.map(({ at, event, runId, actor, detail }) => ({
          at: at.toISOString(),
          event,
          run: runId ?? null,
          actor: actor ?? null,
          detail,
        })),
      })
      return 0
    }
    output.line(`${row.system} · ${row.step}   ${row.fingerprint}`)
    output.line(output.text(row.title))
    const severity = output.text(severityWord({ severity: row.severity }))
    const state = output.text(stateWord({ state: row.state }))
    const [first, last] = [row.firstSeenAt.toISOString(), row.lastSeenAt.toISOString()]
    output.line(output.text(facts({ severity, state, first, last, times: row.timesSeen })))
    if (row.remedy !== undefined) output.line(`→ ${output.text(row.remedy)}`)
    const how = isLookedForIn(vigie.systems)(row) ? howItCloses : nobodyLooks
    output.line(output.text(how({ step: row.step })))
    output.line()
    for (const { at, event, actor, detail } of events) {
      const reason = typeof detail['reason'] === 'string' ? `  "${detail['reason']}"` : ''
      output.line(
        `${output.format.dateTime(at.toISOString())}  ${output.text(eventText({ event, actor: actor ?? '' }))}${reason}`,
      )
    }
    return 0
  },
}
