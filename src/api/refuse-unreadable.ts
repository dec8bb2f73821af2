import type { Duplex } from 'node:stream'
import { VigieError } from '../core/errors.ts'
import type { Locale } from '../core/message.ts'
import { badRequest, requestTimeout } from './messages.ts'
import type { WordsFor } from './route.ts'
import { refusalReply } from './serve-request.ts'

/** Answers what Node could not read as a request, in the shape of every error, and hangs up. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex, locale: Locale, words: WordsFor): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const { status, reason, refusal } = refusalOf(error.code ?? '')
  const { body } = refusalReply({ error: refusal }, locale, words)
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

function refusalOf(code: string): { readonly status: number; readonly reason: string; readonly refusal: VigieError } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, reason: 'Request Timeout', refusal: new VigieError('request-timeout', requestTimeout({})) }
  }
  const refusal = new VigieError('usage', badRequest({ detail: code === '' ? 'HTTP' : code }))
  return code === 'HPE_HEADER_OVERFLOW'
    ? { status: 431, reason: 'Request Header Fields Too Large', refusal }
    : { status: 400, reason: 'Bad Request', refusal }
}
