import type { ComponentView, FigureView, LookView, Overview, SystemView } from '../api/overview.ts'
import type { ConfiguredComponent, System } from '../config/system.ts'
import type { Clock } from '../core/clock.ts'
import type { Text } from '../core/message.ts'
import type { Store } from '../store/store.ts'
import type { SeriesRow } from '../store/watch-store.ts'
import { type Figure, figures } from './overview-figures.ts'
import type { WatchOne } from './watch-one.ts'

/** As wide as a small picture has room for: 96 steps in a day. */
const stepMs = 900_000
const steps = 96
/** Of a component; a gauge with many labels must not fill the page. */
const mostFigures = 24
/** Alerts of a system; more than anybody reads. */
const mostAlerts = 200
const defaultEveryMs = 60_000
/** Who reloads the page again and again gets what was just seen. */
const keptMs = 2000

export interface OverviewParts {
  readonly store: Pick<Store, 'alerts' | 'series'>
  readonly clock: Clock
  watches(): readonly Pick<WatchOne, 'system' | 'lastLooks'>[]
  problem(): Text | undefined
}

/** What the page at `/` shows: gives what all systems look like now. */
export function createOverview(parts: OverviewParts): () => Promise<Overview> {
  let kept: { readonly atMs: number; readonly seen: Promise<Overview> } | undefined
  return () => {
    const nowMs = parts.clock.monotonicMs()
    if (kept === undefined || nowMs - kept.atMs >= keptMs) {
      kept = { atMs: nowMs, seen: lookOver(parts) }
      // What failed is tried again by the next one who asks.
      kept.seen.catch(() => {
        kept = undefined
      })
    }
    return kept.seen
  }
}

async function lookOver({ store, clock, watches, problem }: OverviewParts): Promise<Overview> {
  const systems: SystemView[] = []
  for (const { system, lastLooks } of watches()) {
    const { name, settings, components } = system
    const alerts = await store.alerts.list({ system: name, states: ['pending', 'firing'], limit: mostAlerts })
    const shown = await figuresOf(system, store.series, clock.now().getTime())
    systems.push({
      name,
      timeZone: settings.timezone,
      alerts,
      components: components.map(
        (component): ComponentView => ({
          name: component.name,
          kind: component.kind.kind,
          looks: looksOf(system, component, lastLooks),
          figures: (shown.get(component.name) ?? []).slice(0, mostFigures),
        }),
      ),
    })
  }
  return { now: clock.now(), problem: problem(), systems }
}

function looksOf(system: System, { name }: ConfiguredComponent, lastLooks: WatchOne['lastLooks']): LookView[] {
  const seen = (id: string, isCheck: boolean, everyMs: number): LookView => {
    const { status, reason, at } = lastLooks.get(id) ?? {}
    return { name: id.slice(name.length + 1), isCheck, status, reason, at, everyMs }
  }
  const checks = [...system.steps.values()].flatMap((step) =>
    step.type === 'check' && step.component.name === name && step.watch !== undefined
      ? [seen(step.id, true, step.watch.everyMs)]
      : [],
  )
  const collectors = [...system.collectors.values()]
    .filter(({ component }) => component.name === name)
    .map(({ id, everyMs }) => seen(id, false, everyMs))
  return [...checks, ...collectors]
}

/** By component: the figures whose series have a point in the last day. */
async function figuresOf(
  system: System,
  series: Store['series'],
  nowMs: number,
): Promise<ReadonlyMap<string, readonly FigureView[]>> {
  const since = (Math.floor(nowMs / stepMs) - steps + 1) * stepMs
  const names = await series.names(system.name)
  const rows: { readonly figure: Figure; readonly row: SeriesRow }[] = []
  for (const figure of figures) {
    for (const name of names.filter((one) => figure.isNamed(one))) {
      for (const row of await series.find(system.name, name, figure.labels)) {
        if (figure.isSplit || othersOf(figure, row).length === 0) rows.push({ figure, row })
      }
    }
  }
  const ids = rows.map(({ row }) => row.id)
  const seen = Map.groupBy(await series.steps(ids, since, nowMs + 1, stepMs), (one) => one.series)
  const shown = new Map<string, FigureView[]>()
  for (const { figure, row } of rows) {
    const own = seen.get(row.id)
    const component = row.labels['component'] ?? ''
    const newest = own === undefined ? undefined : (await series.points(row.id, own.at(-1)?.at ?? 0, nowMs)).at(-1)
    if (own === undefined || newest === undefined) continue
    const day = Array.from({ length: steps }, (_, index) => {
      const step = own.find(({ at }) => at === since + index * stepMs)
      return step === undefined ? undefined : figure.of === 'max' ? step.max : step.sum / step.count
    })
    const view = {
      title: figure.title,
      subject: othersOf(figure, row).join(' · '),
      unit: figure.unit,
      value: newest.value,
      at: new Date(newest.at),
      everyMs: everyMsOf(system, component, figure.kind),
      day,
    }
    shown.set(component, [...(shown.get(component) ?? []), view])
  }
  return shown
}

/** What its labels say beyond those of the figure. */
function othersOf({ labels }: Figure, row: SeriesRow): readonly string[] {
  return Object.entries(row.labels)
    .filter(([label]) => label !== 'component' && labels[label] === undefined)
    .map(([label, value]) => `${label}=${value}`)
}

function everyMsOf(system: System, component: string, kind: string): number {
  const isOwn = (one: { component: ConfiguredComponent; kind: { readonly kind: string } }): boolean =>
    one.component.name === component && one.kind.kind === kind
  const collector = [...system.collectors.values()].find(isOwn)
  if (collector !== undefined) return collector.everyMs
  const step = [...system.steps.values()].find((one) => one.type === 'check' && isOwn(one))
  return (step?.type === 'check' ? step.watch?.everyMs : undefined) ?? defaultEveryMs
}
