import { protectSecrets } from '../../config/protect-secrets.ts'
import type { CheckStep, System } from '../../config/system.ts'
import { errorCodes } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { createRedactor } from '../../core/redact.ts'
import { withoutState } from '../../engine/bare-context.ts'
import { checksAtOnce } from '../../engine/engine.ts'
import { sawNothing } from '../../engine/messages.ts'
import type { StepOutcome } from '../../engine/outcome.ts'
import { createOwnNetwork } from '../../engine/own-network.ts'
import { inPool } from '../../engine/pool.ts'
import { redactedText } from '../../engine/redacted-text.ts'
import { runCheck } from '../../engine/run-check.ts'
import { createShares } from '../../engine/shares.ts'
import type { World } from '../../engine/step-context.ts'
import { hasSecrets } from './diagnose-secrets.ts'
import type { ClockWitness } from './diagnose-time.ts'
import type { Diagnosis } from './diagnosis.ts'

const canLook = message<{ step: string }>('doctor.can-look', {
  en: (p) => `Vigie can look at it (${p.step})`,
  fr: (p) => `Vigie peut le contrôler (${p.step})`,
})
export const componentTexts = [canLook]

export interface Looks {
  readonly found: readonly Diagnosis[]
  readonly witnesses: readonly ClockWitness[]
}

/**
 * One look at each component by its first check, which asks whether it is there; nothing of it is kept. What a look finds
 * wrong with a component that answers is for a run to say: here it counts that Vigie can see. A component that lacks a
 * secret is left out, as its secret is told already.
 */
export async function diagnoseComponents(system: System, world: World, signal: AbortSignal): Promise<Looks> {
  const redactor = createRedactor()
  await protectSecrets(redactor, [system])
  const shares = createShares()
  const network = createOwnNetwork(system.settings.references)
  const witnesses: ClockWitness[] = []
  const found = new Map<CheckStep, Diagnosis>()
  const seeing = { ...world, http: observed(world, witnesses) }
  const steps = await firstChecks(system)
  const look = async (step: CheckStep): Promise<void> => {
    const scopeOf = (attempt: number) => ({
      world: seeing,
      system: system.name,
      baseDir: system.baseDir,
      component: step.component.name,
      step: step.id,
      ...withoutState,
      attempt,
      timeoutMs: step.timeoutMs,
      redactor,
      shares,
      timeZone: system.settings.timezone,
      dataDir: system.baseDir,
    })
    const { outcome } = await runCheck(step, scopeOf, network, signal)
    const told = diagnosisOf(step, outcome)
    const remedy = told.remedy && redactedText(told.remedy, redactor)
    found.set(step, { ...told, summary: redactedText(told.summary, redactor), remedy })
  }
  try {
    await inPool(steps, checksAtOnce, look)
  } finally {
    await shares.closeAll(2000)
  }
  return { found: steps.flatMap((step) => found.get(step) ?? []), witnesses }
}

/** What works through other components has nothing of its own to ask. */
async function firstChecks({ components, steps, baseDir }: System): Promise<CheckStep[]> {
  const checks = [...steps.values()].filter((step) => step.type === 'check')
  const first = components
    .filter(({ kind }) => kind.uses === undefined)
    .map(async (component) =>
      (await hasSecrets(component, baseDir))
        ? checks.find((step) => step.component.name === component.name)
        : undefined,
    )
  return (await Promise.all(first)).filter((step) => step !== undefined)
}

function diagnosisOf(step: CheckStep, { status, reason, remedy, isToolMissing }: StepOutcome): Diagnosis {
  const about = step.component.name
  const told = { name: 'component', about, summary: reason ?? sawNothing({}), remedy } as const
  if (isToolMissing) return { ...told, status: 'error', exit: errorCodes['tool-missing'].exit }
  if (status === 'error') return { ...told, status, exit: 3 }
  const isAsked = step.kind.remote !== undefined || step.criticality === 'critical'
  if (status === 'fail' && isAsked) return { ...told, status, exit: 1 }
  const summary = status === 'pass' && reason !== undefined ? reason : canLook({ step: step.id })
  return { name: 'component', about, status: 'pass', summary }
}

/** Notes what the services say of the time. An answer out of a cache says when it was made, and how old it is. */
function observed({ http, clock }: World, witnesses: ClockWitness[]): World['http'] {
  return {
    ...http,
    send: async (request, signal) => {
      const answer = await http.send(request, signal)
      const sent = answer.outcome === 'answered' ? Date.parse(answer.headers['date'] ?? '') : Number.NaN
      if (answer.outcome === 'answered' && !Number.isNaN(sent)) {
        const theirs = new Date(sent + Number(answer.headers['age'] ?? 0) * 1000)
        witnesses.push({ host: new URL(answer.url).host, theirs, ours: clock.now() })
      }
      return answer
    },
  }
}
