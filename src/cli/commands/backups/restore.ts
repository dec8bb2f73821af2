import type { ConfiguredComponent, System } from '../../../config/system.ts'
import type { Abilities } from '../../../core/component.ts'
import { actOnDemand } from '../../act-on-demand.ts'
import { fetchFrom, fetchFromTexts } from '../../backups/fetch-from.ts'
import { findEntry, findEntryTexts } from '../../backups/find-entry.ts'
import { type Arguments, type Command, isSet, stringOf } from '../../command.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

/** Brings back a backup: beside the living one, or in its place. */
export const backupsRestoreCommand: Command = {
  texts: [...fetchFromTexts, ...findEntryTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  run: async (context, args) => {
    const from = stringOf(args, 'from')
    if (from !== undefined) return fetchFrom(context, args, from)
    const vigie = await context.open()
    const { system } = vigie
    const [backup = 'latest'] = args.positionals
    const entry = await findEntry(vigie, args, backup)
    const component = stringOf(args, 'component') ?? componentMeant(system, entry, args)
    const to = stringOf(args, 'to')
    const options = {
      ...{ backup, over: isSet(args, 'over'), only: [...listOf(args, 'table'), ...listOf(args, 'file')] },
      ...(component !== undefined && { component }),
      ...(to !== undefined && { to }),
    }
    return actOnDemand(context, vigie, args, { system, id: `${entry.name}/restore`, options })
  },
}

/** A table lies in the database of the entry, a file in its tree, when there is only one. */
function componentMeant(system: System, entry: ConfiguredComponent, args: Arguments): string | undefined {
  const ability = listOf(args, 'table').length > 0 ? 'database' : listOf(args, 'file').length > 0 ? 'files' : undefined
  if (ability === undefined) return undefined
  const copied = (entry.kind.uses?.(entry.options) ?? []).map(({ component }) => component)
  const has = ({ kind, options }: ConfiguredComponent, one: keyof Abilities): boolean =>
    kind.abilities?.(options)[one] !== undefined
  const fitting = system.components.filter((one) => copied.includes(one.name) && has(one, ability))
  return fitting.length === 1 ? fitting[0]?.name : undefined
}

function listOf({ values }: Arguments, name: string): readonly string[] {
  return [values[name] ?? []].flat().filter((one) => typeof one === 'string')
}
