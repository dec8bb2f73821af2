import type { z } from 'zod'
import type { Verification } from '../../backups/verify/verification.ts'
import { message, type Text } from '../../core/message.ts'
import type { verificationShape } from '../json-shapes/backups.ts'
import type { Output } from '../output.ts'

const read = message<{ id: string; pass: number; all: number }>('cli.backups-verified', {
  en: (p, f) =>
    p.all === 0
      ? `${p.id}: every byte was read`
      : `${p.id}: every byte was read; of ${f.plural(p.all, { one: '1 thing', other: `${f.number(p.all)} things` })} compared, ${f.number(p.pass)} are as they should be`,
  fr: (p, f) =>
    p.all === 0
      ? `${p.id} : chaque octet a été lu`
      : `${p.id} : chaque octet a été lu ; sur ${f.plural(p.all, { one: '1 point comparé', other: `${f.number(p.all)} points comparés` })}, ${f.number(p.pass)} conformes`,
})
const asStored = message<{ id: string }>('cli.backups-verified-as-stored', {
  en: (p) => `${p.id}: every byte is as it was stored; its content is encrypted and was not read`,
  fr: (p) => `${p.id} : chaque octet est tel qu'il a été stocké ; le contenu, chiffré, n'a pas été lu`,
})
const spoilt = message<{ id: string }>('cli.backups-verified-spoilt', {
  en: (p) => `${p.id}:`,
  fr: (p) => `${p.id} :`,
})
const wrong = message<{ component: string; name: string; expected: string; actual: string }>(
  'cli.backups-verified-wrong',
  {
    en: (p) => `${p.component}: ${p.name} should be ${p.expected}, and is ${p.actual}`,
    fr: (p) => `${p.component} : ${p.name} devrait être ${p.expected}, et est ${p.actual}`,
  },
)
const more = message<{ count: number }>('cli.backups-verified-more', {
  en: (p, f) => `… and ${f.number(p.count)} more: --json`,
  fr: (p, f) => `… et ${f.number(p.count)} autres : --json`,
})
export const verificationTexts = [read, asStored, spoilt, wrong, more]

const shownAnswers = 12

/** What was seen of each backup that was read, for people. */
export function verificationLines(all: readonly Verification[], { text, settings }: Output): readonly string[] {
  const sign = (isGood: boolean): string => (settings.hasSigns ? (isGood ? '✓ ' : '✕ ') : '')
  return all.flatMap(({ backup, wasRead, isLocked, problem, answers, counts, notes }) => {
    const failed = answers.filter(({ status }) => status === 'fail')
    const left = counts.fail - Math.min(counts.fail, shownAnswers)
    const count = { pass: counts.pass, all: counts.pass + counts.fail }
    if (problem !== null && !wasRead) return [`${sign(false)}${text(spoilt({ id: backup }))} ${text(problem.text)}`]
    const head = isLocked ? asStored({ id: backup }) : wasRead ? read({ id: backup, ...count }) : undefined
    const isGood = problem === null && counts.fail === 0
    return [
      ...(head === undefined ? [] : [`${sign(isGood)}${text(head)}`]),
      ...failed.slice(0, shownAnswers).map((answer) => `  ${sign(false)}${text(wrong(answer))}`),
      ...(left > 0 ? [`  ${text(more({ count: left }))}`] : []),
      ...notes.map((note) => `  ${note.component}: ${text(note.text)}`),
    ]
  })
}

export function verificationJson(
  { backup, wasRead, isLocked, problem, answers, counts, notes }: Verification,
  render: (text: Text) => string,
): z.infer<typeof verificationShape> {
  return {
    ...{
      backup,
      status: problem !== null ? 'fail' : wasRead ? 'pass' : 'unread',
      isEncrypted: isLocked,
      answers,
      counts,
    },
    notes: notes.map(({ component, text }) => ({ component, code: text.code, message: render(text) })),
    failure: problem === null ? null : { code: problem.code, message: render(problem.text) },
  }
}
