import type { AnswerHead, HttpAnswer, HttpRequest } from '../core/context.ts'
import type { AnswerReader } from './exchange.ts'

const defaultMaxBody = 1_000_000
/** Of the body of a redirect, which nobody reads; after more its connection is closed instead. */
const mostUnread = 131_072

/** What the reader of a body threw is no failure of the network. */
export class ReaderError extends Error {}

type Answered = Extract<HttpAnswer, { outcome: 'answered' }>

export interface BodyReader extends AnswerReader {
  /** Once the head is there. `location` is where it sends us on, when that is followed. */
  readonly seen: { readonly status: number; readonly location: string | undefined }
  answer(): Omit<Answered, 'durationMs' | 'url' | 'redirects'>
}

/** @param follows whether an answer that sends us on is followed, so that nobody reads its body */
export function createBodyReader(
  { maxBodyBytes, onHead, onBody }: HttpRequest,
  follows: boolean,
  started: number,
): BodyReader {
  const limit = maxBodyBytes ?? defaultMaxBody
  const chunks: Buffer[] = []
  let head: AnswerHead = { status: 0, headers: {} }
  let [firstByteMs, bytes] = [0, 0]
  let location: string | undefined
  return {
    onHead: (status, headers) => {
      firstByteMs = performance.now() - started
      head = { status, headers: textsOf(headers) }
      const to = headers['location']
      if (follows && status >= 300 && status < 400 && typeof to === 'string') location = to
      else handing(() => onHead?.(head))
    },
    onPiece: (piece) => {
      bytes += piece.length
      if (location !== undefined) return bytes <= mostUnread
      const kept = bytes <= limit ? piece : piece.subarray(0, Math.max(0, limit - bytes + piece.length))
      if (onBody === undefined) chunks.push(kept)
      else handing(() => onBody(kept, head))
      return bytes <= limit
    },
    get seen() {
      return { status: head.status, location }
    },
    answer: () => ({
      outcome: 'answered',
      ...head,
      body: decoderFor(head.headers['content-type'] ?? '').decode(Buffer.concat(chunks)),
      bodyBytes: bytes,
      isBodyCut: bytes > limit,
      firstByteMs,
    }),
  }
}

function textsOf(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const name of Object.keys(headers)) texts[name] = String(headers[name])
  return texts
}

/** Gives something to whoever reads the answer. */
function handing(give: () => void): void {
  try {
    give()
  } catch (error) {
    throw new ReaderError('the reader refused', { cause: error })
  }
}

/** It keeps nothing from one text to the next. */
const utf8 = new TextDecoder()

/** The character set that the answer names; UTF-8 when it names none, or one that nobody knows. */
function decoderFor(type: string): TextDecoder {
  const label = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1]
  if (label === undefined) return utf8
  try {
    return new TextDecoder(label)
  } catch {
    return utf8
  }
}
