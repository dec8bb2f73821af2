import { type Command, isSet, stringOf } from '../command.ts'
import { performRun, performRunTexts } from '../perform-run.ts'
import { renderRunTexts } from '../render-run.ts'
import { selectSteps } from '../select-steps.ts'

export const runCommand: Command = {
  texts: [...renderRunTexts, ...performRunTexts],
  run: async (context, args) => {
    const vigie = await context.open()
    return performRun(context, vigie, {
      system: vigie.system,
      selection: selectSteps(vigie.system, args.positionals),
      isDryRun: isSet(args, 'dry-run'),
      consent: { yes: isSet(args, 'yes'), approve: stringOf(args, 'approve') },
      by: stringOf(args, 'by'),
      severity: stringOf(args, 'severity'),
    })
  },
}
