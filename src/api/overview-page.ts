import type { Alert } from '../core/alert.ts'
import type { Text } from '../core/message.ts'
import { printable } from '../core/printable.ts'
import { severities } from '../core/words.ts'
import { severityLine, sinceLine, takenBy } from './acknowledge-messages.ts'
import { figuresTable } from './figures-table.ts'
import { type ComponentView, isStale, type LookView, type Overview, type SystemView } from './overview.ts'
import * as texts from './overview-messages.ts'
import { overviewStyle } from './overview-style.ts'
import { escapeHtml, type Page } from './page.ts'
import type { Words } from './route.ts'

/** The page is asked for anew so often: half the rhythm of most checks. */
export const refreshSeconds = 30

const glyphs: Readonly<Record<string, string>> = { pass: '✓', warn: '▲', fail: '✕', error: '?' }
/** The worst first. */
const order = ['fail', 'error', 'warn', 'pass', 'none']

/** All systems of a watch on one page: what fires, what each check saw and when, and the numbers of a day. */
export function overviewPage(overview: Overview, wordsFor: (timeZone?: string) => Words): Page {
  const { systems, problem, now } = overview
  const [first] = systems
  const timeZone = first?.timeZone ?? 'UTC'
  const words = wordsFor(timeZone)
  const names = systems.map(({ name }) => name)
  const firing = systems.flatMap(({ alerts }) => alerts.filter(isFiring)).length
  const head = texts.asOf({ at: now.toISOString(), timeZone, everyMs: refreshSeconds * 1000 })
  const body = [
    `<p class="as-of">Vigie · ${say(words, head)}</p>`,
    ...(problem === undefined ? [] : [problemNote(problem, words)]),
    ...systems
      .map((system) => ({ system, status: verdictOf(system, now).status }))
      .toSorted((a, b) => rank(a.status) - rank(b.status))
      .map(({ system }) => systemSection(system, now, wordsFor(system.timeZone))),
  ]
  const title = printable(words.text(texts.overviewTitle({ systems: names, firing })))
  return { status: 200, title, body: body.join('\n'), style: overviewStyle, refreshSeconds }
}

function problemNote(problem: Text, words: Words): string {
  const line = `${say(words, texts.watchProblem({}))}: ${say(words, problem)}`
  return `<div class="alert fail"><strong><span class="glyph">✕</span>${line}</strong><p class="next">→ ${say(words, texts.watchProblemHint({}))}</p></div>`
}

function systemSection(system: SystemView, now: Date, words: Words): string {
  const { status, text } = verdictOf(system, now)
  const alerts = system.alerts.toSorted(
    (a, b) => weight(b) - weight(a) || a.startedAt.getTime() - b.startedAt.getTime(),
  )
  const components = system.components.toSorted((a, b) => worstOf(a, now) - worstOf(b, now))
  return [
    '<section class="system">',
    `<h1>${escapeHtml(printable(system.name))}</h1>`,
    `<p class="verdict ${status}"><span class="glyph">${glyphs[status] ?? '–'}</span>${say(words, text)}</p>`,
    ...(alerts.length === 0 ? [] : [`<ul>${alerts.map((alert) => alertItem(alert, now, words)).join('\n')}</ul>`]),
    ...components.map((component) => componentSection(component, now, words)),
    '</section>',
  ].join('\n')
}

/** What may be said of a system in one line; that all is well only when all that looks has just seen it so. */
export function verdictOf(system: SystemView, now: Date): { readonly status: string; readonly text: Text } {
  const looks = system.components.flatMap((component) => component.looks)
  const firing = system.alerts.filter(isFiring).length
  if (firing > 0) return { status: 'fail', text: texts.alertsFire({ count: firing }) }
  if (looks.length === 0) return { status: 'none', text: texts.nothingWatched({}) }
  const seen = looks.map((look) => seenNow(look, now))
  for (const status of ['fail', 'error', 'warn'] as const) {
    const count = seen.filter((one) => one === status).length
    if (count > 0) return { status, text: texts.someAre({ status, count, looks: looks.length }) }
  }
  const newest = Math.max(...looks.map(({ at }) => at?.getTime() ?? 0))
  const agoMs = Math.max(0, now.getTime() - newest)
  return { status: 'pass', text: texts.allWell({ looks: looks.length, agoMs }) }
}

/** What a look says of now: of one that is too old, or has not been, nobody can tell. */
function seenNow({ status, at, everyMs }: LookView, now: Date): string {
  if (status === undefined || at === undefined || isStale({ at, everyMs }, now)) return 'error'
  return glyphs[status] === undefined ? 'none' : status
}

