import type { CheckStep, ConfiguredCollector, System } from '../config/system.ts'
import type { Alert } from '../core/alert.ts'
import { VigieError } from '../core/errors.ts'
import { message, type Text } from '../core/message.ts'
import type { Point } from '../core/series.ts'
import type { StepOutcome } from '../engine/outcome.ts'
import { looksAfar } from '../engine/run-check.ts'
import { afterLook, type CheckAlerts, noAlerts } from './check-alerts.ts'
import type { Looker } from './look.ts'
import { newAlert, resolved } from './new-alert.ts'
import type { Sight } from './sight.ts'
import { createSilentComponents } from './silent-components.ts'
import { createTellCollected } from './tell-collected.ts'
import type { Entry } from './timetable.ts'

const sightLost = message<{ count: number; references: string }>('watch.sight-lost', {
  en: (p, f) =>
    `our own network is gone: no reference answers (${p.references}), and ${f.plural(p.count, { one: '1 check is', other: `${p.count} checks are` })} not judged`,
  fr: (p, f) =>
    `notre propre réseau est coupé : aucune référence ne répond (${p.references}), et ${f.plural(p.count, { one: "1 contrôle n'est", other: `${p.count} contrôles ne sont` })} pas jugé${p.count > 1 ? 's' : ''}`,
})
const collected = message<{ count: number }>('watch.collected', {
  en: (p, f) => f.plural(p.count, { one: '1 number', other: `${f.number(p.count)} numbers` }),
  fr: (p, f) => f.plural(p.count, { one: '1 mesure', other: `${f.number(p.count)} mesures` }),
})
export const watchedSystemTexts = [sightLost, collected]

const defaultEveryMs = 60_000

/** The latest look of a check or a collector; `error` is a collector that could not look. */
export interface LastLook {
  readonly status: string
  readonly reason: Text | undefined
  readonly at: Date
}

export interface WatchedSystem {
  readonly system: System
  /** Ids are unique over all systems. */
  readonly entries: readonly Entry[]
  /** One look; never rejects. */
  look(id: string): Promise<void>
  readonly lastLooks: ReadonlyMap<string, LastLook>
  /** Components that are down, as an alert says: whatever else is missing of them has that cause. */
  readonly down: Iterable<string>
  /** Takes over what others changed in an open alert. */
  note(alert: Alert): void
}

export interface WatchedSystemParts {
  readonly system: System
  readonly looker: Looker
  readonly sight: Sight
  now(): Date
  makeId(): string
  /** The reason as plain text in the language of the system. */
  plain(text: Text): string
  /** The measurements of a check as points of series. */
  pointsOf(step: CheckStep, measurements: Readonly<Record<string, number>>, at: Date): readonly Point[]
  /** @param everyMs from one look to the next */
  keep(points: readonly Point[], everyMs: number): void
  /** How a look at a check ended. */
  looked(status: string): void
  /** Keeps alerts and what is to be told of them in one transaction; throws when that failed. */
  decide(alerts: readonly Alert[]): Promise<readonly Alert[]>
  /** Something of the watch itself went wrong: told to whoever runs it. */
  failed(what: string, error: unknown): void
  /** Alerts that fire since before this process began. */
  readonly open: readonly Alert[]
}

