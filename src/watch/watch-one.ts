import { hostname } from 'node:os'
import { newAlertId } from '../alerts/alert-change.ts'
import { historyNeededMs } from '../alerts/alert-rule.ts'
import { Evaluator } from '../alerts/evaluator.ts'
import { momentOf } from '../alerts/moment.ts'
import { systemRules } from '../alerts/system-rules.ts'
import type { AlertmanagerAlert } from '../api/alertmanager-webhook.ts'
import { windowsOf } from '../config/maintenance-window.ts'
import { protectSecrets } from '../config/protect-secrets.ts'
import type { System } from '../config/system.ts'
import type { Alert } from '../core/alert.ts'
import { type AnyMessage, message } from '../core/message.ts'
import { createRedactor } from '../core/redact.ts'
import type { Point } from '../core/series.ts'
import { componentLease } from '../engine/component-lease.ts'
import type { Engine } from '../engine/engine.ts'
import { createOwnNetwork } from '../engine/own-network.ts'
import { createShares } from '../engine/shares.ts'
import { lookAtHeartbeats } from '../heartbeats/look.ts'
import { notifySystem } from '../notify/notify-system.ts'
import { channelWords } from '../notify/words.ts'
import { createCanaryRound } from './canary-round.ts'
import { collectorKey } from './collector-alerts.ts'
import { fromAlertmanager } from './from-alertmanager.ts'
import { heartbeatAlerts } from './heartbeat-alerts.ts'
import { beatMs, createLastLookRound } from './last-look-round.ts'
import { leftConfig } from './left-config.ts'
import { createLooker } from './look.ts'
import { resolved } from './new-alert.ts'
import { oneOfEach } from './one-of-each.ts'
import { createOverflowRound } from './overflow-round.ts'
import { createTellOwn, type OwnTrouble } from './own-trouble.ts'
import type { PointBuffer } from './point-buffer.ts'
import { pointsOf } from './points-of.ts'
import { createRoutineRound, routineKey } from './routine-round.ts'
import { createSight } from './sight.ts'
import { createTell } from './tell.ts'
import { createTidyRound } from './tidy-round.ts'
import type { Entry } from './timetable.ts'
import { type LastLook, watchSystem } from './watched-system.ts'

const configKey = 'config'
const refused = message<{ file: string }>('watch.config-refused', {
  en: (p) => `${p.file} was changed and cannot be used: the watch goes on as before`,
  fr: (p) => `${p.file} a changé et ne peut pas être utilisé : la veille continue comme avant`,
})
const refusedRemedy = message('watch.config-refused-remedy', {
  en: () => 'See what is wrong: vigie config explain',
  fr: () => 'Voyez ce qui ne va pas : vigie config explain',
})
export const watchOneTexts = [refused, refusedRemedy]

/** Alerts of one system that are looked up at a start; more than a small team can have. */
const mostOpen = 10_000

export interface WatchOneParts {
  readonly engine: Engine
  readonly system: System
  readonly points: PointBuffer
  readonly messages: ReadonlyMap<string, AnyMessage>
  readonly linkKey: string
  readonly signal: AbortSignal
  failed(what: string, error: unknown): void
  /** Something was decided: it may be to be told. */
  decided(): void
  /** How a look at a check ended. */
  looked(status: string): void
}

/** One system under watch: what is done again and again for it, by id. */
export interface WatchOne {
  readonly system: System
  readonly notify: ReturnType<typeof notifySystem>
  readonly entries: readonly Entry[]
  /** Never rejects. */
  work(id: string): Promise<void>
  readonly lastLooks: ReadonlyMap<string, LastLook>
  /** Tells of something that is wrong with the watch itself, once while it lasts, and of its end. */
  tellOwn(key: string, trouble: OwnTrouble | undefined): Promise<void>
  /** Its config was changed, and cannot be used: it goes on as before, and that is an alert. */
  configRefused(): Promise<void>
  configTaken(): Promise<void>
  /** Takes in what an Alertmanager sent for this system. */
  takeAlerts(sent: readonly AlertmanagerAlert[], channels: readonly string[] | undefined): Promise<void>
  close(): Promise<void>
}

