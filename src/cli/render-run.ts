import { isDeepStrictEqual } from 'node:util'
import { peopleComponent } from '../config/system.ts'
import type { ActionNote } from '../core/action-note.ts'
import { message } from '../core/message.ts'
import { type StepStatus, stepStatuses } from '../core/words.ts'
import type { RunRow } from '../store/run-store.ts'
import type { StepRow } from '../store/step-row.ts'
import { type Output, wrap } from './output.ts'
import { effectWord, runStatusWord, statusWords } from './texts.ts'

const heading = message<{ system: string; routine: string; steps: number }>('cli.run-heading', {
  en: (p, f) => `${p.system} · ${p.routine} · ${f.plural(p.steps, { one: '1 step', other: `${p.steps} steps` })}`,
  fr: (p, f) => `${p.system} · ${p.routine} · ${f.plural(p.steps, { one: '1 étape', other: `${p.steps} étapes` })}`,
})
const dryHeading = message<{ plan: string }>('cli.run-dry-heading', {
  en: (p) => `DRY RUN · nothing is changed${p.plan === '' ? '' : ` · plan ${p.plan}`}`,
  fr: (p) => `SIMULATION · rien n'est modifié${p.plan === '' ? '' : ` · plan ${p.plan}`}`,
})
const endLine = message<{ status: string; fresh: number }>('cli.run-end', {
  en: (p, f) =>
    `${p.status}${p.fresh === 0 ? '' : ` · ${f.plural(p.fresh, { one: '1 finding', other: `${p.fresh} findings` })} → vigie findings list`}`,
  fr: (p, f) =>
    `${p.status}${p.fresh === 0 ? '' : ` · ${f.plural(p.fresh, { one: '1 constat', other: `${p.fresh} constats` })} → vigie findings list`}`,
})
const moreActions = message<{ count: number; id: string }>('cli.more-actions', {
  en: (p, f) => `… and ${f.number(p.count)} more: vigie runs show ${p.id}`,
  fr: (p, f) => `… et ${f.number(p.count)} autres : vigie runs show ${p.id}`,
})
const moreNotes = message<{ count: number; id: string }>('cli.more-notes', {
  en: (p, f) => `… and ${f.number(p.count)} more: vigie runs show ${p.id} --json`,
  fr: (p, f) => `… et ${f.number(p.count)} autres : vigie runs show ${p.id} --json`,
})
const undoNone = message('cli.no-undo', { en: () => 'cannot be undone', fr: () => 'irréversible' })
const evidenceAt = message<{ id: string }>('cli.evidence-at', {
  en: (p) => `evidence → vigie runs show ${p.id} --step STEP`,
  fr: (p) => `preuves → vigie runs show ${p.id} --step ÉTAPE`,
})
const nextWord = message('cli.next', { en: () => 'next:', fr: () => 'suite :' })
export const renderRunTexts = [heading, dryHeading, endLine, moreActions, moreNotes, undoNone, evidenceAt, nextWord]

/** Statuses that are only counted: people read what is not so, and what was left out though it can be mended. */
const quiet: readonly StepStatus[] = ['pass', 'skipped']
const isTold = ({ status, remedy }: StepRow): boolean =>
  !quiet.includes(status) || (status === 'skipped' && remedy !== undefined)
const shownActions = 12
const shownNotes = 12

export interface RunView {
  readonly run: RunRow
  readonly steps: readonly StepRow[]
  readonly findings: readonly unknown[]
}