export function watchSystem(parts: WatchedSystemParts): WatchedSystem {
  const { system, looker, sight, decide, failed, keep } = parts
  const checks = new Map<string, CheckStep>()
  const collectors = new Map<string, ConfiguredCollector>()
  for (const step of system.steps.values()) {
    if (step.type === 'check' && step.watch !== undefined) checks.set(`${system.name} ${step.id}`, step)
  }
  for (const collector of system.collectors.values()) collectors.set(`${system.name} ${collector.id}`, collector)
  const alerts = new Map<string, CheckAlerts>(
    [...Map.groupBy(parts.open, ({ rule }) => rule)].map(([rule, all]) => [
      rule,
      { open: new Map(all.map((alert) => [alert.key, { alert, goodLooks: 0 }])), blindLooks: 0 },
    ]),
  )
  const lastLooks = new Map<string, LastLook>()
  const unjudged = new Set<string>()
  const down = new Map<string, string>()
  let lost = parts.open.find(({ key }) => key === sightKey)
  let isOwnLoss = false
  let losing: Promise<void> = Promise.resolve()
  const { makeId, plain, open } = parts
  const silent = createSilentComponents(open)
  const tellCollected = createTellCollected({ system: system.name, makeId, plain, decide, open })

  const note = (alert: Alert): void => {
    tellCollected.note(alert)
    if (lost?.id === alert.id) lost = alert
    const known = alerts.get(alert.rule)
    const one = known?.open.get(alert.key)
    if (known === undefined || one?.alert.id !== alert.id) return
    alerts.set(alert.rule, { ...known, open: new Map(known.open).set(alert.key, { ...one, alert }) })
  }
  const announceLoss = async (at: Date): Promise<void> => {
    if (lost !== undefined) return
    const title = sightLost({ count: unjudged.size, references: sight.references.join(', ') })
    const about = { system: system.name, key: sightKey, source: 'watch', rule: 'sight' } as const
    const alert = newAlert({ ...about, id: makeId(), severity: 'high', title }, at)
    lost = (await decide([alert]))[0]
    isOwnLoss = true
  }
  const lookAtCheck = async (step: CheckStep): Promise<void> => {
    const { outcome, isUnjudged } = await looker.check(step)
    const at = parts.now()
    lastLooks.set(step.id, { status: outcome.status, reason: outcome.reason, at })
    parts.looked(outcome.status)
    if (isUnjudged) {
      unjudged.add(step.id)
      // One after the other: looks that lose sight together announce it once.
      losing = losing.then(
        () => announceLoss(at),
        () => announceLoss(at),
      )
      return losing
    }
    unjudged.delete(step.id)
    const { status } = outcome
    const isAfar = (status === 'pass' || lost !== undefined) && (await looksAfar(step, system.baseDir))
    if (status === 'pass' && isAfar) await sight.seen()
    // After a start nobody knows what was not judged before it: then only a look afar that was judged ends the loss.
    if (lost !== undefined && unjudged.size === 0 && (isAfar || isOwnLoss)) {
      await decide([resolved(lost, at)])
      lost = undefined
    }
    keep(parts.pointsOf(step, outcome.measurements, at), step.watch?.everyMs ?? defaultEveryMs)
    if (step.watch?.alertsBy !== 'status') return
    const reasonText = (): string => (outcome.reason === undefined ? '' : plain(outcome.reason))
    const look = { system: system.name, step: step.id, component: step.component.name, outcome, at, reasonText }
    const { name } = step.component
    if (silent.isSaid(step.id, name, outcome)) return
    const { next, changed } = afterLook(alerts.get(step.id) ?? noAlerts, look, parts.makeId)
    silent.note(step.id, name, outcome, next.open.size > 0)
    // Known only once it is kept: what could not be kept is decided again by the next look.
    const kept =
      changed.length === 0
        ? []
        : await decide(changed).catch((error: unknown) => {
            silent.note(step.id, name, outcome, false)
            throw error
          })
    alerts.set(step.id, next)
    for (const alert of kept) note(alert)
    if (outcome.status === 'fail' && next.open.size > 0 && isOfAll(step, outcome)) {
      down.set(step.id, step.component.name)
    } else if (outcome.status !== 'error') down.delete(step.id)
  }
  const collect = async (collector: ConfiguredCollector): Promise<void> => {
    const { id, component, everyMs } = collector
    const looked = await looker.collect(collector).then(
      (points) => ({ points }),
      (error: unknown) => ({ error }),
    )
    const now = parts.now()
    if ('error' in looked) {
      const { error } = looked
      lastLooks.set(id, { status: 'error', reason: error instanceof VigieError ? error.text : undefined, at: now })
      failed(`${system.name} ${id}`, error)
      const isExcused = lost !== undefined || [...down.values()].includes(component.name)
      return tellCollected.failed(collector, now, error, isExcused)
    }
    lastLooks.set(id, { status: 'pass', reason: collected({ count: looked.points.length }), at: now })
    const at = now.getTime()
    keep(
      looked.points.map(({ name, labels, value }) => ({
        name,
        labels: { component: component.name, ...labels },
        at,
        value,
      })),
      everyMs,
    )
    return tellCollected.gave(collector, now, looked.points)
  }
  return {
    system,
    entries: [
      ...[...checks].map(([id, { watch }]) => ({ id, everyMs: watch?.everyMs ?? defaultEveryMs })),
      ...[...collectors].map(([id, { everyMs }]) => ({ id, everyMs })),
    ],
    look: async (id) => {
      const check = checks.get(id)
      const collector = collectors.get(id)
      try {
        if (check !== undefined) await lookAtCheck(check)
        else if (collector !== undefined) await collect(collector)
      } catch (error) {
        failed(id, error)
      }
    },
    lastLooks,
    get down() {
      return new Set(down.values())
    },
    note,
  }
}

/** Whether a failure says something of the whole component: the first check of a kind asks whether it is there at all. */
function isOfAll({ component, kind }: CheckStep, { measurements }: StepOutcome): boolean {
  return component.kind.checks[0] === kind || Object.keys(measurements).length === 0
}

const sightKey = 'watch sight'
