import type { Delivery } from '../../core/channel.ts'
import type { HttpAnswer } from '../../core/context.ts'
import { cut, oneLine } from './headline.ts'
import { httpRefused, noAnswer, redirected } from './refusals.ts'

const longestAnswer = 200
/** Request Timeout, Too Early, Too Many Requests (RFC 9110, 8470, 6585): the only 4xx that ask to come again. */
const laterStatuses = [408, 425, 429]
/** As long as we let anyone put us off; alerts are no mail. */
const longestWaitMs = 3_600_000

/** What an answer means for a message that was posted. `reference` names what the other side calls it. */
export function deliveryOf(answer: HttpAnswer, now: Date, reference?: string): Delivery {
  if (answer.outcome !== 'answered') {
    const { outcome, detail } = answer
    return { status: 'refused', reason: noAnswer({ outcome, detail }), isRetryable: true }
  }
  const { status, headers, body } = answer
  if (status >= 200 && status < 300) {
    return { status: 'delivered', ...(reference !== undefined && { reference }) }
  }
  if (status >= 300 && status < 400) {
    const to = cut(oneLine(headers['location'] ?? '?'), longestAnswer)
    return { status: 'refused', reason: redirected({ status, to }), isRetryable: false }
  }
  const reason = httpRefused({ status, answer: cut(oneLine(body), longestAnswer) })
  const retryAfterMs = retryAfter(headers['retry-after'], now)
  const isRetryable = status >= 500 || laterStatuses.includes(status)
  return { status: 'refused', reason, isRetryable, ...(isRetryable && retryAfterMs !== undefined && { retryAfterMs }) }
}

/** Seconds or a date (RFC 9110 §10.2.3), as milliseconds from now; undefined when it is neither. */
export function retryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestWaitMs)
}
