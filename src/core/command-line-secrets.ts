import { isPlainValue } from './secret.ts'

/**
 * The secrets that somebody wrote out on a command line, in the shapes that programs take them: `--token VALUE`,
 * `--api-key=VALUE`, `-pVALUE` of the MySQL tools, `-u user:VALUE`, `DB_PASSWORD=VALUE`. What a shell puts in its place
 * (`$DB_PASSWORD`) is no secret yet. An argument that is a line for a shell is read as one.
 */
export function secretsInCommand(command: string | readonly string[]): readonly string[] {
  const words = typeof command === 'string' ? wordsOf(command) : command
  const programs = words.map((word) => word.slice(word.lastIndexOf('/') + 1).toLowerCase())
  const found = words.flatMap((word, index) => {
    const isLine = /^-[a-z]*c$/.test(words[index - 1] ?? '')
    // A line of a shell has been parted already; an argument with blanks may be one, as that of ssh.
    const inner = isLine || (typeof command !== 'string' && /\s/.test(word)) ? secretsInCommand(word) : []
    if (isLine) return inner
    const rules = shortOptions.filter(({ of }) => programs.slice(0, index).some((program) => of.test(program)))
    const next = words[index + 1]
    return [...[...longOf(word, next), ...rules.flatMap(({ read }) => read(word, next))].filter(isLiteral), ...inner]
  })
  return [...new Set(found)]
}

const name = String.raw`(?:pass(?:word|wd|phrase)?|pwd|secret|token|credential|(?:api|access|secret|private|auth)[-_]?key)`
const flagWithValue = new RegExp(String.raw`^--?(?!no-)(?:[a-z0-9]+[-_])*${name}=([\s\S]+)$`, 'i')
const flag = new RegExp(String.raw`^--?(?!no-)(?:[a-z0-9]+[-_])*${name}$`, 'i')
const assignment = new RegExp(String.raw`^[a-z][a-z0-9_]*?${name}=([\s\S]+)$|^${name}=([\s\S]+)$`, 'i')

function longOf(word: string, next: string | undefined): readonly (string | undefined)[] {
  const written = flagWithValue.exec(word)?.[1]
  const assigned = /^(?:OLD)?PWD=/.test(word) ? null : assignment.exec(word)
  return [written, assigned?.[1] ?? assigned?.[2], flag.test(word) && !next?.startsWith('-') ? next : undefined]
}

/** What the short options of well-known programs take. Source: their manual pages. */
const shortOptions: readonly {
  readonly of: RegExp
  read(word: string, next: string | undefined): readonly (string | undefined)[]
}[] = [
  // A bare -p of theirs asks at the terminal.
  { of: /^(?:mysql|mariadb)/, read: (word) => [/^-p([^-].*)$/s.exec(word)?.[1]] },
  // Theirs is the port; what is no number was meant as for MySQL.
  { of: /^(?:psql|pg_|createdb|dropdb|vacuumdb|reindexdb)/, read: (word) => [/^-p(.*\D.*)$/s.exec(word)?.[1]] },
  // `docker login`: elsewhere its -p is a port.
  { of: /^(?:sshpass|mongo.*|login)$/, read: (word, next) => [either(/^-p(.*)$/s.exec(word)?.[1], next)] },
  { of: /^redis-cli/, read: (word, next) => [/^-a$/.test(word) ? next : undefined] },
  {
    of: /^(?:curl|wget|http)/,
    read: (word, next) => {
      const account = word === '-u' || word === '--user' ? next : /^(?:-u|--user=)(.+)$/s.exec(word)?.[1]
      return [account?.slice(account.indexOf(':') + 1 || account.length)]
    },
  },
]

function either(attached: string | undefined, next: string | undefined): string | undefined {
  return attached === '' ? next : attached
}

/** Neither nothing, nor what a shell is to fill in, nor a number that may mean something else. */
function isLiteral(value: string | undefined): value is string {
  return value !== undefined && value !== '' && !/^[$`]/.test(value) && !isPlainValue(value)
}

/** As a shell parts a line, as far as it matters here: quotes keep words together, and operators end them. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\;|&()<>])+/gs) ?? []
  return words.map((word) => word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs, '$1$2$3'))
}
