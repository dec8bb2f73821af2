import { randomInt } from 'node:crypto'
import { userInfo } from 'node:os'
import { coveringSilence } from '../../../alerts/silences.ts'
import { nearestNames } from '../../../config/problem.ts'
import type { System } from '../../../config/system.ts'
import { parseDuration } from '../../../core/duration.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { SilenceRow } from '../../../store/watch-store.ts'
import { silenceJson } from '../../alerts/alert-json.ts'
import { knownRules, ruleNamed, shortName } from '../../alerts/known-rules.ts'
import { openAlerts } from '../../alerts/open-alerts.ts'
import { silenceText } from '../../alerts/silence-text.ts'
import { alertTexts } from '../../alerts/texts.ts'
import { type Arguments, type Command, stringOf } from '../../command.ts'

const needed = message('cli.silence-needed', {
  en: () => 'For how long, and why? Write --for 2h --reason TEXT.',
  fr: () => 'Pour combien de temps, et pourquoi ? Écrivez --for 2h --reason TEXTE.',
})
const badFor = message<{ value: string; maxMs: number }>('cli.silence-bad-for', {
  en: (p, f) => `--for "${p.value}" is no span of time up to ${f.duration(p.maxMs)}: write 30m, 2h or 7d`,
  fr: (p, f) => `--for « ${p.value} » n'est pas une durée d'au plus ${f.duration(p.maxMs)} : écrivez 30m, 2h ou 7d`,
})
const unknownComponent = message<{ name: string }>('cli.silence-unknown-component', {
  en: (p) => `There is no component "${p.name}": the silence would cover nothing.`,
  fr: (p) => `Aucun composant ne s'appelle « ${p.name} » : le silence ne couvrirait rien.`,
})
const unknownRule = message<{ name: string }>('cli.silence-unknown-rule', {
  en: (p) => `No alert comes from "${p.name}": the silence would cover nothing.`,
  fr: (p) => `Aucune alerte ne vient de « ${p.name} » : le silence ne couvrirait rien.`,
})
const coversText = message<{ ids: readonly string[] }>('cli.silence-covers', {
  en: (p, f) => `Covers what fires now: ${f.list(p.ids)}. What was told already stays told.`,
  fr: (p, f) => `Couvre ce qui est actif : ${f.list(p.ids)}. Ce qui est déjà annoncé le reste.`,
})
const endHint = message<{ id: string }>('cli.silence-end-hint', {
  en: (p) => `What still fires then, untold, is told at once. To end it before: vigie alerts unsilence ${p.id}`,
  fr: (p) =>
    `Ce qui sera alors actif sans avoir été annoncé le sera aussitôt. Pour y mettre fin avant : vigie alerts unsilence ${p.id}`,
})

/** A silence is a loan: who needs a longer one leaves the rule out of the config. */
const longestMs = 30 * 86_400_000
/** Without 0, 1, l and o, which are misread when an id is typed from a screen. */
const alphabet = '23456789abcdefghijkmnpqrstuvwxyz'

/** Keeps quiet about a component, a rule, or all of a system, for a time and a reason that everybody can read. */
export const alertsSilenceCommand: Command = {
  showsStoredTexts: false,
  texts: [needed, badFor, unknownComponent, unknownRule, coversText, endHint, ...alertTexts],
  run: async ({ output, open }, args) => {
    const written = stringOf(args, 'for')
    const reason = stringOf(args, 'reason')?.trim()
    if (written === undefined || !reason) throw new VigieError('usage', needed({}))
    const forMs = parseDuration(written) ?? 0
    if (forMs <= 0 || forMs > longestMs) throw new VigieError('usage', badFor({ value: written, maxMs: longestMs }))
    const vigie = await open()
    const { system, store, engine } = vigie
    const present = await openAlerts(vigie)
    const matcher = matcherOf(
      system,
      args,
      present.map(({ rule }) => rule),
    )
    const startsAt = engine.world.clock.now()
    const silence: SilenceRow = {
      id: newSilenceId(),
      system: system.name,
      matcher,
      reason,
      createdBy: stringOf(args, 'by')?.trim() || userInfo().username,
      startsAt,
      endsAt: new Date(startsAt.getTime() + forMs),
    }
    const { id, createdBy: actor, endsAt } = silence
    const subject = { system: system.name, silence: id, ...matcher, reason, until: endsAt.toISOString() }
    // The audit first: no silence stands without an author.
    await store.audit.append({ at: startsAt, actor, event: 'silence.started', subject })
    await store.silences.add(silence)
    const covers = present.filter((alert) => coveringSilence(alert, [silence], startsAt) !== undefined)
    const ids = covers.filter(({ state }) => state === 'firing').map((alert) => alert.id)
    if (output.settings.isJson) {
      output.json({ silence: silenceJson(silence), covers: ids })
      return 0
    }
    output.line(output.text(silenceText(silence)))
    if (ids.length > 0) output.line(output.text(coversText({ ids })))
    output.note(output.text(endHint({ id })))
    return 0
  },
}

/** A name that nothing has would make a silence that keeps nothing quiet, at the worst moment. */
function matcherOf(system: System, args: Arguments, rulesNow: readonly string[]): SilenceRow['matcher'] {
  const component = stringOf(args, 'component')
  const names = system.components.map(({ name }) => name)
  if (component !== undefined && !names.includes(component)) {
    throw new VigieError('usage', unknownComponent({ name: component }), { hint: nearestNames(component, names) })
  }
  const written = stringOf(args, 'rule')
  if (written === undefined) return component === undefined ? {} : { component }
  const known = [...new Set([...rulesNow, ...knownRules(system)])]
  const rule = known.includes(written) ? written : ruleNamed(written)
  if (!known.includes(rule)) {
    throw new VigieError('usage', unknownRule({ name: written }), { hint: nearestNames(written, known.map(shortName)) })
  }
  return { rule, ...(component !== undefined && { component }) }
}

/** `s` and seven characters. */
function newSilenceId(): string {
  return `s${Array.from({ length: 7 }, () => alphabet[randomInt(alphabet.length)]).join('')}`
}
