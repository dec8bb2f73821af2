export interface StreamEvent {
  readonly type: string
  readonly data: string
  readonly lastEventId: string
}

export interface EventStreamSink {
  event(event: StreamEvent): void
  comment(): void
}

export interface EventStreamParser {
  /** Takes the next bytes, however they are cut. Throws `EventTooLongError`. */
  push(piece: Uint8Array): void
  /** What a client that comes back names as the last event that it got; empty: none. */
  readonly lastEventId: string
  /** Milliseconds that the server wants a client to wait before it comes back; undefined when it did not say. */
  readonly retryMs: number | undefined
}

const mark = '\uFEFF'

/** A line, or the data of an event, is longer than the parser was told to hold. */
export class EventTooLongError extends Error {}

/**
 * Reads server-sent events as they come: HTML Living Standard, 9.2.6 « Interpreting an event stream ». An event is given
 * at the empty line after it; what stands after the last empty line is none.
 *
 * @param maxLength characters of a line, and of the data of an event
 */
export function createEventStreamParser(sink: EventStreamSink, maxLength: number): EventStreamParser {
  // Node's own decoder (26.10) takes two byte order marks away when the first of them comes in pieces.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let isBegin = true
  const lineEnd = /\r\n?|\n/g
  let [pending, isAfterCr, data, type, id, lastEventId] = ['', false, '', '', '', '']
  let retryMs: number | undefined

  const bounded = (text: string): string => {
    if (text.length > maxLength) throw new EventTooLongError(`more than ${maxLength} characters`)
    return text
  }
  const dispatch = (): void => {
    lastEventId = id
    const event = { type: type || 'message', data: data.slice(0, -1), lastEventId }
    const hasData = data !== ''
    data = ''
    type = ''
    if (hasData) sink.event(event)
  }
  const readField = (name: string, value: string): void => {
    if (name === 'data') data = bounded(`${data}${value}\n`)
    else if (name === 'event') type = value
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'retry' && /^[0-9]+$/.test(value)) retryMs = Math.min(Number(value), Number.MAX_SAFE_INTEGER)
  }
  const readLine = (line: string): void => {
    const colon = line.indexOf(':')
    if (line === '') dispatch()
    else if (colon === 0) sink.comment()
    else if (colon === -1) readField(line, '')
    else readField(line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1))
  }
  return {
    push: (piece) => {
      const decoded = decoder.decode(piece, { stream: true })
      const text = isBegin && decoded.startsWith(mark) ? decoded.slice(mark.length) : decoded
      if (decoded !== '') isBegin = false
      if (text === '') return
      // A carriage return ends its line at once: to wait for what follows it would hold the event back.
      let from = isAfterCr && text.startsWith('\n') ? 1 : 0
      isAfterCr = text.endsWith('\r')
      lineEnd.lastIndex = from
      for (let end = lineEnd.exec(text); end !== null; end = lineEnd.exec(text)) {
        const line = bounded(pending + text.slice(from, end.index))
        pending = ''
        from = lineEnd.lastIndex
        readLine(line)
      }
      pending = bounded(pending + text.slice(from))
    },
    get lastEventId() {
      return lastEventId
    },
    get retryMs() {
      return retryMs
    },
  }
}
