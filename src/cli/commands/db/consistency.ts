import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { Command } from '../../command.ts'
import { findDatabase, findDatabaseTexts } from '../../db/find-database.ts'
import { checkOnDemand } from '../../on-demand.ts'
import { performRun, performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

const noRules = message<{ component: string }>('cli.no-consistency', {
  en: (p) => `No rule is declared for the data of ${p.component}.`,
  fr: (p) => `Aucune règle n'est déclarée pour les données de ${p.component}.`,
})
const declareRules = message<{ component: string }>('cli.no-consistency-hint', {
  en: (p) => `Declare one: components: { ${p.component}: { consistency: { 'name': { query: 'select …' } } } }`,
  fr: (p) => `Déclarez-en une : components: { ${p.component}: { consistency: { 'nom': { query: 'select …' } } } }`,
})

/** Asks the rules of the data, or those that are named, as a run of the check. */
export const dbConsistencyCommand: Command = {
  texts: [...findDatabaseTexts, ...renderRunTexts, ...performRunTexts, noRules, declareRules],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const { system, component } = findDatabase(vigie, args)
    const id = `${component.name}/consistency`
    const text = { component: component.name }
    if (!system.steps.has(id)) throw new VigieError('usage', noRules(text), { hint: declareRules(text) })
    const step = checkOnDemand(system, id, { rules: [...args.positionals] })
    return performRun(context, vigie, {
      system,
      selection: { name: id, at: undefined, steps: [step] },
      isDryRun: false,
      consent: { yes: false, approve: undefined },
      by: undefined,
      severity: undefined,
    })
  },
}
