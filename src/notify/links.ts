import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { OwnKeyStore } from '../store/watch-store.ts'

/** As long as somebody may read the mail and take care of it. */
export const acknowledgeForMs = 7 * 86_400_000
/** Where the HTTP server answers them: GET shows, POST acts. */
export const acknowledgePath = '/a/'

const keyName = 'links'
const keyBytes = 32
/** What is signed; another layout gets another word, so that no old link is read as a new one. */
const layout = 'vigie-link-1'

export interface Link {
  /** What it lets one do, such as `acknowledge`. A link for one thing is worth nothing for another. */
  readonly purpose: string
  /** What it lets one do it to: the id of an alert. */
  readonly subject: string
  readonly expiresAt: Date
}

export type VerifiedLink =
  | { readonly isValid: true; readonly subject: string; readonly expiresAt: Date }
  | { readonly isValid: false; readonly why: 'malformed' | 'forged' | 'expired' }

/** The key that signs links of this Vigie; made at the first call. */
export function linkKey(keys: OwnKeyStore, now: Date): Promise<string> {
  return keys.getOrMake(keyName, () => randomBytes(keyBytes).toString('base64url'), now)
}

/** `<subject>.<expiry>.<signature>`, all of it fit for a path of a URL. */
export function makeToken(key: string, { purpose, subject, expiresAt }: Link): string {
  const seconds = Math.floor(expiresAt.getTime() / 1000)
  const signature = signatureOf(key, purpose, subject, seconds).toString('base64url')
  return `${Buffer.from(subject).toString('base64url')}.${seconds.toString(36)}.${signature}`
}

/**
 * What a token is worth for a purpose now. `forged` is also a token of another purpose, of another key, and one whose
 * subject or expiry was altered. Any time is looked at only when the signature holds.
 */
export function verifyToken(key: string, token: string, purpose: string, now: Date): VerifiedLink {
  const parts = /^(?<subject>[\w-]{1,400})\.(?<expiry>[0-9a-z]{1,10})\.(?<signature>[\w-]{43})$/.exec(token)?.groups
  if (parts === undefined) return { isValid: false, why: 'malformed' }
  const { subject: written = '', expiry = '', signature = '' } = parts
  const subject = Buffer.from(written, 'base64url').toString()
  const seconds = Number.parseInt(expiry, 36)
  const given = Buffer.from(signature, 'base64url')
  const isWrittenOurWay =
    Buffer.from(subject).toString('base64url') === written &&
    seconds.toString(36) === expiry &&
    given.toString('base64url') === signature
  if (!isWrittenOurWay) return { isValid: false, why: 'malformed' }
  if (!timingSafeEqual(given, signatureOf(key, purpose, subject, seconds))) return { isValid: false, why: 'forged' }
  const expiresAt = new Date(seconds * 1000)
  return now.getTime() < expiresAt.getTime()
    ? { isValid: true, subject, expiresAt }
    : { isValid: false, why: 'expired' }
}

/** Where a person who was told on a channel says "I take it" of an alert; undefined without a public address. */
export function acknowledgeUrl(
  publicUrl: string | undefined,
  key: string,
  alert: string,
  channel: string,
  now: Date,
): string | undefined {
  if (publicUrl === undefined) return undefined
  const expiresAt = new Date(now.getTime() + acknowledgeForMs)
  // No id of an alert has a space in it.
  const token = makeToken(key, { purpose: 'acknowledge', subject: `${alert} ${channel}`, expiresAt })
  return `${publicUrl.replace(/\/+$/, '')}${acknowledgePath}${token}`
}

/**
 * Whose link it is: as much as is known, the channel on which it was sent out (`link: mail`). Who of those that read
 * there pressed the button, nobody can tell. Links of before say no channel.
 */
export function readAcknowledgeToken(
  key: string,
  token: string,
  now: Date,
): { readonly alert: string; readonly by: string } | { readonly reason: 'invalid' | 'expired' } {
  const link = verifyToken(key, token, 'acknowledge', now)
  if (!link.isValid) return { reason: link.why === 'expired' ? 'expired' : 'invalid' }
  const [alert = '', channel] = link.subject.split(' ')
  return { alert, by: channel === undefined ? 'link' : `link: ${channel}` }
}

function signatureOf(key: string, purpose: string, subject: string, seconds: number): Buffer {
  // JSON keeps the parts apart, whatever is in them.
  return createHmac('sha256', key)
    .update(JSON.stringify([layout, purpose, subject, seconds]))
    .digest()
}
