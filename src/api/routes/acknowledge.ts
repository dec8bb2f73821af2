import type { Alert } from '../../core/alert.ts'
import { errorCodes, VigieError } from '../../core/errors.ts'
import { alertGone, couldNotTake, linkExpired, linkInvalid } from '../acknowledge-messages.ts'
import { alertPage, refusalPage } from '../alert-page.ts'
import { tryLater } from '../messages.ts'
import { pageReply } from '../page.ts'
import type { Reply, Route, Words, WordsFor } from '../route.ts'

/** Whose link it is, or why it is none. */
export type VerifiedLink = { readonly alert: string; readonly by: string } | { readonly reason: 'invalid' | 'expired' }

export interface AcknowledgePart {
  /** Reads a token of a link. Changes nothing. */
  verifyToken(token: string): Promise<VerifiedLink>
  /** Undefined when the alert is not known any more. */
  find(alert: string): Promise<Alert | undefined>
  /** Writes down who takes an alert, and that in the audit. False when somebody has it already, or it is over. */
  acknowledge(alert: string, by: string): Promise<boolean>
  /** Where times of a system are shown. */
  timeZone(system: string): string
  now(): Date
}

const maxFormBytes = 1000

/**
 * Where a message's link leads: GET shows the alert and one button, and changes nothing, whoever opens it (scanners of
 * mail, previews of chats, browsers that load ahead); POST, which only the button does, takes it.
 */
export function acknowledgeRoute(part: AcknowledgePart, wordsFor: WordsFor): Route {
  return {
    name: 'acknowledge',
    path: /^\/a\/(?<token>[A-Za-z0-9_.~-]{1,1500})$/,
    methods: ['GET', 'POST'],
    handle: async (request, { token = '' }) => {
      const { locale } = request
      const refused = (
        status: number,
        page: Parameters<typeof refusalPage>[1],
        hint?: Parameters<typeof refusalPage>[3],
      ) => pageReply(refusalPage(status, page, wordsFor(locale), hint), locale)
      try {
        const link = await part.verifyToken(token)
        if ('reason' in link) {
          return link.reason === 'expired'
            ? refused(errorCodes['link-expired'].http, linkExpired({}))
            : refused(errorCodes['not-found'].http, linkInvalid({}))
        }
        if (request.method === 'POST') await request.body(maxFormBytes, 'cut')
        const isMine = request.method === 'POST' && (await part.acknowledge(link.alert, link.by))
        const alert = await part.find(link.alert)
        if (alert === undefined) return refused(errorCodes['link-expired'].http, alertGone({}))
        const words: Words = wordsFor(locale, part.timeZone(alert.system))
        return pageReply(alertPage(alert, words, part.now(), isMine), locale)
      } catch (error) {
        // A person stands before it: what failed is told in a page, too.
        if (error instanceof VigieError && error.code !== 'internal') return failedPage(error, refused)
        throw error
      }
    },
  }
}

function failedPage(
  error: VigieError,
  refused: (status: number, reason: VigieError['text'], hint?: VigieError['text']) => Reply,
): Reply {
  const status = errorCodes[error.code].http
  return status < 500 ? refused(status, error.text, error.hint) : refused(status, couldNotTake({}), tryLater({}))
}
