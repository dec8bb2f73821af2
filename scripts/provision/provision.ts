import { provisionCeph } from './ceph.ts'
import { provisionPython } from './debian-python.ts'
import { type DebianPackage, debianTools, provisionDebian } from './debian-tool.ts'
import { provisionMigrationTools } from './migration-tools.ts'
import { provisionPostgres } from './postgres-majors.ts'
import { provisionPrograms } from './postgres-programs.ts'

/** What the tests need beside `npm ci`. Each part is idempotent and fast when it is there. */
const debianParts = (Object.keys(debianTools) as DebianPackage[]).map((name) => [name, () => provisionDebian(name)])
const parts: Readonly<Record<string, () => Promise<void>>> = {
  ...Object.fromEntries(debianParts.slice(0, 1)),
  postgres: provisionPostgres,
  'postgres-programs-15': () => provisionPrograms(15),
  'postgres-programs-18': () => provisionPrograms(18),
  ceph: provisionCeph,
  python: provisionPython,
  'migration-tools': provisionMigrationTools,
  ...Object.fromEntries(debianParts),
}

/** They wait for the network most of the time. */
const atOnce = 4
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
const chosen = Object.entries(parts).filter(([name]) => wanted.length === 0 || wanted.includes(name))
// The first one may have to fetch the lists of packages, which only one can do at a time.
await provisionNext()
await Promise.all(Array.from({ length: atOnce }, provisionAll))

async function provisionAll(): Promise<void> {
  while (chosen.length > 0) await provisionNext()
}

async function provisionNext(): Promise<void> {
  const [name, provision] = chosen.shift() ?? []
  if (name === undefined || provision === undefined) return
  const started = performance.now()
  await provision()
  console.log(`${name}: ready after ${Math.round(performance.now() - started)} ms`)
}
