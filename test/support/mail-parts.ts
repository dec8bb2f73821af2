import type { ReceivedMail } from './smtp-receiver.ts'

/** What a mail program shows: the subject, and the two forms of the text. */
export interface MailParts {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A mail with its encodings undone (RFC 2045, RFC 2047). */
export function mailParts({ headers, raw }: ReceivedMail): MailParts {
  const boundary = /boundary="(?<found>[^"]+)"/.exec(headers.get('content-type') ?? '')?.groups?.['found'] ?? ''
  const parts = raw.split(`--${boundary}`).map((part) => {
    const [head = '', ...body] = part.trimStart().split('\r\n\r\n')
    return { head, body: decoded(body.join('\r\n\r\n'), /^content-transfer-encoding: (\S+)/im.exec(head)?.[1]) }
  })
  const of = (type: string): string => parts.find(({ head }) => head.toLowerCase().includes(type))?.body ?? ''
  return {
    subject: unfolded(headers.get('subject') ?? ''),
    text: of('content-type: text/plain'),
    html: of('text/html'),
  }
}

function decoded(body: string, encoding = '7bit'): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  const text = encoding === 'quoted-printable' ? fromQuotedPrintable(body) : body
  return text.replaceAll('\r\n', '\n')
}

function fromQuotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

function unfolded(header: string): string {
  return header
    .replace(/\?= +=\?/g, '?==?')
    .replace(/=\?UTF-8\?(?<form>[QB])\?(?<word>.*?)\?=/gi, (_, form: string, word: string) =>
      form.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString()
        : fromQuotedPrintable(word.replaceAll('_', ' ')),
    )
}
