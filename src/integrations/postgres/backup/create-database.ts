import type { Client } from 'pg'
import { codeOf } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresFacts } from './facts.ts'

/** The database that a copy comes back into. */
export interface CopyDatabase {
  readonly name: string
  /** pg_restore makes it, with all that belongs to it; otherwise it is there already. */
  readonly isMadeByRestore: boolean
  /** Its locale; `C` where this machine does not have its own. */
  readonly locale: string
}

/** What the server says of a locale that the machine does not have. */
const noLocale = ['42809', '0A000', '22023']
/** Since which major the provider of a locale is said. */
const hasProviders = 15

/**
 * Gets a fresh cluster ready for a database of its old name. Where the machine does not have its locale, it is made with that
 * of C: rows are the same, only their order is another.
 */
export async function createDatabase(client: Client, facts: PostgresFacts, major: number): Promise<CopyDatabase> {
  const name = ['template0', 'template1'].includes(facts.database) ? 'restored' : facts.database
  // Every cluster has one, and it is as empty as it was made.
  if (name === 'postgres') await client.query('drop database postgres')
  const locale = facts.collation.locale ?? facts.collation.collate
  const isKnown = await canCreate(client, facts, major)
  if (isKnown && name === facts.database && facts.copied !== 'schemas') return { name, isMadeByRestore: true, locale }
  const own = isKnown ? localeOf(client, facts, major) : plainLocale(major)
  await client.query(createSql(client, name, facts.encoding, own))
  return { name, isMadeByRestore: false, locale: isKnown ? locale : 'C' }
}

async function canCreate(client: Client, facts: PostgresFacts, major: number): Promise<boolean> {
  const name = 'vigie_can_it_be_made'
  try {
    await client.query(createSql(client, name, facts.encoding, localeOf(client, facts, major)))
    await client.query(`drop database ${quoted(name)}`)
    return true
  } catch (error) {
    if (!noLocale.includes(codeOf(error))) throw error
    return false
  }
}

function createSql(client: Client, name: string, encoding: string, locale: string): string {
  return `create database ${quoted(name)} template template0 encoding ${client.escapeLiteral(encoding)} ${locale}`
}

function localeOf(client: Client, { collation }: PostgresFacts, major: number): string {
  const { provider, collate, ctype, locale } = collation
  const words = [`lc_collate ${client.escapeLiteral(collate)} lc_ctype ${client.escapeLiteral(ctype)}`]
  if (major >= hasProviders) words.push(`locale_provider ${provider}`)
  if (provider !== 'libc' && locale !== null) words.push(`${provider}_locale ${client.escapeLiteral(locale)}`)
  return words.join(' ')
}

function plainLocale(major: number): string {
  return `lc_collate 'C' lc_ctype 'C'${major >= hasProviders ? ' locale_provider libc' : ''}`
}
