import type { IncomingMessage } from 'node:http'
import { VigieError } from '../core/errors.ts'
import { encodingRefused, tooLarge } from './messages.ts'

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGoneError extends Error {}

/** What is read and thrown away of a body that is cut, before the answer is given while the rest may still come. */
const readBeyond = 1_000_000

/** The body of a request as text, read to its limit and no farther in memory. See `ApiRequest.body`. */
export function readBody(request: IncomingMessage, maxBytes: number, excess: 'refuse' | 'cut'): Promise<string> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    return Promise.reject(new VigieError('unsupported-encoding', encodingRefused({ encoding: encoding.slice(0, 40) })))
  }
  const refusal = (): VigieError => new VigieError('request-too-large', tooLarge({ limitBytes: maxBytes }))
  if (excess === 'refuse' && Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(refusal())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const done = (): void => resolve(textOf(chunks, bytes > maxBytes))
    request.on('data', (chunk: Buffer) => {
      if (bytes < maxBytes) chunks.push(chunk.subarray(0, maxBytes - bytes))
      bytes += chunk.length
      if (bytes > maxBytes && excess === 'refuse') reject(refusal())
      if (bytes > maxBytes + readBeyond) done()
    })
    request.once('end', done)
    request.once('error', () => reject(new ClientGoneError()))
    request.once('close', () => {
      if (!request.complete) reject(new ClientGoneError())
    })
  })
}

/** A character that the cut went through is left out. */
function textOf(chunks: readonly Buffer[], isCut: boolean): string {
  return new TextDecoder().decode(Buffer.concat(chunks), { stream: isCut })
}
