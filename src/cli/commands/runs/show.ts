import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { type Command, stringOf } from '../../command.ts'
import { renderRun, renderRunTexts } from '../../render-run.ts'
import { knownSteps, runsListHint, unknownRun, unknownStep } from '../../texts.ts'
import { evidenceJson, findingJson, runJson, stepJson } from '../../to-json.ts'

const attemptText = message<{ attempt: number }>('cli.attempt', {
  en: (p) => `attempt ${p.attempt}`,
  fr: (p) => `essai ${p.attempt}`,
})
const noEvidence = message('cli.no-evidence', {
  en: () => 'This step kept no evidence.',
  fr: () => "Cette étape n'a gardé aucune preuve.",
})
const runsShowTexts = [attemptText, noEvidence]

/** One run again; with `--step` the evidence of that step: what it ran or asked, and what came back. */
export const runsShowCommand: Command = {
  texts: [...runsShowTexts, ...renderRunTexts],
  run: async ({ output, open }, args) => {
    const { store } = await open()
    const id = args.positionals[0] ?? ''
    const run = id === 'latest' ? (await store.runs.list({ limit: 1 }))[0] : await store.runs.get(id)
    if (run === undefined) throw new VigieError('unknown-run', unknownRun({ id }), { hint: runsListHint({}) })
    const all = await store.runs.steps(run.id)
    const only = stringOf(args, 'step')
    const steps = only === undefined ? all : all.filter((step) => step.id === only)
    if (steps.length === 0 && only !== undefined) {
      const names = all.map((step) => step.id).join(', ')
      throw new VigieError('unknown-step', unknownStep({ name: only }), { hint: knownSteps({ names }) })
    }
    const seen = new Set(steps.flatMap((step) => step.findings))
    const findings = (await store.findings.list({ system: run.system })).filter((row) => seen.has(row.fingerprint))
    const evidence = await Promise.all(
      steps.map(async (step) => ({ step: step.id, rows: await store.runs.evidence(run.id, step.id) })),
    )
    if (output.settings.isJson) {
      output.json({
        run: runJson(run),
        steps: steps.map((step) => stepJson(step, output.text)),
        findings: findings.map((finding) => findingJson(finding, output.text)),
        evidence: evidence.flatMap(({ step, rows }) => rows.map((row) => evidenceJson(step, row))),
      })
      return 0
    }
    renderRun(output, { run, steps, findings })
    if (only === undefined) return 0
    output.line()
    const rows = evidence.flatMap((one) => one.rows)
    if (rows.length === 0) output.line(output.text(noEvidence({})))
    for (const { attempt, what, exitCode, output: text, durationMs } of rows) {
      const facts = [
        steps[0] !== undefined && steps[0].attempts > 1 ? output.text(attemptText({ attempt })) : '',
        exitCode === undefined ? '' : `exit ${exitCode}`,
        durationMs === undefined ? '' : output.format.duration(durationMs),
      ].filter((fact) => fact !== '')
      output.line(`${what}${facts.length === 0 ? '' : `   (${facts.join(', ')})`}`)
      if (text !== undefined && text !== '') for (const line of text.trimEnd().split('\n')) output.line(`    ${line}`)
    }
    return 0
  },
}
