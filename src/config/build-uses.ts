import { message } from '../core/message.ts'
import { nearestNames, type Problem, pathText, unknownName } from './problem.ts'
import { type ConfiguredComponent, sectionOf } from './system.ts'

const wrongComponent = message<{ name: string; ability: string }>('config.wrong-ability', {
  en: (p) => `"${p.name}" ${english[p.ability] ?? `has no ${p.ability}`}: name another component`,
  fr: (p) => `« ${p.name} » ${french[p.ability] ?? `n'a pas de ${p.ability}`} : nommez un autre composant`,
})
const takenName = message<{ name: string }>('config.taken-name', {
  en: (p) => `a component is called "${p.name}" already; choose another name`,
  fr: (p) => `un composant s'appelle déjà « ${p.name} » ; choisissez un autre nom`,
})
export const usesMessages = [wrongComponent, takenName]

const english: Readonly<Record<string, string>> = {
  files: 'is no tree of files',
  rows: 'is no database that gives rows',
  backup: 'cannot be backed up',
}
const french: Readonly<Record<string, string>> = {
  files: "n'est pas une arborescence de fichiers",
  rows: "n'est pas une base qui donne des lignes",
  backup: 'ne peut pas être sauvegardé',
}

/** What components use must be there, and must give what they want of it; names must be told apart. */
export function checkUses(
  components: readonly ConfiguredComponent[],
  isUnsure: (component: string) => boolean,
  problems: Problem[],
): void {
  const names = new Set<string>()
  for (const component of components) {
    const { name, kind, options } = component
    const section = sectionOf(component)
    if (names.has(name)) problems.push({ path: pathText([section, name]), text: takenName({ name }) })
    names.add(name)
    for (const { at, component: used, ability } of kind.uses?.(options) ?? []) {
      const path = pathText([section, name, ...at])
      const found = components.find((one) => one.name === used)
      if (found === undefined) {
        if (isUnsure(used)) continue
        const fitting = components.filter((one) => one.kind.abilities?.(one.options)[ability] !== undefined)
        const hint = nearestNames(
          used,
          fitting.map((one) => one.name),
        )
        problems.push({ path, text: unknownName({ name: used }), hint })
      } else if (found.kind.abilities?.(found.options)[ability] === undefined) {
        problems.push({ path, text: wrongComponent({ name: used, ability }) })
      }
    }
  }
}
