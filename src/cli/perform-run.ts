import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import type { System } from '../config/system.ts'
import { message } from '../core/message.ts'
import type { Severity } from '../core/words.ts'
import type { Consent } from '../engine/consent.ts'
import { exitCodeOf } from '../engine/outcome.ts'
import { bytesOf, effectOf, type Plan } from '../engine/plan.ts'
import { runRoutine } from '../engine/run-routine.ts'
import type { Vigie } from '../wire.ts'
import type { CommandContext } from './command.ts'
import type { Output } from './output.ts'
import { renderRun } from './render-run.ts'
import type { Selection } from './select-steps.ts'
import { effectWord } from './texts.ts'
import { findingJson, runJson, stepJson } from './to-json.ts'

const askTitle = message<{ step: string; plan: string }>('cli.ask-title', {
  en: (p) => `${p.step} · plan ${p.plan}`,
  fr: (p) => `${p.step} · plan ${p.plan}`,
})
const askDestroy = message<{ word: string }>('cli.ask-destroy', {
  en: (p) => `This cannot be undone. Type ${p.word} to approve, or press Enter to stop: `,
  fr: (p) => `C'est irréversible. Tapez ${p.word} pour approuver, ou Entrée pour arrêter : `,
})
const askChange = message('cli.ask-change', {
  en: () => 'Type yes to go on, or press Enter to stop: ',
  fr: () => 'Tapez oui pour continuer, ou Entrée pour arrêter : ',
})
export const performRunTexts = [askTitle, askDestroy, askChange]

const shownActions = 20

export interface RunChoice {
  readonly system: System
  readonly selection: Selection
  readonly isDryRun: boolean
  readonly consent: Consent
  readonly by: string | undefined
  /** Open findings from this one on fail the run; high when it is not said. */
  readonly severity: Severity | undefined
  /** What the JSON has beside the run. */
  readonly moreJson?: (runId: string) => Promise<object>
  /** What people read below the run. */
  readonly moreLines?: (runId: string) => Promise<readonly string[]>
}

/** Runs, shows the result as data or for people, and gives the exit code. */
export async function performRun(context: CommandContext, vigie: Vigie, choice: RunChoice): Promise<number> {
  const { output, signal } = context
  const canAsk = output.settings.isInteractive && !output.settings.isJson && process.stdin.isTTY
  const report = await runRoutine(vigie.engine, {
    system: choice.system,
    ...choice.selection,
    isDryRun: choice.isDryRun,
    consent: choice.consent,
    startedBy: choice.by ?? userInfo().username,
    signal,
    onProgress: ({ done, total, step }) => output.progress(bar(done, total, step)),
    ...(canAsk && { askApproval: (plan: Plan) => ask(output, plan, signal) }),
  })
  output.progress('')
  if (output.settings.isJson) {
    const more = await choice.moreJson?.(report.run.id)
    output.json({
      ...more,
      run: runJson(report.run),
      steps: report.steps.map((step) => stepJson(step, output.text)),
      findings: report.findings.map((finding) => findingJson(finding, output.text)),
    })
  } else {
    renderRun(output, report)
    for (const line of (await choice.moreLines?.(report.run.id)) ?? []) output.line(line)
  }
  return exitCodeOf(report.run.status, report.findings, choice.severity ?? 'high')
}

function bar(done: number, total: number, step: string): string {
  const full = Math.round((done / Math.max(1, total)) * 20)
  return `◐ ${Math.floor(done)}/${total} ${'━'.repeat(full)}${'─'.repeat(20 - full)} ${step}`
}

async function ask(output: Output, plan: Plan, signal: AbortSignal): Promise<boolean> {
  let worst = false
  for (const { step, actions } of plan.steps) {
    const effect = effectOf(actions)
    worst ||= effect === 'destroy'
    output.note(
      `‖ ${output.text(effectWord({ effect })).toUpperCase()}  ${output.text(askTitle({ step, plan: plan.id }))}  ${output.format.bytes(bytesOf(actions))}`,
    )
    for (const { summary } of actions.slice(0, shownActions)) output.note(`  ${output.text(summary)}`)
    if (actions.length > shownActions) output.note(`  … +${output.format.number(actions.length - shownActions)}`)
  }
  const question = worst ? askDestroy({ word: plan.id }) : askChange({})
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = (await lines.question(output.text(question), { signal })).trim()
    return worst ? answer === plan.id : /^(yes|oui)$/i.test(answer)
  } catch {
    // Ctrl-C while it was asked is no consent.
    return false
  } finally {
    lines.close()
  }
}
