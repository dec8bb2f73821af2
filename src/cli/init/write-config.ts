import type { Locale } from '../../core/message.ts'
import type { Surroundings } from './look-around.ts'

/** The text of a `vigie.config.ts` that loads and runs as it is. Secrets stand in it by name only. */
export function configText(
  seen: Surroundings,
  locale: Locale,
  timezone: string,
): { text: string; components: readonly string[] } {
  const say = (en: string, fr: string): string => (locale === 'fr' ? fr : en)
  const used = new Set<string>()
  const components: { name: string; code: string; comment: string }[] = []
  const add = (name: string, kind: string, code: string, comment: string): void => {
    used.add(kind)
    const free = components.some((one) => one.name === name) ? `${name}-${components.length}` : name
    components.push({ name: free, code, comment })
  }
  for (const { name, port } of seen.httpPorts) {
    add(
      name,
      'http',
      `http({ url: 'http://localhost:${port}' })`,
      say(
        "add health: '/health' when it reports its health",
        "ajoutez health: '/health' s'il publie son état de santé",
      ),
    )
  }
  for (const name of seen.databaseNames.slice(0, 1)) {
    used.add('env')
    add(
      'db',
      'postgres',
      `postgres({ url: env('${name}') })`,
      say('read from the environment or .env at the last moment', "lue dans l'environnement ou .env au dernier moment"),
    )
  }
  for (const folder of seen.folders) {
    add(
      folder,
      'files',
      `files({ path: '${folder}', tasks: { clean: false } })`,
      say(
        'tasks: { clean: {} } would propose to delete files older than 30 days',
        'tasks: { clean: {} } proposerait de supprimer les fichiers de plus de 30 jours',
      ),
    )
  }
  if (seen.isGit)
    add(
      'code',
      'git',
      'git()',
      say('nothing uncommitted, level with its remote', 'rien de non validé, au niveau du dépôt distant'),
    )
  add(
    'runtimes',
    'runtime',
    'runtime()',
    say('Node, Python, Debian: still maintained?', 'Node, Python, Debian : encore maintenus ?'),
  )
  add('host', 'host', 'host()', say('processors, memory, disks', 'processeurs, mémoire, disques'))
  const lines = components.map(
    ({ name, code, comment }) => `    // ${comment}\n    ${/^[a-zA-Z_]\w*$/.test(name) ? name : `'${name}'`}: ${code},`,
  )
  const text = `// ${say('What Vigie looks after here. Run it:  npx vigie run daily', "Ce dont Vigie s'occupe ici. Lancez :  npx vigie run daily")}
// ${say('All options:  npx vigie config explain', 'Toutes les options :  npx vigie config explain')}
import { defineSystem, ${[...used, 'human'].sort().join(', ')} } from 'vigie'

export default defineSystem({
  name: ${JSON.stringify(seen.name)},
  locale: '${locale}',
  timezone: '${timezone}',
  components: {
${lines.join('\n')}
  },
  routines: {
    // ${say('Checks and tasks join the routines by themselves; people sign theirs:  npx vigie sign access-review --by NAME --note TEXT', 'Contrôles et tâches rejoignent les routines seuls ; les personnes signent les leurs :  npx vigie sign access-review --by NOM --note TEXTE')}
    monthly: { add: [human(${JSON.stringify(say('Review who has access', 'Revoir les accès'))}, { id: 'access-review', minutes: 15 })] },
  },
})
`
  return { text, components: components.map(({ name }) => name) }
}
