import type { Locale } from '../../core/message.ts'
import type { FoundService, Surroundings } from './look-around.ts'

/** A component as it will stand in the config: `// comment` and `name: code,`. */
export interface Draft {
  readonly name: string
  /** The builders that its code calls. */
  readonly uses: readonly string[]
  readonly code: string
  readonly comment: string
}

type Say = (en: string, fr: string) => string

/** What was seen to be there: it runs as it is. */
export function componentsOf(seen: Surroundings, locale: Locale): readonly Draft[] {
  const say: Say = (en, fr) => (locale === 'fr' ? fr : en)
  return [
    ...seen.services.map((service) => serviceDraft(service, say)),
    ...databaseDraft(seen, say),
    ...seen.folders.map((folder) => ({
      name: folder,
      uses: ['files'],
      code: `files({ path: '${folder}', tasks: { clean: false } })`,
      comment: say(
        'without tasks: { clean: false } it would propose to delete files older than 30 days',
        'sans tasks: { clean: false }, il proposerait de supprimer les fichiers de plus de 30 jours',
      ),
    })),
    ...gitDraft(seen, say),
    {
      name: 'runtimes',
      uses: ['runtime'],
      code: 'runtime()',
      comment: say('Node, Python, Debian: still maintained?', 'Node, Python, Debian : encore maintenus ?'),
    },
    {
      name: 'host',
      uses: ['host'],
      code: 'host()',
      comment: say('this machine: processors, memory, disks', 'cette machine : processeurs, mémoire, disques'),
    },
  ]
}

/** What was recognised but not seen to run: stands in the config as a comment, to be switched on. */
export function suggestionsOf(seen: Surroundings, locale: Locale): readonly Draft[] {
  const say: Say = (en, fr) => (locale === 'fr' ? fr : en)
  const { web, render, found, database } = seen
  const drafts: Draft[] = []
  const suggest = (name: string, kind: string, code: string, comment: string): void => {
    const uses = code.includes('env(') ? [kind, 'env'] : [kind]
    drafts.push({ name, uses, code: `${kind}(${code})`, comment })
  }
  const environment = database === undefined ? '' : `, env: { ${database.variable}: env('${database.variable}') }`
  if (web !== undefined) {
    const comment = say('once it is up, or with its public address', 'quand elle tourne, ou avec son adresse publique')
    suggest(web.role, 'http', `{ url: 'http://localhost:${web.port}' }`, `${web.framework}: ${comment}`)
  }
  for (const { name, health } of render) {
    const comment = say(
      'its public address, if Render gave it this name',
      'son adresse publique, si Render lui a donné ce nom',
    )
    const path = health === undefined ? '' : `, health: '${health}'`
    suggest(name, 'http', `{ url: 'https://${name}.onrender.com'${path} }`, `render.yaml: ${comment}`)
  }
  if (database === undefined && seen.services.some(({ known }) => known === 'postgres')) {
    const comment = say('connections, vacuum, indexes and more', 'connexions, vacuum, index et plus encore')
    suggest('db', 'postgres', `{ url: env('DATABASE_URL') }`, `PostgreSQL: ${comment}`)
  }
  if (found.includes('alembic.ini')) {
    const comment = say('the database stands at the newest migration', 'la base en est à la dernière migration')
    suggest(
      'migrations',
      'command',
      `{ command: 'alembic current | grep -q "(head)"'${environment} }`,
      `alembic.ini: ${comment}`,
    )
  }
  if (found.includes('manage.py')) {
    const comment = say('no migration waits', "aucune migration n'attend")
    suggest(
      'migrations',
      'command',
      `{ command: 'python3 manage.py migrate --check'${environment} }`,
      `manage.py: ${comment}`,
    )
  }
  if (found.some((name) => name.startsWith('ecosystem.config.'))) {
    const comment = say('no process of PM2 is down', "aucun processus de PM2 n'est arrêté")
    const options = "{ command: 'pm2 ls --no-color', checks: { run: { lacks: 'errored|stopped' } } }"
    suggest('processes', 'command', options, `ecosystem.config: ${comment}`)
  }
  if (found.includes('supabase') && !seen.services.some(({ port }) => port === 54_322)) {
    const comment = say('the local stack, once `supabase start` has run', 'la pile locale, après « supabase start »')
    suggest('supabase-db', 'tcp', "{ host: 'localhost', port: 54322 }", `supabase: ${comment}`)
  }
  return drafts
}

function serviceDraft({ name, port, known, listener }: FoundService, say: Say): Draft {
  if (known !== undefined) {
    const code = `tcp({ host: 'localhost', port: ${port} })`
    return { name, uses: ['tcp'], code, comment: say('does its port answer?', 'son port répond-il ?') }
  }
  const url = `'http://localhost:${port}'`
  const draft = { name, uses: ['http'] }
  if (listener.protocol !== 'http' || (listener.health === undefined && listener.status < 400)) {
    const comment = say(
      "add health: '/health' when it reports its health",
      "ajoutez health: '/health' s'il publie son état de santé",
    )
    return { ...draft, code: `http({ url: ${url} })`, comment }
  }
  const { status, health } = listener
  if (health === undefined) {
    const comment = say(
      `its first page answers ${status}; name a better one: checks: { status: { path: '/login' } }`,
      `sa page d'accueil répond ${status} ; indiquez-en une meilleure : checks: { status: { path: '/login' } }`,
    )
    return {
      ...draft,
      code: `http({ url: ${url}, checks: { status: { status: [${status}] }, latency: false } })`,
      comment,
    }
  }
  const elsewhere = status < 400 ? '' : `, checks: { status: { path: '${health}' }, latency: { paths: ['${health}'] } }`
  const comment = say('its health report was found', 'son rapport de santé a été trouvé')
  return { ...draft, code: `http({ url: ${url}, health: '${health}'${elsewhere} })`, comment }
}

function databaseDraft({ database }: Surroundings, say: Say): Draft[] {
  if (database === undefined) return []
  const { variable, isSet } = database
  const comment = isSet
    ? say('read from the environment or .env at the last moment', "lue dans l'environnement ou .env au dernier moment")
    : say(
        `${variable} has no value yet: export it, or write it into .env`,
        `${variable} n'a pas encore de valeur : exportez-la, ou écrivez-la dans .env`,
      )
  return [{ name: 'db', uses: ['postgres', 'env'], code: `postgres({ url: env('${variable}') })`, comment }]
}

function gitDraft({ gitRemotes }: Surroundings, say: Say): Draft[] {
  if (gitRemotes === undefined) return []
  const [remote] = gitRemotes.includes('origin') ? ['origin'] : gitRemotes
  const draft = { name: 'code', uses: ['git'] }
  if (remote === undefined) {
    const comment = say(
      'nothing uncommitted; it has no remote to be behind',
      "rien de non validé ; il n'a pas de dépôt distant",
    )
    return [{ ...draft, code: 'git({ checks: { behind: false } })', comment }]
  }
  const comment = say('nothing uncommitted, level with its remote', 'rien de non validé, au niveau du dépôt distant')
  return [{ ...draft, code: remote === 'origin' ? 'git()' : `git({ remote: ${JSON.stringify(remote)} })`, comment }]
}
