import { defineChannel, type Notification } from '../../core/channel.ts'
import { sha256 } from '../../core/hash.ts'
import { emailHtml } from './email-html.ts'
import { emailOptions } from './email-options.ts'
import { emailText } from './email-text.ts'
import { cut, headline, oneLine } from './headline.ts'
import { parseMailbox } from './mailbox.ts'
import { emailSummary, testWord } from './messages.ts'
import { type Mail, sendMail } from './smtp.ts'

/** A subject that a list of mails shows whole; RFC 5322 allows 998. */
const longestSubject = 150
/** More would only make the header long. */
const mostReferences = 10

export const emailChannel = defineChannel({
  kind: 'email',
  summary: emailSummary,
  options: emailOptions,
  messages: [],
  render: (notification, { from }, words): Mail => {
    const domain = parseMailbox(from)?.address.split('@')[1] ?? 'localhost'
    const { id, system, kind, items } = notification
    const name = oneLine(system).replace(/[[\]]/g, '')
    const isTrial = kind === 'test' || kind === 'canary'
    const tag = isTrial ? words.text(testWord({})) : 'Alert'
    return {
      subject: cut(`[${name} ${tag}] ${headline(notification, words)}`, longestSubject),
      text: emailText(notification, words),
      html: emailHtml(notification, words),
      messageId: `<${local(id)}@${domain}>`,
      references: isTrial
        ? []
        : [...new Set(items.slice(0, mostReferences).map(({ alert }) => `<alert.${local(alert)}@${domain}>`))],
      headers: headersOf(notification, `${local(system)}.vigie.${domain}`),
    }
  },
  deliver: sendMail,
})

/** RFC 3834: no machine shall answer this one. RFC 2919: what a filter sorts by. */
function headersOf({ system, kind, items }: Notification, listId: string): Record<string, string> {
  const isUrgent =
    kind === 'alerts' && items.some(({ state, severity }) => state === 'firing' && severity === 'critical')
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-Id': `${oneLine(system).replace(/[^\p{L}\p{N} _.-]/gu, '')} <${listId}>`,
    ...(isUrgent && { Importance: 'high', 'X-Priority': '1' }),
  }
}

/** The part of an id that may stand in a header; ids that differ stay different. */
function local(id: string): string {
  return /^[A-Za-z0-9._-]{1,60}$/.test(id) && !/^\.|\.\.|\.$/.test(id) ? id : sha256(id).slice(0, 32)
}
