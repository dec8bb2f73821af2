import type { Locale } from '../../core/message.ts'
import { refusalPage } from '../alert-page.ts'
import type { Overview } from '../overview.ts'
import { notHere, notHereHint } from '../overview-messages.ts'
import { overviewPage } from '../overview-page.ts'
import { pageReply } from '../page.ts'
import type { ApiRequest, Reply, Route, WordsFor } from '../route.ts'

export interface OverviewPart {
  /** Whether the server listens on loopback, so that only this machine can ask. */
  isLoopback(): boolean
  look(): Promise<Overview>
}

/** What a proxy adds when it hands on what somebody else asked (RFC 7239, and what came before it). */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * What the watch sees, on one page. There are no accounts yet, so that it is for this machine alone: not for other
 * addresses, not through a proxy that says that it is one, and not by a foreign name that was made to lead here.
 */
export function overviewRoute(part: OverviewPart, wordsFor: WordsFor): Route {
  return {
    name: 'overview',
    path: /^\/$/,
    methods: ['GET'],
    handle: async (request) => {
      const { locale } = request
      if (!part.isLoopback() || !isFromHere(request)) return refused(locale, wordsFor)
      return pageReply(
        overviewPage(await part.look(), (timeZone) => wordsFor(locale, timeZone)),
        locale,
      )
    },
  }
}

function refused(locale: Locale, wordsFor: WordsFor): Reply {
  return pageReply(refusalPage(404, notHere({}), wordsFor(locale), notHereHint({})), locale)
}

function isFromHere(request: ApiRequest): boolean {
  if (proxyHeaders.some((name) => request.header(name) !== undefined)) return false
  return isLoopbackName((request.header('host') ?? '').replace(/:\d*$/, ''))
}

/** `localhost` and addresses of loopback (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name)
}
