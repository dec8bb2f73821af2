import { peopleComponent } from '../../config/system.ts'
import type { Locale } from '../../core/message.ts'
import { componentsOf, type Draft, suggestionsOf } from './components.ts'
import type { Surroundings } from './look-around.ts'

/** The text of a `vigie.config.ts` that loads and runs as it is. Secrets stand in it by name only. */
export function configText(
  seen: Surroundings,
  locale: Locale,
  timezone: string,
): { text: string; components: readonly string[] } {
  const say = (en: string, fr: string): string => (locale === 'fr' ? fr : en)
  const components = named(componentsOf(seen, locale), [])
  const suggestions = named(suggestionsOf(seen, locale), components)
  const imports = new Set(['defineSystem', 'human', ...components.flatMap(({ uses }) => uses)])
  const lines = components.flatMap(({ comment, name, code }) => [`// ${comment}`, `${keyOf(name)}: ${code},`])
  if (suggestions.length > 0) {
    lines.push(
      '',
      `// ${say('Recognised, and off until you take the slashes away:', "Reconnus, inactifs tant que vous n'ôtez pas les barres :")}`,
    )
  }
  for (const { comment, name, code, uses } of suggestions) {
    const missing = uses.filter((one) => !imports.has(one)).join(', ')
    const also = missing === '' ? '' : say(` (import ${missing} too)`, ` (importez aussi ${missing})`)
    lines.push(`// ${comment}${also}`, `//   ${keyOf(name)}: ${code},`)
  }
  const review = say('Review who has access', 'Revoir les accès')
  const text = `// ${say('What Vigie looks after here. Run it:  npx vigie run daily', "Ce dont Vigie s'occupe ici. Lancez :  npx vigie run daily")}
// ${say('What counts, and where it comes from:  npx vigie config explain', 'Ce qui compte, et d’où cela vient :  npx vigie config explain')}
import { ${[...imports].sort().join(', ')} } from 'vigie'

export default defineSystem({
  name: ${literal(seen.name)},
  locale: '${locale}',
  timezone: '${timezone}',
  components: {
${lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')}
  },
  routines: {
    // ${say('Checks and tasks join the routines by themselves; people sign theirs:', 'Contrôles et tâches rejoignent les routines seuls ; les personnes signent les leurs :')}
    // ${say('npx vigie sign access-review --by NAME --note TEXT', 'npx vigie sign access-review --by NOM --note TEXTE')}
    monthly: { add: [human('${review}', { id: 'access-review', minutes: 15 })] },
  },
})
`
  return { text, components: components.map(({ name }) => name) }
}

/** Each with a name that a component may have and that no other has. */
function named(drafts: readonly Draft[], before: readonly Draft[]): Draft[] {
  const taken = new Set([peopleComponent, ...before.map(({ name }) => name)])
  return drafts.map((draft) => {
    const plain =
      draft.name
        .replace(/[^A-Za-z0-9_-]+/g, '-')
        .replace(/^[^A-Za-z0-9]+|-+$/g, '')
        .slice(0, 50) || 'service'
    let name = plain
    for (let number = 2; taken.has(name); number++) name = `${plain}-${number}`
    taken.add(name)
    return { ...draft, name }
  })
}

function keyOf(name: string): string {
  return /^[a-zA-Z_]\w*$/.test(name) ? name : `'${name}'`
}

function literal(text: string): string {
  return /['\\]/.test(text) ? JSON.stringify(text) : `'${text}'`
}
