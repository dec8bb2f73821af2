import { fieldOf } from '../../core/field-of.ts'
import { type Health, healthOfNumber, healthOfText } from './health-words.ts'

export interface SubCheck {
  /** Where it stands in the report: `checks.database`; '' is the report as a whole. */
  readonly path: string
  readonly health: Health
  readonly said: string
}

/** Members that hold the verdict of the object they stand in. */
const statusKeys = set(
  'status state health result healthy is_healthy ishealthy ok is_ok up is_up available connected is_connected success passed pass ready alive reachable responding online operational',
)
/** Members that are there when something is wrong: anything in them is bad. */
const faultKeys = set(
  'error errors failure failures exception exceptions problem problems failed_checks failedchecks failing unhealthy unhealthy_services unhealthyservices unhealthy_components unhealthycomponents',
)
/** Members whose members are parts: whatever stands in them is a verdict, or cannot be told. */
const partKeys = set(
  'checks components services dependencies subsystems results entries probes health_checks healthchecks',
)
/** Members that hold parts beside mere facts: a word that says something counts there, and what says nothing does not. */
const factKeys = set('details info data metadata')
/** Of the members above, those in which a number is a verdict; in the others it counts something. */
const numberKeys = set('status state health healthy ok up')
/** Members whose words are no verdicts, such as a log level `error`. */
const talk =
  /^(?:.*[_-])?(?:log_?level|level|colou?r|env|environment|deployment|version|description|title|type|mode|unit|id|url|path|host|.*name)$/
/** Members that are well when they are false. */
const goodWhenFalse =
  /maintenance|debug|read_?only|test|dev|draining|shutting|paused|locked|stale|degraded|disabled|expired|leader|primary|master|cached|dry/
/** Parts that reports name by a bare boolean. */
const services =
  /^(?:db|database|pg|postgres\w*|mysql|mariadb|mongo\w*|redis|cache|queue|broker|rabbit\w*|amqp|kafka|celery|workers?|smtp|e?mail|storage|s3|minio|elastic\w*|search|api|auth|disk|memory|network|dns)$/
/** What a fault says when there is none. */
const nothing = set('none no null nil n/a na - ok')

/**
 * Every verdict in a health report, the whole first. Understands a plain word, and JSON in the shapes of Spring's actuator,
 * the RFC draft health+json, Terminus, ASP.NET, Django and what is made by hand: a status beside parts, nested to any
 * depth, parts as objects, words, numbers, booleans or a list with names. What may be a verdict and is not understood is
 * `unknown`: left out, it could hide an outage. Empty when nothing in it is a verdict.
 *
 * @param ignored paths that are not read, each with all below it
 */
export function readHealthReport(body: string, ignored: readonly string[] = []): readonly SubCheck[] {
  const text = body.trim()
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    return text.length > 0 && text.length <= 40 && !text.startsWith('<') ? [verdict('', text)] : []
  }
  if (typeof report !== 'object' || report === null) return [verdict('', report)]
  const read = readObject(report, '', 'whole').filter(
    ({ path }) => !ignored.some((one) => path === one || path.startsWith(`${one}.`)),
  )
  return withReasons(read)
}

/** A part that is ill and says why is one thing that is wrong, not two. */
function withReasons(checks: readonly SubCheck[]): readonly SubCheck[] {
  const ill = new Map(checks.filter(({ health }) => health === 'unhealthy').map((one) => [one.path, one]))
  const reasonOf = ({ path }: SubCheck): SubCheck | undefined => {
    const at = path.lastIndexOf('.')
    return at > 0 && faultKeys.has(path.slice(at + 1).toLowerCase()) ? ill.get(path.slice(0, at)) : undefined
  }
  const reasons = Map.groupBy(checks, reasonOf)
  return (reasons.get(undefined) ?? []).map((one) => {
    const why = (reasons.get(one) ?? []).map(({ said }) => said)
    return why.length === 0 ? one : { ...one, said: [one.said, ...why].join(': ').slice(0, 80) }
  })
}

/** What an object is: the report, a part (all of it is about the part's health), or a thing beside. */
type Place = 'whole' | 'part' | 'fact'

function readObject(value: object, path: string, place: Place): SubCheck[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => readPart(item, join(path, nameOf(item) ?? String(index))))
  }
  return Object.entries(value).flatMap(([key, member]) => readMember(key, member, path, place))
}

function readMember(key: string, member: unknown, path: string, place: Place): SubCheck[] {
  const name = key.toLowerCase()
  const where = join(path, key)
  const isObject = typeof member === 'object' && member !== null
  if (statusKeys.has(name) && !isObject) {
    return typeof member === 'number' && !numberKeys.has(name) ? [] : [verdict(path, member)]
  }
  if (faultKeys.has(name)) return readFault(member, where)
  if (partKeys.has(name) && isObject) return readParts(member, where)
  if (factKeys.has(name) && isObject) return readObject(member, where, 'fact')
  if (isObject) return readObject(member, where, place === 'whole' ? 'part' : place)
  if (talk.test(name)) return []
  if (typeof member === 'string') {
    const said = verdict(where, member)
    return said.health === 'unknown' ? [] : [said]
  }
  if (typeof member !== 'boolean' || place === 'fact') return []
  if (services.test(name)) return [verdict(where, member)]
  // Of a name that we do not know, `false` may be well or ill.
  return member || goodWhenFalse.test(name) ? [] : [{ path: where, health: 'unknown', said: 'false' }]
}

/** The members of a list of parts are parts themselves: a bare word, number or boolean there is a verdict. */
function readParts(parts: object, path: string): SubCheck[] {
  if (Array.isArray(parts)) return readObject(parts, path, 'part')
  return Object.entries(parts).flatMap(([name, part]) => {
    const isOwnVerdict = statusKeys.has(name.toLowerCase()) && (typeof part !== 'object' || part === null)
    return readPart(part, isOwnVerdict ? path : join(path, name))
  })
}

function readPart(part: unknown, path: string): SubCheck[] {
  return typeof part === 'object' && part !== null ? readObject(part, path, 'part') : [verdict(path, part)]
}

/** Terminus keeps an object of parts there, others a text, a list or a flag. A number counts what was, not what is. */
function readFault(fault: unknown, path: string): SubCheck[] {
  if (fault === null || typeof fault === 'number' || fault === false) return []
  if (typeof fault === 'object') {
    const parts = readObject(fault, path, 'part')
    if (parts.length > 0 && !Array.isArray(fault)) return parts
    const said = Array.isArray(fault) ? fault.map((one) => nameOf(one) ?? JSON.stringify(one)) : Object.keys(fault)
    return said.length === 0 ? [] : [{ path, health: 'unhealthy', said: said.join(', ').slice(0, 80) }]
  }
  const said = String(fault).trim()
  return said === '' || nothing.has(said.toLowerCase()) ? [] : [{ path, health: 'unhealthy', said: said.slice(0, 80) }]
}

function nameOf(item: unknown): string | undefined {
  for (const key of ['name', 'component', 'componentId', 'id', 'service']) {
    const name = fieldOf(item, key)
    if (typeof name === 'string') return name
  }
  return undefined
}

function verdict(path: string, said: unknown): SubCheck {
  const health =
    typeof said === 'number' ? healthOfNumber(said) : typeof said === 'object' ? 'unknown' : healthOfText(String(said))
  return { path, health, said: String(said).slice(0, 80) }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}
