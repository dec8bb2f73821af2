import { type AlertRule, alertRulesOf } from '../../../alerts/alert-rule.ts'
import { asAlertRules } from '../../../alerts/catalog/ready-rule.ts'
import { readyRules } from '../../../alerts/catalog.ts'
import type { Episode } from '../../../alerts/replay.ts'
import { systemRules } from '../../../alerts/system-rules.ts'
import { titleOf } from '../../../alerts/titles.ts'
import { parseDuration } from '../../../core/duration.ts'
import { VigieError } from '../../../core/errors.ts'
import { message, type Text } from '../../../core/message.ts'
import { createMetricsHistory } from '../../../metrics/metrics-history.ts'
import { watchTexts } from '../../../watch/texts.ts'
import { type ReplayedRule, type ReplayedSystem, replayRules } from '../../alerts/replay-rules.ts'
import { type Arguments, type Command, stringOf } from '../../command.ts'
import type { Output } from '../../output.ts'

const badSince = message<{ value: string }>('cli.alerts-bad-since', {
  en: (p) => `--since "${p.value}" is no span of time up to 400d: write 30m, 24h or 7d`,
  fr: (p) => `--since « ${p.value} » n'est pas une durée d'au plus 400d : écrivez 30m, 24h ou 7d`,
})
const recordedText = message<{ series: number; points: number; from: string; until: string }>('cli.replay-recorded', {
  en: (p, f) =>
    `${f.plural(p.series, { one: '1 series', other: `${p.series} series` })}, ${f.plural(p.points, { one: '1 point', other: `${f.number(p.points)} points` })}, ${f.dateTime(p.from)} to ${f.dateTime(p.until)}`,
  fr: (p, f) =>
    `${f.plural(p.series, { one: '1 série', other: `${p.series} séries` })}, ${f.plural(p.points, { one: '1 point', other: `${f.number(p.points)} points` })}, du ${f.dateTime(p.from)} au ${f.dateTime(p.until)}`,
})
const noData = message<{ sinceMs: number }>('cli.replay-no-data', {
  en: (p, f) => `could not tell: nothing that it reads was recorded in the last ${f.duration(p.sinceMs)}`,
  fr: (p, f) => `indéterminé : rien de ce qu'elle lit n'a été enregistré depuis ${f.duration(p.sinceMs)}`,
})
const noDataHint = message('cli.replay-no-data-hint', {
  en: () => 'What is measured: vigie metrics query. The watch records it: vigie up',
  fr: () => "Ce qui est mesuré : vigie metrics query. C'est la veille qui enregistre : vigie up",
})
const asleep = message<{ count: number }>('cli.replay-asleep', {
  en: (p, f) =>
    f.plural(p.count, {
      one: '1 ready-made rule sleeps: nothing that it reads was recorded.',
      other: `${p.count} ready-made rules sleep: nothing that they read was recorded.`,
    }),
  fr: (p, f) =>
    f.plural(p.count, {
      one: "1 règle fournie est en sommeil : rien de ce qu'elle lit n'a été enregistré.",
      other: `${p.count} règles fournies sont en sommeil : rien de ce qu'elles lisent n'a été enregistré.`,
    }),
})
const stayedQuiet = message('cli.replay-quiet', {
  en: () => 'would not have fired',
  fr: () => "n'aurait pas alerté",
})
const firedText = message<{ firedAt: string; resolvedAt: string; durationMs: number; isCovered: boolean }>(
  'cli.replay-fired',
  {
    en: (p, f) =>
      `would have fired ${f.dateTime(p.firedAt)}, ${p.resolvedAt === '' ? 'and would still fire' : `resolved ${f.dateTime(p.resolvedAt)}`}, ${f.duration(p.durationMs)}${p.isCovered ? ' (covered by a stronger rule: told to nobody)' : ''}`,
    fr: (p, f) =>
      `aurait alerté ${f.dateTime(p.firedAt)}, ${p.resolvedAt === '' ? 'et alerterait encore' : `jusqu'à ${f.dateTime(p.resolvedAt)}`}, ${f.duration(p.durationMs)}${p.isCovered ? " (couverte par une règle plus forte : personne n'aurait été prévenu)" : ''}`,
  },
)
const missingText = message<{ component: string; firedAt: string; resolvedAt: string; durationMs: number }>(
  'cli.replay-missing',
  {
    en: (p, f) =>
      `data of ${p.component} would have been told as missing ${f.dateTime(p.firedAt)}${p.resolvedAt === '' ? '' : `, and as back ${f.dateTime(p.resolvedAt)}`} (${f.duration(p.durationMs)})`,
    fr: (p, f) =>
      `les données de ${p.component} auraient été annoncées manquantes ${f.dateTime(p.firedAt)}${p.resolvedAt === '' ? '' : `, puis de retour ${f.dateTime(p.resolvedAt)}`} (${f.duration(p.durationMs)})`,
  },
)
const texts = [badSince, recordedText, noData, noDataHint, asleep, stayedQuiet, firedText, missingText]

const defaultSinceMs = 86_400_000
const longestSinceMs = 400 * 86_400_000

interface Tested extends ReplayedSystem {
  readonly system: string
  readonly alertRules: readonly AlertRule[]
}

