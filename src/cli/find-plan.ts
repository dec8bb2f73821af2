import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import type { PlanRow } from '../store/plan-store.ts'
import type { Vigie } from '../wire.ts'

const unknownPlan = message<{ id: string }>('cli.unknown-plan', {
  en: (p) => `There is no plan ${p.id}.`,
  fr: (p) => `Le plan ${p.id} n'existe pas.`,
})
const planHint = message('cli.unknown-plan-hint', {
  en: () => 'Make one: vigie run ROUTINE --dry-run',
  fr: () => 'Établissez-en un : vigie run ROUTINE --dry-run',
})
const severalPlans = message<{ id: string; count: number }>('cli.several-plans', {
  en: (p) => `${p.id} is the beginning of ${p.count} plans: nothing was approved.`,
  fr: (p) => `${p.id} commence ${p.count} plans : rien n'a été approuvé.`,
})
const candidates = message<{ plans: readonly { id: string; routine: string; at: string }[] }>('cli.candidate-plans', {
  en: (p, f) => `Write one of them whole: ${p.plans.map((one) => told(one, f.dateTime(one.at))).join(', ')}`,
  fr: (p, f) => `Écrivez l'un d'eux en entier : ${p.plans.map((one) => told(one, f.dateTime(one.at))).join(', ')}`,
})
export const findPlanTexts = [unknownPlan, planHint, severalPlans, candidates]

const shownCandidates = 8

/**
 * The plan of an id or of its unambiguous beginning, among the loaded systems. What an approval is bound to is never
 * guessed. Throws `unknown-plan`, or `usage` with the plans that it may be.
 */
export async function findPlan({ store, systems }: Vigie, id: string): Promise<PlanRow> {
  const names = systems.map(({ name }) => name)
  const found = (await store.plans.find(id)).filter(({ system }) => names.includes(system))
  const exact = found.find((plan) => plan.id === id)
  const [only, ...others] = exact === undefined ? found : [exact]
  if (only === undefined) throw new VigieError('unknown-plan', unknownPlan({ id }), { hint: planHint({}) })
  if (others.length === 0) return only
  const plans = found.slice(0, shownCandidates).map((plan) => {
    const { routine, createdAt } = plan
    return { id: plan.id, routine, at: createdAt.toISOString() }
  })
  throw new VigieError('usage', severalPlans({ id, count: found.length }), { hint: candidates({ plans }) })
}

function told({ id, routine }: { readonly id: string; readonly routine: string }, at: string): string {
  return `${id} (${routine}, ${at})`
}
