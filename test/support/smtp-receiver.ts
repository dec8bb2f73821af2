import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { tcpAddress } from '../../src/platform/tcp-address.ts'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | undefined
  readonly secure: boolean
  /** As it came, headers unfolded. */
  readonly headers: ReadonlyMap<string, string>
  readonly raw: string
}

export interface SmtpReceiver extends AsyncDisposable {
  readonly port: number
  readonly mails: ReceivedMail[]
  /** Settles when so many mails have come. */
  until(count: number): Promise<void>
}

/** A real SMTP server on the loopback that keeps what it gets. Its own options may refuse at every step. */
export async function startSmtpReceiver(options: SMTPServerOptions = {}, port = 0): Promise<SmtpReceiver> {
  const mails: ReceivedMail[] = []
  const waiting: { count: number; done: () => void }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key === undefined ? ['STARTTLS', 'AUTH'] : [],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString()
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user,
          secure: session.secure,
          headers: headersOf(raw),
          raw,
        })
        for (const { count, done: told } of waiting) if (mails.length >= count) told()
        done(null)
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: tcpAddress(server.server).port,
    mails,
    until: (count) =>
      new Promise((done) => {
        if (mails.length >= count) done()
        else waiting.push({ count, done })
      }),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  }
}

function headersOf(raw: string): ReadonlyMap<string, string> {
  const [head = ''] = raw.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
}
