import type { Formatter } from '../../core/formatter.ts'
import { message } from '../../core/message.ts'
import type { FileDiff } from './config-diff.ts'

/** Named in one text; the others are counted. */
const namedAtMost = 12

/** A difference as texts tell it: names and counts, no values. */
export type ToldDiff = FileDiff

const whole = {
  en: { added: 'is new', removed: 'is gone', mode: 'permissions', other: 'comments, order or form' },
  fr: { added: 'est nouveau', removed: 'a disparu', mode: 'permissions', other: 'commentaires, ordre ou forme' },
}
const linesWords = {
  en: (added: number, removed: number) => `${added} lines more, ${removed} less`,
  fr: (added: number, removed: number) => `${added} lignes de plus, ${removed} de moins`,
}

/** `.env: + NEW, − OLD, ~ DB_PASSWORD`. */
export function toldDiff(diff: FileDiff, f: Formatter): string {
  if (diff.change !== 'changed') return `${diff.path} ${whole[f.locale][diff.change]}`
  return `${diff.path}: ${whatChanged(diff, f)}`
}

function whatChanged(diff: FileDiff, f: Formatter): string {
  const words = whole[f.locale]
  const names = [
    ...diff.added.map((name) => `+ ${name}`),
    ...diff.removed.map((name) => `− ${name}`),
    ...diff.changed.map((name) => `~ ${name}`),
  ]
  const rest = names.length > namedAtMost ? [`… (${f.number(names.length)})`] : []
  const lines =
    diff.addedLines + diff.removedLines > 0 ? [linesWords[f.locale](diff.addedLines, diff.removedLines)] : []
  const mode = diff.isModeChanged ? [words.mode] : []
  const told = [...names.slice(0, namedAtMost), ...rest, ...lines, ...mode]
  return told.length === 0 ? words.other : told.join(', ')
}

export const restoreOver = message<{ at: string; diff: ToldDiff; path: string }>('config-set.restore-over', {
  en: (p, f) =>
    `put ${p.path} of ${f.dateTime(p.at)} back; what comes with it: ${whatChanged(p.diff, f)}; the one there is kept as ${p.path}.before-<time>`,
  fr: (p, f) =>
    `remettre ${p.path} du ${f.dateTime(p.at)} ; ce qui change ainsi : ${whatChanged(p.diff, f)} ; celui en place est gardé sous ${p.path}.before-<heure>`,
})
export const restoreMissing = message<{ at: string; path: string }>('config-set.restore-missing', {
  en: (p, f) => `put ${p.path} of ${f.dateTime(p.at)} back, which is not there`,
  fr: (p, f) => `remettre ${p.path} du ${f.dateTime(p.at)}, qui n'est plus là`,
})
export const diffTexts = [restoreOver, restoreMissing]
