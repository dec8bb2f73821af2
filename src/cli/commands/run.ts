import { severities } from '../../core/words.ts'
import { type Command, isSet } from '../command.ts'
import { findPlan, findPlanTexts } from '../find-plan.ts'
import { performRun, performRunTexts } from '../perform-run.ts'
import { oneOf, textOf } from '../read-options.ts'
import { renderRunTexts } from '../render-run.ts'
import { selectSteps } from '../select-steps.ts'

export const runCommand: Command = {
  texts: [...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const approved = textOf(args, 'approve')
    return performRun(context, vigie, {
      system: vigie.system,
      selection: selectSteps(vigie.system, args.positionals),
      isDryRun: isSet(args, 'dry-run'),
      consent: { yes: isSet(args, 'yes'), approve: approved && (await findPlan(vigie, approved)).id },
      by: textOf(args, 'by'),
      severity: oneOf(args, 'severity', severities),
    })
  },
}
