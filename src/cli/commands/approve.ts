import { severities } from '../../core/words.ts'
import { shownSteps } from '../../engine/consent.ts'
import type { Command } from '../command.ts'
import { findPlan, findPlanTexts } from '../find-plan.ts'
import { taskOnDemand } from '../on-demand.ts'
import { performRun, performRunTexts } from '../perform-run.ts'
import { oneOf, textOf } from '../read-options.ts'
import { renderRunTexts } from '../render-run.ts'
import { selectSteps } from '../select-steps.ts'

/** Approves a plan that was shown, and carries out its steps: they are planned again, and only what was shown is done. */
export const approveCommand: Command = {
  texts: [...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const plan = await findPlan(vigie, args.positionals[0] ?? '')
    const system = vigie.systems.find(({ name }) => name === plan.system) ?? vigie.system
    const shown = shownSteps(plan)
    const selected = selectSteps(
      system,
      shown.map(({ step }) => step),
    )
    const asked = new Map(shown.flatMap(({ step, options }) => (options === undefined ? [] : [[step, options]])))
    const steps = selected.steps.map((step) => {
      const options = asked.get(step.id)
      return options === undefined ? step : taskOnDemand(system, step.id, options)
    })
    return performRun(context, vigie, {
      system,
      selection: { ...selected, steps, name: plan.routine },
      isDryRun: false,
      consent: { yes: false, approve: plan.id },
      by: textOf(args, 'by'),
      severity: oneOf(args, 'severity', severities),
    })
  },
}
