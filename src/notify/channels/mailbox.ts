import * as z from 'zod'
import { notAMailbox } from '../../core/refusals.ts'

export interface Mailbox {
  readonly name: string
  readonly address: string
}

const written = /^(?:(?<name>[^<>"\p{C}]{0,100}?)\s*<(?<inner>[^<>]+)>|(?<bare>[^<>]+))$/u
/** Without what would make two addresses of one, or a header of its own. Its domain is a name. */
const address = /^[^\s"(),:;<>@[\\\]\p{C}]{1,64}@[^\s"(),:;<>@[\\\]\p{C}/]{1,190}$/u

/** `vigie@example.org` or `Vigie <vigie@example.org>`; undefined for anything else. */
export function parseMailbox(text: string): Mailbox | undefined {
  const { name = '', inner, bare } = written.exec(text.trim())?.groups ?? {}
  const found = (inner ?? bare ?? '').trim()
  return address.test(found) ? { name: name.trim(), address: found } : undefined
}

export const mailboxSchema = z
  .string()
  .refine((text) => parseMailbox(text) !== undefined, {
    message: notAMailbox.code,
  })
  .meta({ description: 'an e-mail address: vigie@example.org or Vigie <vigie@example.org>' })
