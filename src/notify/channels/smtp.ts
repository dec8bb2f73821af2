import type { ChannelContext, Delivery } from '../../core/channel.ts'
import { errorCode, fieldOf } from '../../core/field-of.ts'
import { type EmailOptions, smtpPorts } from './email-options.ts'
import { cut, oneLine } from './headline.ts'
import { parseMailbox } from './mailbox.ts'
import { smtpLogin, smtpRecipients, smtpRefused, smtpUnreachable } from './refusals.ts'

/** A mail, ready to be handed over. */
export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The same at every attempt, so that a second sending of one notification is known as such. */
  readonly messageId: string
  /** Binds what is told of one alert together, from its start to its end. */
  readonly references: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

const longestAnswer = 300

/** Hands a mail to the SMTP server, once. */
export async function sendMail(mail: Mail, options: EmailOptions, ctx: ChannelContext): Promise<Delivery> {
  const { host } = options
  const auth = options.user !== undefined &&
    options.password !== undefined && {
      auth: { user: await ctx.reveal(options.user), pass: await ctx.reveal(options.password) },
      // Else a server that offers no login would get the mail without one.
      forceAuth: true,
    }
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host,
    port: options.port ?? smtpPorts[options.security],
    secure: options.security === 'tls',
    requireTLS: options.security === 'starttls',
    ignoreTLS: options.security === 'none',
    tls: { rejectUnauthorized: !options.allowInvalidCertificate },
    connectionTimeout: ctx.timeoutMs,
    greetingTimeout: ctx.timeoutMs,
    socketTimeout: ctx.timeoutMs,
    dnsTimeout: ctx.timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...auth,
  })
  try {
    const from = parseMailbox(options.from)
    const sent = await transport.sendMail({
      ...(from !== undefined && { from: { ...from } }),
      to: [options.to].flat().flatMap((one) => parseMailbox(one) ?? []),
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: mail.messageId,
      references: [...mail.references],
      headers: { ...mail.headers },
      date: ctx.clock.now(),
      ...{ signal: ctx.signal },
    })
    const refused = sent.rejected.map(String)
    if (refused.length === 0) return { status: 'delivered', reference: cut(oneLine(sent.response), longestAnswer) }
    const errors: readonly { responseCode?: number; response?: string }[] = sent.rejectedErrors ?? []
    const answer = answerOf(errors[0]?.response ?? '')
    // Those who have it would get it again at each attempt; only who may still be let in is worth that.
    const isRetryable = errors.every(({ responseCode }) => !isFinal(responseCode))
    return { status: 'refused', reason: smtpRecipients({ host, refused: refused.join(', '), answer }), isRetryable }
  } catch (error) {
    return refusalOf(error, host)
  } finally {
    transport.close()
  }
}

/** RFC 5321 §4.2.1: 5yz is a permanent negative completion, 4yz a transient one. */
const isFinal = (code: number | undefined): boolean => code !== undefined && code >= 500 && code < 600

function refusalOf(error: unknown, host: string): Delivery {
  const [code, told, response] = [errorCode(error), fieldOf(error, 'responseCode'), fieldOf(error, 'response')]
  const responseCode = typeof told === 'number' ? told : undefined
  const answer = answerOf(String(response ?? (error instanceof Error ? error.message : error)))
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    // Without an answer the server offers no login that we know: waiting does not change that.
    const isRetryable = responseCode !== undefined && !isFinal(responseCode)
    return { status: 'refused', reason: smtpLogin({ host, answer }), isRetryable }
  }
  const reason = responseCode === undefined ? smtpUnreachable({ host, detail: answer }) : smtpRefused({ host, answer })
  return { status: 'refused', reason, isRetryable: !isFinal(responseCode) }
}

function answerOf(text: string): string {
  return cut(oneLine(text), longestAnswer)
}
