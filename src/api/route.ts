import type { VigieError } from '../core/errors.ts'
import type { Formatter } from '../core/formatter.ts'
import type { Locale, Text } from '../core/message.ts'

export type Method = 'GET' | 'HEAD' | 'POST'

/** A request as a route sees it. */
export interface ApiRequest {
  readonly method: Method
  readonly query: URLSearchParams
  /** The first of each header, by its lower-case name. */
  header(name: string): string | undefined
  /** The address it came from. */
  readonly source: string
  readonly locale: Locale
  /**
   * The body as text. Throws `request-too-large` beyond the limit; with `cut` it gives the beginning instead. Only the
   * limit is kept in memory.
   */
  body(maxBytes: number, excess?: 'refuse' | 'cut'): Promise<string>
}

export interface Reply {
  readonly status: number
  readonly body: string
  /** Default `application/json; charset=utf-8`. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A reply that says what went wrong, in the one shape that errors have: `{ "error": { code, message, hint } }`. */
export interface Refusal {
  readonly error: VigieError
  readonly headers?: Readonly<Record<string, string>>
}

/** One address, or a family of them. GET and HEAD change nothing, but for pings. */
export interface Route {
  /** As told by the metrics about requests. */
  readonly name: string
  /** Matches the whole path; its groups are given to `handle`. */
  readonly path: RegExp
  /** HEAD is GET without a body, and stands wherever GET does. */
  readonly methods: readonly Exclude<Method, 'HEAD'>[]
  handle(request: ApiRequest, groups: Readonly<Record<string, string>>): Promise<Reply | Refusal>
}

/** Texts in the language of who asks. */
export interface Words {
  readonly format: Formatter
  text(text: Text): string
}

/** @param timeZone that of the system which is spoken of; default UTC */
export type WordsFor = (locale: Locale, timeZone?: string) => Words

/** JSON with what an answer of this API has. */
export function json(value: unknown, status = 200): Reply {
  return { status, body: `${JSON.stringify(value)}\n` }
}
