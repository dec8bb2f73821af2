import * as z from 'zod'
import { passwordInTheClear, userAndPassword } from '../../core/refusals.ts'
import { secretSchema } from '../../core/secret.ts'
import { mailboxSchema } from './mailbox.ts'

/** Submission (RFC 6409), submission over TLS (RFC 8314), and relay. */
export const smtpPorts = { starttls: 587, tls: 465, none: 25 } as const

export const emailOptions = z
  .strictObject({
    host: z.string().min(1).meta({ description: 'the mail server' }),
    port: z.number().int().min(1).max(65_535).optional(),
    /** `starttls` insists on it: a server that offers none gets no mail. */
    security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
    user: secretSchema.optional(),
    password: secretSchema.optional(),
    from: mailboxSchema,
    to: z.union([mailboxSchema, z.array(mailboxSchema).min(1).max(50)]),
    /** For a server of one's own whose certificate nobody signed. */
    allowInvalidCertificate: z.boolean().default(false),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    message: userAndPassword.code,
  })
  .refine(({ security, password, host }) => security !== 'none' || password === undefined || isLoopback(host), {
    message: passwordInTheClear.code,
  })

export type EmailOptions = z.output<typeof emailOptions>

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
