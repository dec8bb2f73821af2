import { glob, readFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'

export interface Violation {
  readonly file: string
  readonly specifier: string
  readonly rule: string
}

/** What each folder may import, itself always included. Arrows point down only (docs/architecture.md). */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  platform: ['core'],
  store: ['core', 'platform'],
  config: ['core', 'platform'],
  integrations: ['core', 'platform'],
  engine: ['core', 'platform', 'store', 'config'],
  heartbeats: ['core', 'platform', 'store', 'config'],
  api: ['core', 'platform', 'store', 'config'],
  metrics: ['core', 'platform', 'store', 'config'],
  notify: ['core', 'platform', 'store', 'config'],
  alerts: ['core', 'platform', 'store', 'config'],
  data: ['core', 'platform', 'store', 'config'],
  backups: ['core', 'platform', 'store', 'config'],
  export: ['core', 'platform', 'config', 'alerts', 'notify'],
  watch: ['core', 'platform', 'config', 'store', 'engine', 'alerts', 'notify', 'heartbeats', 'api', 'metrics'],
  catalog: ['core', 'integrations', 'notify', 'alerts', 'data', 'backups'],
  'wire-messages': ['core'],
  messages: ['core', 'config', 'engine', 'alerts', 'heartbeats', 'api', 'notify', 'store', 'wire-messages'],
  wire: ['core', 'platform', 'config', 'store', 'engine', 'integrations', 'catalog', 'messages', 'wire-messages'],
  demo: ['core', 'platform'],
  cli: [
    'core',
    'platform',
    'config',
    'store',
    'engine',
    'heartbeats',
    'alerts',
    'notify',
    'api',
    'metrics',
    'watch',
    'export',
    'catalog',
    'messages',
    'wire',
    'wire-messages',
    'demo',
    'data',
    'backups',
  ],
  index: ['core', 'config', 'catalog', 'notify'],
}

const importPattern = /(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)'(\.{1,2}\/[^']+)'/g

/** Every import of `root` that points up, sideways between integrations or kinds, or at nothing that the rules know. */
export async function importViolations(root: string): Promise<{ files: number; violations: readonly Violation[] }> {
  const violations: Violation[] = []
  let files = 0
  for await (const file of glob(join(root, '**/*.ts'))) {
    if (file.endsWith('.test.ts')) continue
    files++
    const source = await readFile(file, 'utf8')
    for (const [, specifier = ''] of source.matchAll(importPattern)) {
      const target = normalize(join(dirname(file), specifier))
      const rule = brokenRule(inside(root, file), inside(root, target))
      if (rule !== undefined) violations.push({ file, specifier, rule })
    }
  }
  return { files, violations }
}

function brokenRule(file: string, target: string): string | undefined {
  if (target.startsWith('..'))
    return target.endsWith('.json') ? undefined : 'nothing outside the source may be imported'
  const [from, to] = [layerOf(file), layerOf(target)]
  if (from !== to) {
    const may = allowed[from]
    if (may === undefined) return `"${from}" has no import rules: add them`
    return may.includes(to) ? undefined : `${from} may import ${may.join(', ') || 'nothing of ours'}`
  }
  if (from !== 'integrations') return undefined
  const [, technology, group] = file.split(sep)
  const [, otherTechnology, otherGroup] = target.split(sep)
  if (technology !== otherTechnology) return 'integrations never import each other'
  const isKind = (name: string | undefined): boolean => name === 'checks' || name === 'tasks' || name === 'collectors'
  return isKind(group) && isKind(otherGroup) ? 'a kind never imports another kind' : undefined
}

function layerOf(path: string): string {
  return (path.split(sep)[0] ?? '').replace(/\.ts$/, '')
}

function inside(root: string, path: string): string {
  return normalize(path).startsWith(normalize(root) + sep)
    ? normalize(path).slice(normalize(root).length + 1)
    : `..${sep}${path}`
}
