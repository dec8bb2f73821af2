import { message } from '../../../core/message.ts'
import { verifyAudit } from '../../../engine/verify-audit.ts'
import { chainWords, recordProblem } from '../../audit-words.ts'
import type { Command } from '../../command.ts'

const sound = message<{ entries: number; hash: string }>('cli.audit-sound', {
  en: (p, f) =>
    `The audit is sound, and every record is as it says: ${f.plural(p.entries, { one: '1 entry', other: `${f.number(p.entries)} entries` })}, head ${p.hash}`,
  fr: (p, f) =>
    `L'audit est intact, et chaque enregistrement lui correspond : ${f.plural(p.entries, { one: '1 entrée', other: `${f.number(p.entries)} entrées` })}, tête ${p.hash}`,
})
const broken = message<{ count: number }>('cli.audit-broken', {
  en: (p, f) =>
    `The audit, or a record that it covers, was altered: ${f.plural(p.count, { one: '1 problem', other: `${f.number(p.count)} problems` })}. Keep a copy of the store before anything else writes to it.`,
  fr: (p, f) =>
    `L'audit, ou un enregistrement qu'il couvre, a été altéré : ${f.plural(p.count, { one: '1 problème', other: `${f.number(p.count)} problèmes` })}. Copiez le dépôt d'état avant toute nouvelle écriture.`,
})
const problemText = message<{ code: string; seq: number; detail: string }>('cli.audit-problem', {
  en: (p) => `${p.seq > 0 ? `entry ${p.seq}: ` : ''}${problemIn('en', p.code, p.detail)}`,
  fr: (p) => `${p.seq > 0 ? `entrée ${p.seq} : ` : ''}${problemIn('fr', p.code, p.detail)}`,
})
const moreText = message<{ count: number }>('cli.audit-more', {
  en: (p, f) => `… and ${f.number(p.count)} more: vigie audit verify --json`,
  fr: (p, f) => `… et ${f.number(p.count)} autres : vigie audit verify --json`,
})
const cutOffText = message<{ count: number }>('cli.audit-cut-off', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 run was cut off', other: `${f.number(p.count)} runs were cut off` })}: what such a run recorded is covered from when that was noticed.`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 exécution a été coupée', other: `${f.number(p.count)} exécutions ont été coupées` })} : ce qu'une telle exécution a enregistré est couvert à partir du moment où cela a été constaté.`,
})
const unknownText = message<{ seq: number; step: string; target: string }>('cli.audit-unknown', {
  en: (p) => `entry ${p.seq}: ${p.step} began on ${p.target}, and its outcome is unknown`,
  fr: (p) => `entrée ${p.seq} : ${p.step} a commencé sur ${p.target}, et son issue est inconnue`,
})
const auditVerifyTexts = [sound, broken, problemText, moreText, cutOffText, unknownText]

const shownProblems = 100

export const auditVerifyCommand: Command = {
  texts: auditVerifyTexts,
  showsStoredTexts: false,
  run: async ({ output, open }) => {
    const { store } = await open()
    const { entries, head, problems, unknownOutcomes, cutOff } = await verifyAudit(store)
    const isSound = problems.length === 0
    const texts = problems.map(({ seq, code, detail }) => output.text(problemText({ code, seq: seq ?? 0, detail })))
    if (output.settings.isJson) {
      output.json({
        audit: {
          status: isSound ? 'sound' : 'broken',
          entries,
          head: head === undefined ? null : { seq: head.seq, hash: head.hash },
          problems: problems.map(({ seq, code }, index) => ({ seq, code, message: texts[index] ?? code })),
          unknownOutcomes,
        },
      })
    } else {
      output.line(
        output.text(
          isSound ? sound({ entries, hash: head?.hash.slice(0, 16) ?? '–' }) : broken({ count: problems.length }),
        ),
      )
      for (const text of texts.slice(0, shownProblems)) output.line(`  ${output.status('fail')} ${text}`)
      const more = texts.length - shownProblems
      if (more > 0) output.line(`  ${output.text(moreText({ count: more }))}`)
      if (cutOff > 0) output.line(`  ${output.text(cutOffText({ count: cutOff }))}`)
      for (const one of unknownOutcomes) output.line(`  ${output.status('error')} ${output.text(unknownText(one))}`)
    }
    return isSound ? 0 : 1
  },
}

function problemIn(locale: 'en' | 'fr', code: string, detail: string): string {
  const words = recordProblem(locale, code, detail)
  if (words !== undefined) return words
  const colon = locale === 'fr' ? ' : ' : ': '
  return `${chainWords[locale][code] ?? code}${detail === '' ? '' : `${colon}${detail}`}`
}