/** Replays one rule, or all of each config, over what was recorded. Exit 3 when one could not tell for want of data. */
export const alertsTestCommand: Command = {
  texts: [...texts, ...watchTexts],
  showsStoredTexts: false,
  run: async ({ output, open }, args) => {
    const sinceMs = sinceOf(args)
    const [written] = args.positionals
    // Read before anything else: a mistake in it is told even where no config is whole.
    const named = written === undefined ? undefined : rulesOf(written)
    const { systems, store, engine } = await open()
    const keep = systems.map(({ settings }) => settings.metrics.keep)
    const history = createMetricsHistory({ series: store.series, dataDir: engine.dataDir, keep })
    try {
      const nowMs = engine.world.clock.now().getTime()
      const tested: Tested[] = []
      for (const { name: system, settings } of systems) {
        const rules = named ?? systemRules(settings)
        const parts = { system, series: store.series, history, rules, fromMs: nowMs - sinceMs, nowMs }
        tested.push({ system, alertRules: rules, ...(await replayRules(parts)) })
      }
      if (output.settings.isJson) output.json(toJson(tested, output))
      else for (const one of tested) tell(output, one, sinceMs, named !== undefined)
      return tested.some((one) => couldNotTell(one, named !== undefined)) ? 3 : 0
    } finally {
      await history.close()
    }
  },
}

/** A ready-made rule sleeps until its series comes; one that was asked for, or written by the team, is to say something. */
function couldNotTell({ rules }: Tested, isNamed: boolean): boolean {
  const blind = rules.filter((one) => statusOf(one) === 'no-data')
  return blind.length === rules.length || blind.some(({ isReadyMade }) => isNamed || !isReadyMade)
}

function rulesOf(written: string): readonly AlertRule[] {
  const ready = readyRules.find(({ id }) => id === written)
  return ready === undefined ? alertRulesOf(written) : asAlertRules(ready)
}

function sinceOf(args: Arguments): number {
  const value = stringOf(args, 'since')
  const since = value === undefined ? defaultSinceMs : (parseDuration(value) ?? 0)
  if (since <= 0 || since > longestSinceMs) throw new VigieError('usage', badSince({ value: value ?? '' }))
  return since
}

function statusOf({ episodes, couldTell }: ReplayedRule): 'fired' | 'quiet' | 'no-data' {
  return episodes.length > 0 ? 'fired' : couldTell ? 'quiet' : 'no-data'
}

function tell(output: Output, tested: Tested, sinceMs: number, isNamed: boolean): void {
  const { rules, missing } = tested
  const isShown = (one: ReplayedRule): boolean => isNamed || !one.isReadyMade || statusOf(one) !== 'no-data'
  for (const one of rules.filter(isShown)) tellRule(output, tested, one, sinceMs)
  for (const { labels, firedAt, resolvedAt, durationMs } of missing) {
    const times = { firedAt: isoOf(firedAt), resolvedAt: resolvedAt === undefined ? '' : isoOf(resolvedAt), durationMs }
    output.line(
      `${output.status('error')} ${output.text(missingText({ component: labels['component'] ?? '', ...times }))}`,
    )
  }
  const count = rules.length - rules.filter(isShown).length
  if (count > 0) output.line(output.text(asleep({ count })))
  if (couldNotTell(tested, isNamed)) output.note(`→ ${output.text(noDataHint({}))}`)
}

function tellRule(output: Output, tested: Tested, one: ReplayedRule, sinceMs: number): void {
  const { rule, series, points, recordedFrom, recordedUntil, episodes } = one
  const status = statusOf(one)
  output.line(`${output.status(status === 'fired' ? 'warn' : status === 'quiet' ? 'pass' : 'error')} ${rule}`)
  if (recordedFrom !== undefined && recordedUntil !== undefined) {
    const text = recordedText({ series, points, from: isoOf(recordedFrom), until: isoOf(recordedUntil) })
    output.line(`    ${output.text(text)}`)
  }
  if (status === 'no-data') output.line(`    ${output.text(noData({ sinceMs }))}`)
  if (status === 'quiet') output.line(`    ${output.text(stayedQuiet({}))}`)
  for (const episode of episodes) {
    const { firedAt, resolvedAt, durationMs, isCovered } = episode
    const times = { firedAt: isoOf(firedAt), resolvedAt: resolvedAt === undefined ? '' : isoOf(resolvedAt), durationMs }
    output.line(`    ${output.text(firedText({ ...times, isCovered }))}`)
    output.line(`      ${output.text(titleIn(tested, episode))}`)
  }
}

/** What would have been told. */
function titleIn({ alertRules }: Tested, { rule: text, severity, labels, value }: Episode): Text {
  const own = alertRules.filter((one) => one.text === text)
  const rule = own.find((one) => one.severity === severity) ?? own[0]
  return rule === undefined ? { code: '', params: {} } : titleOf(rule, labels, value ?? Number.NaN)
}

function toJson(all: readonly Tested[], output: Output): object {
  const timesOf = ({ firedAt, resolvedAt, durationMs }: Episode): object => ({
    firedAt: isoOf(firedAt),
    resolvedAt: resolvedAt === undefined ? null : isoOf(resolvedAt),
    durationMs,
  })
  return {
    rules: all.flatMap((tested) =>
      tested.rules.map((one) => ({
        system: tested.system,
        rule: one.rule,
        isReadyMade: one.isReadyMade,
        status: statusOf(one),
        series: one.series,
        points: one.points,
        recordedFrom: one.recordedFrom === undefined ? null : isoOf(one.recordedFrom),
        recordedUntil: one.recordedUntil === undefined ? null : isoOf(one.recordedUntil),
        episodes: one.episodes.map((episode) => {
          const { labels, severity, startedAt, value, isCovered } = episode
          const title = titleIn(tested, episode)
          return {
            ...{ labels, severity, code: title.code, params: title.params, title: output.text(title) },
            ...{ startedAt: isoOf(startedAt), ...timesOf(episode), value: value ?? null, isCovered },
          }
        }),
      })),
    ),
    missing: all.flatMap(({ system, missing }) =>
      missing.map((episode) => ({ system, labels: episode.labels, ...timesOf(episode) })),
    ),
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