function alertItem(alert: Alert, now: Date, words: Words): string {
  const { severity, component, system, startedAt, acknowledgedAt, acknowledgedBy, silencedBy, remedy } = alert
  // Whole seconds: nobody reads tenths of them.
  const forMs = Math.max(0, Math.round((now.getTime() - startedAt.getTime()) / 1000) * 1000)
  const standing = [
    severityLine({ severity, component, system }),
    sinceLine({ at: startedAt.toISOString(), forMs }),
    ...(isFiring(alert) ? [] : [texts.pendingAlert({})]),
    ...(silencedBy === undefined ? [] : [texts.silencedAlert({ by: silencedBy })]),
  ]
  const next = [
    ...(remedy === undefined ? [] : [remedy]),
    ...(isFiring(alert) && acknowledgedAt === undefined ? [texts.toTake({ id: alert.id })] : []),
  ]
  return [
    `<li class="alert ${isFiring(alert) ? 'fail' : 'warn'}">`,
    `<strong><span class="glyph">${isFiring(alert) ? '✕' : '▲'}</span>${say(words, alert.title)}</strong>`,
    `<p>${standing.map((text) => say(words, text)).join(' · ')}</p>`,
    ...(acknowledgedAt === undefined
      ? []
      : [`<p>${say(words, takenBy({ by: acknowledgedBy ?? '?', at: acknowledgedAt.toISOString() }))}</p>`]),
    ...next.map((text) => `<p class="next">→ ${say(words, text)}</p>`),
    '</li>',
  ].join('\n')
}

function componentSection(component: ComponentView, now: Date, words: Words): string {
  const { name, kind, looks, figures } = component
  const sorted = looks.toSorted((a, b) => rank(seenNow(a, now)) - rank(seenNow(b, now)))
  return [
    '<section class="component">',
    `<h2>${escapeHtml(printable(name))} <small>${escapeHtml(kind)}</small></h2>`,
    ...(looks.length === 0
      ? [`<p class="next">${say(words, texts.quietComponent({}))}</p>`]
      : [
          `<h3>${say(words, texts.checksTitle({}))}</h3>`,
          `<ul>${sorted.map((look) => lookItem(name, look, now, words)).join('\n')}</ul>`,
        ]),
    ...(figures.length === 0 ? [] : [figuresTable(figures, now, words)]),
    '</section>',
  ].join('\n')
}

function lookItem(component: string, look: LookView, now: Date, words: Words): string {
  const { name, isCheck, status, reason, at, everyMs } = look
  const seen = seenNow(look, now)
  const isOld = at !== undefined && isStale({ at, everyMs }, now)
  const ms = Math.max(0, now.getTime() - (at?.getTime() ?? 0))
  const word =
    status === undefined ? texts.notLooked({}) : isOld ? texts.staleWord({ status }) : texts.statusWord({ status })
  const age = at === undefined ? '' : say(words, isOld ? texts.lastSeen({ ms }) : texts.ago({ ms }))
  const isBad = seen === 'fail' || seen === 'error' || seen === 'warn'
  const next = isBad && isCheck ? say(words, texts.askAgain({ step: `${component}/${name}` })) : undefined
  return [
    `<li class="look ${seen}">`,
    `<span class="glyph">${glyphs[seen] ?? '–'}</span>`,
    `<span class="name">${escapeHtml(printable(name))}</span>`,
    `<span class="said">${saidOf(say(words, word), reason === undefined ? '' : say(words, reason))}`,
    ...(next === undefined ? [] : [`<span class="next">→ ${next}</span>`]),
    `</span><span class="age${isOld ? ' old' : ''}">${age}</span>`,
    '</li>',
  ].join('')
}

/** The word of the status, then why; a reason that begins with that word says it once. */
function saidOf(word: string, reason: string): string {
  const rest = reason.startsWith(word) ? reason.slice(word.length) : ` ${reason}`
  return `<span class="word">${word}</span>${rest}`
}

function worstOf({ looks }: ComponentView, now: Date): number {
  return Math.min(order.length, ...looks.map((look) => rank(seenNow(look, now))))
}

function rank(status: string): number {
  return order.indexOf(status)
}

function weight(alert: Alert): number {
  const spoken = alert.silencedBy === undefined ? 1 : 0
  return (isFiring(alert) ? 100 : 0) + spoken * 10 + severities.indexOf(alert.severity)
}

function isFiring({ state }: Alert): boolean {
  return state === 'firing'
}

function say(words: Words, text: Text): string {
  return escapeHtml(printable(words.text(text)))
}
