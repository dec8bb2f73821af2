import type { Formatter } from '../core/formatter.ts'
import { printable } from '../core/printable.ts'
import { type FigureUnit, type FigureView, isStale } from './overview.ts'
import {
  ago,
  columnDay,
  columnNow,
  columnSeries,
  dayRange,
  figuresTitle,
  highest,
  lastSeen,
} from './overview-messages.ts'
import { escapeHtml } from './page.ts'
import type { Words } from './route.ts'
import { sparkline } from './sparkline.ts'

const dayMs = 86_400_000

/** Series with their day and their newest value; one that is not of now says so. */
export function figuresTable(figures: readonly FigureView[], now: Date, words: Words): string {
  const say = (text: Parameters<Words['text']>[0]): string => escapeHtml(printable(words.text(text)))
  const row = (figure: FigureView): string => {
    const { title, subject, unit, value, at, day } = figure
    const seen = day.filter((one) => one !== undefined)
    const shown = (one: number): string => figureText(one, unit, words.format)
    const holeMs = ((day.length - seen.length) * dayMs) / Math.max(1, day.length)
    const high = shown(Math.max(value, ...seen))
    const label = words.text(dayRange({ low: shown(Math.min(value, ...seen)), high, holeMs }))
    const ms = Math.max(0, now.getTime() - at.getTime())
    const isOld = isStale(figure, now)
    const name = subject === '' ? '' : ` <small>${escapeHtml(printable(subject))}</small>`
    return [
      `<tr><th scope="row">${say(title)}${name}</th>`,
      `<td class="day">${sparkline(day, `${words.text(title)}, ${label}`)}</td>`,
      `<td class="highest">${say(highest({ value: high }))}</td>`,
      `<td class="value${isOld ? ' is-old' : ''}"><b>${escapeHtml(shown(value))}</b>`,
      `<span class="age${isOld ? ' old' : ''}">${say(isOld ? lastSeen({ ms }) : ago({ ms }))}</span></td></tr>`,
    ].join('')
  }
  return [
    `<h3>${say(figuresTitle({}))}</h3>`,
    '<table>',
    `<thead><tr><th scope="col">${say(columnSeries({}))}</th><th scope="col" colspan="2">${say(columnDay({}))}</th><th scope="col" class="value">${say(columnNow({}))}</th></tr></thead>`,
    '<tbody>',
    ...figures.map(row),
    '</tbody></table>',
  ].join('\n')
}

/** A number with its unit. */
export function figureText(value: number, unit: FigureUnit, f: Formatter): string {
  switch (unit) {
    case 'seconds':
      return f.duration(value * 1000)
    case 'ratio':
      return f.percent(value, 2)
    case 'per-second':
      return `${f.number(value, 2)}/s`
    case 'per-minute':
      return `${f.number(value * 60, 1)}/min`
    case 'count':
      return f.number(value, 1)
  }
}
