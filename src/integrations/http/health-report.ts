/** How one part of a health report says that it is. */
export type Health = 'healthy' | 'degraded' | 'unhealthy' | 'unknown'

export interface SubCheck {
  /** Where it stands in the report: `checks.database`; '' is the report as a whole. */
  readonly path: string
  readonly health: Health
  readonly said: string
}

const words: Readonly<Record<Exclude<Health, 'unknown'>, readonly string[]>> = {
  healthy: [
    'ok',
    'okay',
    'healthy',
    'up',
    'pass',
    'passed',
    'passing',
    'success',
    'good',
    'green',
    'alive',
    'ready',
    'available',
    'connected',
    'operational',
    'running',
    'true',
  ],
  degraded: ['degraded', 'warn', 'warning', 'partial', 'slow', 'yellow', 'unstable'],
  unhealthy: [
    'unhealthy',
    'down',
    'fail',
    'failed',
    'failing',
    'failure',
    'error',
    'errored',
    'critical',
    'bad',
    'red',
    'dead',
    'unavailable',
    'disconnected',
    'out_of_service',
    'outage',
    'offline',
    'unreachable',
    'timeout',
    'stopped',
    'ko',
    'nok',
    'false',
    'not_ready',
    'not ready',
  ],
}
/** Members that hold the verdict of the object they stand in. */
const statusKeys = [
  'status',
  'state',
  'health',
  'result',
  'healthy',
  'ok',
  'up',
  'available',
  'connected',
  'success',
  'ready',
  'alive',
]
/** Members that hold further parts. Spring's actuator, the RFC draft health+json, Terminus, Django and hand-made reports. */
const partKeys = [
  'checks',
  'components',
  'services',
  'dependencies',
  'details',
  'info',
  'error',
  'subsystems',
  'results',
  'entries',
  'probes',
]

/**
 * Every verdict in a health report, the whole first. Understands a plain word, and JSON in the common shapes: a status
 * beside named parts, nested to any depth, parts as objects, words, booleans or a list with names. Empty when nothing in
 * it is a verdict.
 */
export function readHealthReport(body: string): readonly SubCheck[] {
  const text = body.trim()
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    return text.length > 0 && text.length <= 40 && !text.startsWith('<') ? [verdict('', text.replace(/[.!]$/, ''))] : []
  }
  if (typeof report === 'string' || typeof report === 'boolean') return [verdict('', report)]
  return collect(report, '', true)
}

function collect(value: unknown, path: string, isPart: boolean): SubCheck[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      collect(item, `${path}${path === '' ? '' : '.'}${nameOf(item) ?? index}`, isPart),
    )
  }
  if (typeof value !== 'object' || value === null) {
    return isPart && path !== '' && (typeof value === 'boolean' || typeof value === 'string')
      ? [verdict(path, value)]
      : []
  }
  const found: SubCheck[] = []
  for (const [key, member] of Object.entries(value)) {
    const where = path === '' ? key : `${path}.${key}`
    const lower = key.toLowerCase()
    if (statusKeys.includes(lower) && (typeof member === 'string' || typeof member === 'boolean'))
      found.push(verdict(path, member))
    else if (partKeys.includes(lower) && typeof member === 'object' && member !== null)
      found.push(...collectParts(member, where))
    else if (typeof member === 'object' && member !== null) found.push(...collect(member, where, false))
  }
  return found
}

/** The members of a list of parts are parts themselves: a bare word or boolean there is a verdict. */
function collectParts(parts: object, path: string): SubCheck[] {
  if (Array.isArray(parts)) return collect(parts, path, true)
  return Object.entries(parts).flatMap(([name, part]) => {
    const where = `${path}.${name}`
    if (statusKeys.includes(name.toLowerCase()) && (typeof part === 'string' || typeof part === 'boolean'))
      return [verdict(path, part)]
    if (typeof part === 'boolean' || (typeof part === 'string' && healthOf(part) !== 'unknown'))
      return [verdict(where, part)]
    return collect(part, where, false)
  })
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  for (const key of ['name', 'component', 'componentId', 'id', 'service']) {
    const name = (item as Record<string, unknown>)[key]
    if (typeof name === 'string') return name
  }
  return undefined
}

function verdict(path: string, said: string | boolean): SubCheck {
  return { path, health: healthOf(said), said: String(said).slice(0, 80) }
}

function healthOf(said: string | boolean): Health {
  const word = String(said).trim().toLowerCase()
  const found = Object.entries(words).find(([, known]) => known.includes(word))
  return (found?.[0] as Health | undefined) ?? 'unknown'
}
