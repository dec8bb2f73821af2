import { message } from '../../core/message.ts'
import type { Output } from '../output.ts'

const cut = message('cli.db-names-cut', {
  en: () => 'Names with … are shortened: --json has them whole.',
  fr: () => 'Les noms avec … sont raccourcis : --json les donne entiers.',
})
export const cutNamesTexts = [cut]

/** A line that says so when not every name stands whole in a table. */
export function cutNames(lines: readonly string[], names: readonly string[], output: Output): readonly string[] {
  const all = lines.join('\n')
  return names.every((name) => all.includes(name)) ? [] : [output.text(cut({}))]
}