/** A run for people: grouped by component, one line a step that is not simply well, each with its remedy. */
export function renderRun(output: Output, { run, steps, findings }: RunView): void {
  const title = output.text(heading({ system: run.system, routine: run.routine, steps: steps.length }))
  const when = output.format.dateTime(run.startedAt.toISOString())
  output.line(
    `${title}${' '.repeat(Math.max(2, Math.min(output.settings.width, 100) - title.length - when.length))}${when}`,
  )
  if (run.isDryRun) output.line(output.text(dryHeading({ plan: run.plan ?? '' })))
  output.line()
  const groups = Map.groupBy(steps, ({ component }) => component)
  const nameWidth = Math.min(20, Math.max(4, ...[...groups.keys()].map((name) => name.length)))
  for (const [component, members] of groups) renderGroup(output, component, members, nameWidth, run)
  output.line()
  const counts = stepStatuses
    .map((status) => ({ status, count: steps.filter((step) => step.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${output.status(status).trim()} ${output.text(statusWords({ status, count }))}`)
  output.line(`${counts.join('   ')}   ${output.format.duration(run.durationMs ?? 0)}`)
  const status = output.text(runStatusWord({ status: run.status }))
  output.line(output.text(endLine({ status, fresh: findings.length })))
  if (steps.some(isTold)) output.line(output.text(evidenceAt({ id: run.id })))
}

function renderGroup(
  output: Output,
  component: string,
  steps: readonly StepRow[],
  nameWidth: number,
  run: RunRow,
): void {
  const lines: string[] = []
  for (const status of quiet) {
    const count = steps.filter((step) => step.status === status && !isTold(step)).length
    if (count > 0) lines.push(`${output.status(status)} ${count}`)
  }
  if (lines.length > 0) lines.splice(0, lines.length, lines.join('   '))
  const shown = steps.filter(isTold)
  const stepWidth = Math.min(24, Math.max(0, ...shown.map((step) => nameOf(step).length)))
  const signWidth = output.settings.hasSigns ? 1 : 5
  const indent = nameWidth + 2 + signWidth + 1 + stepWidth + 2
  for (const [index, step] of shown.entries()) {
    const summary = step.reason === undefined ? '' : output.text(step.reason)
    const [first = '', ...rest] = wrap(summary, output.settings.width, indent)
    lines.push(`${output.status(step.status)} ${nameOf(step).padEnd(stepWidth)}  ${first}`)
    const margin = ' '.repeat(indent - nameWidth - 2)
    for (const line of rest) lines.push(`${margin}${line}`)
    for (const line of actionLines(output, step, run)) lines.push(`${margin}${line}`)
    // Said once where it mends several steps in a row.
    if (step.remedy !== undefined && !isDeepStrictEqual(step.remedy, shown[index + 1]?.remedy)) {
      const arrow = output.settings.hasSigns ? '→' : output.text(nextWord({}))
      const remedy = output.text(step.remedy).split('\n')
      lines.push(
        ...remedy.map(
          (line, index) => `${' '.repeat(signWidth + 1)}${index === 0 ? arrow : ' '.repeat(arrow.length)} ${line}`,
        ),
      )
    }
  }
  for (const [index, line] of lines.entries()) {
    output.line(`${(index === 0 ? component : '').padEnd(nameWidth)}  ${line}`.trimEnd())
  }
}

function actionLines(output: Output, step: StepRow, run: RunRow): string[] {
  const isAhead = step.status === 'pending' || step.status === 'waiting_approval'
  const actions = isAhead
    ? step.actions
    : step.actions.filter(
        ({ status, note, notes }) =>
          status === 'failed' || status === 'skipped' || note !== undefined || notes !== undefined,
      )
  const words = new Map(actions.map(({ effect }) => [effect, output.text(effectWord({ effect }))]))
  const width = Math.max(0, ...[...words.values()].map(({ length }) => length))
  const lines = actions.slice(0, shownActions).flatMap(({ effect, summary, bytes, note, notes = [], target }) => {
    const size = bytes === undefined ? '' : `  ${output.format.bytes(bytes)}`
    const line =
      note === undefined
        ? `${words.get(effect)?.padEnd(width)}  ${output.text(summary)}${size}`
        : `${target}: ${output.text(note)}`
    return [line, ...noteLines(output, notes, run)]
  })
  if (isAhead && actions.some(({ effect }) => effect === 'destroy')) lines.push(`(${output.text(undoNone({}))})`)
  const more = actions.length - shownActions
  return more > 0 ? [...lines, output.text(moreActions({ count: more, id: run.id }))] : lines
}

/** Warnings first, each after what it is about. */
function noteLines(output: Output, notes: readonly ActionNote[], run: RunRow): readonly string[] {
  const sorted = notes.toSorted((a, b) => Number(b.isWarning === true) - Number(a.isWarning === true))
  const shown = sorted.slice(0, shownNotes).map(({ about, text, isWarning }) => {
    return `  ${isWarning === true ? `${output.status('warn').trim()} ` : ''}${about}: ${output.text(text)}`
  })
  const more = notes.length - shownNotes
  return more > 0 ? [...shown, `  ${output.text(moreNotes({ count: more, id: run.id }))}`] : shown
}

function nameOf({ id, component }: StepRow): string {
  return component === peopleComponent || id.startsWith(`${component}/`) ? id.slice(component.length + 1) : id
}
