import { message } from '../../core/message.ts'
import { type StepState, type SystemState, statusOf } from '../../engine/status.ts'
import { overallState, type WatchState, watchState } from '../../watch/watch-state.ts'
import type { Command } from '../command.ts'
import type { Output } from '../output.ts'
import { watchJson } from '../status/watch-json.ts'
import { watchLines, watchLineTexts } from '../status/watch-lines.ts'
import { table } from '../table.ts'
import { runStatusWord } from '../texts.ts'

const stateText = message<{ state: string }>('cli.system-state', {
  en: (p) =>
    ({ healthy: 'healthy', degraded: 'degraded', down: 'failing', unknown: 'not looked at' })[p.state] ?? p.state,
  fr: (p) => ({ healthy: 'sain', degraded: 'dégradé', down: 'en échec', unknown: 'non contrôlé' })[p.state] ?? p.state,
})
const overdueText = message<{ count: number }>('cli.status-overdue', {
  en: (p) => `${p.count} overdue`,
  fr: (p) => `${p.count} en retard`,
})
const neverText = message('cli.never', { en: () => 'never', fr: () => 'jamais' })
const header = message<{ column: string }>('cli.status-column', {
  en: (p) => p.column,
  fr: (p) => french[p.column] ?? p.column,
})
const french: Readonly<Record<string, string>> = {
  STEP: 'ÉTAPE',
  FREQUENCY: 'FRÉQUENCE',
  CRITICALITY: 'CRITICITÉ',
  LAST: 'DERNIER',
  WHEN: 'QUAND',
  NEXT: 'PROCHAIN',
}
const frequencyText = message<{ frequency: string }>('cli.frequency', {
  en: (p) => p.frequency,
  fr: (p) =>
    ({ daily: 'quotidien', weekly: 'hebdomadaire', monthly: 'mensuel', quarterly: 'trimestriel' })[p.frequency] ??
    p.frequency,
})
const criticalityText = message<{ criticality: string }>('cli.criticality', {
  en: (p) => p.criticality,
  fr: (p) =>
    ({ informative: 'informatif', important: 'important', critical: 'critique' })[p.criticality] ?? p.criticality,
})
const lateText = message('cli.late', { en: () => 'overdue', fr: () => 'en retard' })
const statusTexts = [
  ...[stateText, overdueText, neverText, header, frequencyText, criticalityText, lateText],
  ...watchLineTexts,
]

/** Alerts of one system that are looked through; more than a small team can have. */
const mostFiring = 10_000
const signs = { healthy: 'pass', degraded: 'warn', down: 'fail', unknown: 'error' } as const

/** Where every system stands; for each step its frequency, criticality, last result, next date and whether it is late. */
export const statusCommand: Command = {
  texts: statusTexts,
  showsStoredTexts: false,
  run: async ({ output, open }) => {
    const { systems, store, engine } = await open()
    const now = engine.world.clock.now()
    const states: { readonly state: SystemState; readonly watch: WatchState }[] = []
    for (const system of systems) {
      const { name } = system
      const looks = await store.lastLooks.looks(name)
      const firing = await store.alerts.list({ system: name, states: ['firing'], limit: mostFiring })
      const watch = watchState(system, await store.lastLooks.beat(name), looks, firing, now)
      const state = await statusOf(system, store, now)
      states.push({ state: { ...state, state: overallState(state.state, watch) }, watch })
    }
    if (output.settings.isJson) {
      const all = states.map(({ state, watch }) => ({ ...systemJson(state), watch: watchJson(watch, output.text) }))
      output.json({ systems: all })
      return 0
    }
    for (const { state, watch } of states) render(output, state, watch, now)
    return 0
  },
}

function render(output: Output, state: SystemState, watch: WatchState, now: Date): void {
  const { critical, high, medium, low } = state.findings
  const findings = [`${critical}C`, `${high}H`, `${medium}M`, `${low}L`].filter((one) => !one.startsWith('0')).join(' ')
  const late = state.overdue === 0 ? '' : output.text(overdueText({ count: state.overdue }))
  const facts = [output.text(stateText({ state: state.state })), findings, late].filter((fact) => fact !== '')
  output.line(`${output.status(signs[state.state])} ${state.name}   ${facts.join('   ')}`)
  for (const line of watchLines(output, watch, now)) output.line(line)
  const when = (at: Date | undefined): string => (at === undefined ? '–' : output.format.dateTime(at.toISOString()))
  const routines = state.routines.map(({ name, lastRun, nextAt }) => [
    `  ${output.text(frequencyText({ frequency: name }))}`,
    lastRun === undefined
      ? output.text(neverText({}))
      : `${output.text(runStatusWord({ status: lastRun.status }))} ${when(lastRun.startedAt)} ${lastRun.id}`,
    nextAt === undefined ? '–' : `→ ${when(nextAt)}`,
  ])
  for (const line of table(routines, output.settings.width)) output.line(line)
  output.line()
  const columns = ['', 'STEP', 'FREQUENCY', 'CRITICALITY', 'LAST', 'NEXT'].map((column) =>
    output.text(header({ column })),
  )
  const rows = state.steps.map((step) => [
    step.lastStatus === undefined ? '·' : sign(output, step),
    step.id,
    output.text(frequencyText({ frequency: step.frequency })),
    output.text(criticalityText({ criticality: step.criticality })),
    step.lastAt === undefined ? output.text(neverText({})) : when(step.lastAt),
    step.isOverdue ? `${output.text(lateText({}))} ${when(step.nextAt)}` : when(step.nextAt),
  ])
  for (const line of table([columns, ...rows], output.settings.width)) output.line(line)
  output.line()
}

/** Without colour: the table measures its cells. */
function sign(output: Output, { lastStatus }: StepState): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: takes colour codes out.
  return lastStatus === undefined ? '·' : output.status(lastStatus).replace(/\u001b\[\d+m/g, '')
}

function systemJson(state: SystemState): object {
  const iso = (at: Date | undefined): string | null => at?.toISOString() ?? null
  return {
    ...state,
    routines: state.routines.map(({ name, at, nextAt, lastRun }) => ({
      name,
      at: at ?? null,
      nextAt: iso(nextAt),
      lastRun: lastRun === undefined ? null : { ...lastRun, startedAt: lastRun.startedAt.toISOString() },
    })),
    steps: state.steps.map(({ lastStatus, lastAt, nextAt, ...step }) => ({
      ...step,
      lastStatus: lastStatus ?? null,
      lastAt: iso(lastAt),
      nextAt: iso(nextAt),
    })),
  }
}
