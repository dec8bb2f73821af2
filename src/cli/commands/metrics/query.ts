import { systemClock } from '../../../core/clock.ts'
import { parseDuration } from '../../../core/duration.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Formatter } from '../../../core/formatter.ts'
import { message } from '../../../core/message.ts'
import type { Labels } from '../../../core/series.ts'
import type { QuerySeries } from '../../../metrics/merge-series.ts'
import { createMetricsHistory, type MetricsHistory } from '../../../metrics/metrics-history.ts'
import type { Vigie } from '../../../wire.ts'
import { type Arguments, type Command, stringOf } from '../../command.ts'
import type { Output } from '../../output.ts'
import { sparkline } from '../../sparkline.ts'

const nothing = message<{ name: string; sinceMs: number }>('cli.metrics-nothing', {
  en: (p, f) => `No point of ${p.name} in the last ${f.duration(p.sinceMs)}. What is measured: vigie metrics query`,
  fr: (p, f) => `Aucun point de ${p.name} depuis ${f.duration(p.sinceMs)}. Ce qui est mesuré : vigie metrics query`,
})
const noNames = message('cli.metrics-no-names', {
  en: () => 'Nothing has been measured yet. The watch measures: vigie up',
  fr: () => "Rien n'a encore été mesuré. C'est la veille qui mesure : vigie up",
})
const badSpan = message<{ option: string; value: string }>('cli.metrics-bad-span', {
  en: (p) => `--${p.option} "${p.value}" is no span of time: write 30m, 6h, 7d or 104w`,
  fr: (p) => `--${p.option} « ${p.value} » n'est pas une durée : écrivez 30m, 6h, 7d ou 104w`,
})
const badLabel = message<{ value: string }>('cli.metrics-bad-label', {
  en: (p) => `--labels "${p.value}" is not understood: write name=value`,
  fr: (p) => `--labels « ${p.value} » n'est pas compris : écrivez nom=valeur`,
})
const range = message<{ last: string; min: string; mean: string; max: string }>('cli.metrics-range', {
  en: (p) => `last ${p.last}   min ${p.min}   mean ${p.mean}   max ${p.max}`,
  fr: (p) => `dernier ${p.last}   min ${p.min}   moyenne ${p.mean}   max ${p.max}`,
})
const oldest = message<{ class: string; tier: string; at: string; keepMs: number }>('cli.metrics-oldest', {
  en: (p, f) => `${p.class}, ${tierIn.en[p.tier] ?? p.tier}: oldest ${f.date(p.at)}, kept ${f.duration(p.keepMs)}`,
  fr: (p, f) =>
    `${p.class}, ${tierIn.fr[p.tier] ?? p.tier} : le plus ancien ${f.date(p.at)}, gardé ${f.duration(p.keepMs)}`,
})
const tierIn: Readonly<Record<'en' | 'fr', Readonly<Record<string, string>>>> = {
  en: { raw: 'points', '1m': 'by minute', '1h': 'by hour', '1d': 'by day' },
  fr: { raw: 'points', '1m': 'par minute', '1h': 'par heure', '1d': 'par jour' },
}

const defaultSinceMs = 3_600_000
const pictureWidth = 60

/** One series or several over a time; without a name, what is measured and since when it is kept. */
export const metricsQueryCommand: Command = {
  texts: [nothing, noNames, badSpan, badLabel, range, oldest],
  showsStoredTexts: false,
  run: async ({ output, open }, args) => {
    const [name] = args.positionals
    const sinceMs = spanOf(args, 'since') ?? defaultSinceMs
    const stepMs = spanOf(args, 'step')
    const labels = labelsOf(args)
    const vigie = await open()
    const history = createMetricsHistory({
      series: vigie.store.series,
      dataDir: vigie.engine.dataDir,
      keep: vigie.systems.map(({ settings }) => settings.metrics.keep),
    })
    try {
      if (name === undefined) return await tellNames(output, vigie, history)
      const until = systemClock.now().getTime()
      const asked = { name, labels, since: until - sinceMs, until, ...(stepMs !== undefined && { stepMs }) }
      const found = await Promise.all(
        vigie.systems.map(async ({ name: system }) => ({
          system,
          ...(await history.query({ system, ...asked }, until)),
        })),
      )
      if (output.settings.isJson) output.json({ series: found.flatMap((one) => seriesJson(name, one)) })
      else for (const one of found) for (const series of one.series) tellSeries(output, name, series)
      if (!output.settings.isJson && found.every(({ series }) => series.length === 0))
        output.line(output.text(nothing({ name, sinceMs })))
      return 0
    } finally {
      await history.close()
    }
  },
}

async function tellNames(output: Output, { systems, store }: Vigie, history: MetricsHistory): Promise<number> {
  const names = await Promise.all(
    systems.map(async ({ name: system }) => ({ system, names: await store.series.names(system) })),
  )
  const records = await history.oldest()
  if (output.settings.isJson) {
    output.json({
      metrics: names.flatMap(({ system, names: own }) => own.map((name) => ({ system, name }))),
      oldest: records.map(({ at, ...one }) => ({ ...one, at: new Date(at).toISOString() })),
    })
    return 0
  }
  const all = new Set(names.flatMap((one) => one.names))
  if (all.size === 0) output.line(output.text(noNames({})))
  for (const name of all) output.line(name)
  if (records.length > 0) output.line()
  for (const { at, ...one } of records) output.line(output.text(oldest({ ...one, at: new Date(at).toISOString() })))
  return 0
}

function tellSeries(output: Output, name: string, { labels, points }: QuerySeries): void {
  const shown = (value: number): string => figure(name, value, output.format)
  const total = points.reduce((sum, { value, count }) => sum + value * count, 0)
  const count = points.reduce((sum, one) => sum + one.count, 0)
  output.line([name, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)].join('  '))
  if (output.settings.hasSigns)
    output.line(
      `  ${sparkline(
        points.map(({ value }) => value),
        pictureWidth,
      )}`,
    )
  const text = range({
    last: shown(points.at(-1)?.value ?? 0),
    min: shown(points.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY)),
    mean: shown(total / count),
    max: shown(points.reduce((most, { max }) => Math.max(most, max), Number.NEGATIVE_INFINITY)),
  })
  output.line(`  ${output.text(text)}`)
}

/** By the unit at the end of the name. */
function figure(name: string, value: number, format: Formatter): string {
  if (name.endsWith('_ratio')) return format.percent(value)
  if (name.endsWith('_bytes')) return format.bytes(value)
  return name.endsWith('_seconds') ? format.duration(value * 1000) : format.number(value, 3)
}

function seriesJson(
  name: string,
  { system, stepMs, series }: { system: string; stepMs: number; series: readonly QuerySeries[] },
): readonly object[] {
  return series.map(({ labels, points }) => ({
    system,
    name,
    labels,
    stepMs,
    points: points.map(({ at, ...point }) => ({ at: new Date(at).toISOString(), ...point })),
  }))
}

function spanOf(args: Arguments, option: string): number | undefined {
  const value = stringOf(args, option)
  if (value === undefined) return undefined
  const span = parseDuration(value)
  if (span === undefined || span <= 0) throw new VigieError('usage', badSpan({ option, value }))
  return span
}

function labelsOf(args: Arguments): Labels {
  const given = args.values['labels']
  const all = Array.isArray(given) ? given : []
  return Object.fromEntries(
    all.map((value: string) => {
      const [, name = '', text = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(value) ?? []
      if (name === '') throw new VigieError('usage', badLabel({ value }))
      return [name, text]
    }),
  )
}
