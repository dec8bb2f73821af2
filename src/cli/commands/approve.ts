import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { planNamed } from '../../engine/agreement.ts'
import { shownSteps } from '../../engine/consent.ts'
import { type Command, stringOf } from '../command.ts'
import { performRun, performRunTexts } from '../perform-run.ts'
import { renderRunTexts } from '../render-run.ts'
import { selectSteps } from '../select-steps.ts'

const unknownPlan = message<{ id: string }>('cli.unknown-plan', {
  en: (p) => `There is no plan ${p.id}.`,
  fr: (p) => `Le plan ${p.id} n'existe pas.`,
})
const planHint = message('cli.unknown-plan-hint', {
  en: () => 'Make one: vigie run ROUTINE --dry-run',
  fr: () => 'Établissez-en un : vigie run ROUTINE --dry-run',
})
const approveTexts = [unknownPlan, planHint]

/** Approves a plan that was shown, and carries out its steps: they are planned again, and only what was shown is done. */
export const approveCommand: Command = {
  texts: [...approveTexts, ...renderRunTexts, ...performRunTexts],
  run: async (context, args) => {
    const vigie = await context.open()
    const id = args.positionals[0] ?? ''
    const plan = await planNamed(vigie.store.plans, id)
    const system = vigie.systems.find(({ name }) => name === plan?.system)
    if (plan === undefined || system === undefined) {
      throw new VigieError('unknown-plan', unknownPlan({ id }), { hint: planHint({}) })
    }
    const steps = shownSteps(plan).map(({ step }) => step)
    return performRun(context, vigie, {
      system,
      selection: { ...selectSteps(system, steps), name: plan.routine },
      isDryRun: false,
      consent: { yes: false, approve: plan.id },
      by: stringOf(args, 'by'),
      severity: stringOf(args, 'severity'),
    })
  },
}