/** How often each routine is asked whether it is due. */
const routineMs = 5_000
const roundNames = ['rules', 'heartbeats', 'silences', 'canaries', 'looks', 'tidy', 'overflow'] as const
const roundMs: Readonly<Record<RoundName, number>> = {
  rules: 10_000,
  heartbeats: 10_000,
  silences: 10_000,
  canaries: 60_000,
  looks: beatMs,
  tidy: 3_600_000,
  overflow: 60_000,
}
type RoundName = (typeof roundNames)[number]

export async function watchOne(parts: WatchOneParts): Promise<WatchOne> {
  const { engine, system, points, messages, linkKey, signal, failed } = parts
  const { store, world } = engine
  const { clock } = world
  const notify = notifySystem(system, system.settings.publicUrl, 'en')
  const words = channelWords(messages, notify)
  const leaseOf = (_: string, component: string): string | undefined => {
    const found = system.components.find(({ name }) => name === component)
    return found && componentLease(system, found)
  }
  const windows = windowsOf(system.settings)
  const tell = createTell({ ...store, leaseOf, windows, clock, system: notify, words, linkKey })
  const decide: typeof tell = async (changed, channels) => {
    const kept = await tell(changed, channels)
    if (kept.length > 0) parts.decided()
    return kept
  }
  const known = await store.alerts.list({ system: system.name, states: ['pending', 'firing'], limit: mostOpen })
  const { one: open, others } = oneOfEach(known)
  // Told to nobody: what they are about goes on.
  if (others.length > 0)
    await store.alerts.decide(
      others.map((alert) => resolved(alert, clock.now())),
      [],
    )
  const from = (...sources: readonly Alert['source'][]): Alert[] =>
    open.filter(({ source }) => sources.includes(source))

  const rules = systemRules(system.settings)
  const evaluator = new Evaluator({ system: system.name, rules, now: momentOf(clock) })
  const recallMs = Math.max(...rules.map(historyNeededMs))
  const left = leftConfig(system, rules)
  await recall()
  const ofRules = from('rule').filter((alert) => !left.hasRuleAlert(alert))
  await decide(evaluator.restore(ofRules, momentOf(clock)).map(({ alert }) => alert))

  const redactor = createRedactor()
  await protectSecrets(redactor, [system])
  // Nobody looks any more at what left the config.
  const gone = open.filter((alert) => {
    const { source, rule, key } = alert
    const step = system.steps.get(rule)
    if (source === 'rule') return left.hasRuleAlert(alert)
    if (source === 'check') return step?.type !== 'check' || step.watch?.alertsBy !== 'status'
    if (key.startsWith(collectorKey(rule))) return !system.collectors.has(rule)
    return key === routineKey(rule) && system.routines.get(rule)?.at === undefined
  })
  await decide(gone.map((alert) => resolved(alert, clock.now())))
  const isGone = new Set(gone.map(({ id }) => id))
  const still = (alerts: readonly Alert[]): Alert[] => alerts.filter(({ id }) => !isGone.has(id))
  const firing = (): Promise<readonly Alert[]> =>
    store.alerts.list({ system: system.name, states: ['firing'], limit: mostOpen })
  const tellOwn = createTellOwn({ system: system.name, makeId: newAlertId, now: () => clock.now(), firing, decide })
  const shares = createShares()
  const sight = createSight(createOwnNetwork(system.settings.references, clock), clock)
  const looker = createLooker({ engine, system, network: sight, shares, redactor, signal })
  const watched = watchSystem({
    system,
    looker,
    sight,
    now: () => clock.now(),
    makeId: newAlertId,
    plain: (text) => words.text(text),
    pointsOf,
    looked: parts.looked,
    keep: (measured, everyMs) => {
      points.add(system.name, measured)
      evaluator.observe(measured, momentOf(clock), everyMs)
    },
    decide,
    failed,
    open: still(from('check', 'watch')).filter(({ key, rule }) => key !== routineKey(rule) && key !== configKey),
  })
  let heartbeatsOpen: readonly Alert[] = from('heartbeat')
  const routines = createRoutineRound({ engine, system, signal, makeId: newAlertId, decide, failed })
  const own = { system: system.name, host: hostname(), pid: process.pid }
  const lastLooks = createLastLookRound({ store: store.lastLooks, clock, ...own, lastLooks: watched.lastLooks })
  const rounds: Readonly<Record<RoundName, () => Promise<void>>> = {
    rules: async () => {
      const now = momentOf(clock)
      for (const component of watched.down) evaluator.excuse(component, now)
      const changes = evaluator.evaluate(now)
      try {
        for (const { id, silencedBy } of await decide(changes.map(({ alert }) => alert))) {
          evaluator.note(id, { silencedBy })
        }
      } catch (error) {
        // Changes that were not kept are given again by the next round.
        evaluator.giveBack(changes)
        throw error
      }
    },
    heartbeats: async () => {
      const now = clock.now()
      const seen = (await lookAtHeartbeats(system, store, now)).map(({ heartbeat: { name, severity }, verdict }) => ({
        name,
        severity,
        ...verdict,
      }))
      const changed = heartbeatAlerts(system.name, seen, heartbeatsOpen, now, newAlertId)
      const kept = await decide(changed)
      const still = heartbeatsOpen.filter(({ id }) => !kept.some((one) => one.id === id))
      heartbeatsOpen = [...still, ...kept.filter(({ state }) => state === 'firing')]
    },
    // What still fires when its silence is over is told at once.
    silences: async () => {
      const all = await firing()
      const quiet = all.filter(({ silencedBy }) => silencedBy !== undefined && !all.some(({ id }) => id === silencedBy))
      if (quiet.length === 0) return
      for (const alert of await decide(quiet.map((one) => ({ ...one, silencedBy: undefined })))) {
        evaluator.note(alert.id, { silencedBy: alert.silencedBy })
        watched.note(alert)
        heartbeatsOpen = heartbeatsOpen.map((one) => (one.id === alert.id ? alert : one))
      }
    },
    looks: lastLooks.beat,
    tidy: createTidyRound(store.tidy, clock, system.name, system.settings.keep, signal),
    overflow: createOverflowRound({ overflow: () => evaluator.overflow(), tellOwn }),
    canaries: createCanaryRound({ store, clock, system: notify, words, makeId: newAlertId, decide }),
  }
  const roundIds = new Map(roundNames.map((name) => [`${system.name} round ${name}`, name]))
  const routineIds = new Map(routines.names.map((name) => [`${system.name} routine ${name}`, name]))

  async function recall(): Promise<void> {
    const now = clock.now().getTime()
    for (const name of await store.series.names(system.name)) {
      for (const { id, labels } of await store.series.find(system.name, name)) {
        if (left.hasSeries(labels)) continue
        const past = await store.series.points(id, now - recallMs, now)
        const known = past.map(({ at, value }): Point => ({ name, labels, at, value }))
        evaluator.recall(known, momentOf(clock))
      }
    }
  }

  return {
    system,
    notify,
    entries: [
      ...watched.entries,
      ...[...roundIds].map(([id, name]) => ({ id, everyMs: roundMs[name] })),
      ...[...routineIds.keys()].map((id) => ({ id, everyMs: routineMs, isLong: true as const })),
    ],
    work: async (id) => {
      const routine = routineIds.get(id)
      if (routine !== undefined) return routines.work(routine)
      const round = roundIds.get(id)
      if (round === undefined) return watched.look(id)
      try {
        await rounds[round]()
      } catch (error) {
        failed(id, error)
      }
    },
    lastLooks: watched.lastLooks,
    tellOwn,
    configRefused: () => {
      const title = refused({ file: system.file })
      return tellOwn(configKey, { severity: 'high', title, remedy: refusedRemedy({}) })
    },
    configTaken: () => tellOwn(configKey, undefined),
    takeAlerts: async (sent, channels) => {
      const known = channels?.filter((name) => system.channels.some((one) => one.name === name))
      await decide(fromAlertmanager(system.name, sent, await firing(), clock.now(), newAlertId), known)
    },
    close: async () => {
      // On a reload another watch takes its place at once.
      if (signal.aborted) await lastLooks.stop().catch((error: unknown) => failed(`${system.name} looks`, error))
      await shares.closeAll(2000)
    },
  }
}
