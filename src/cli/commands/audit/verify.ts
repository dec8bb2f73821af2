import { message } from '../../../core/message.ts'
import { verifyAudit } from '../../../engine/verify-audit.ts'
import type { Command } from '../../command.ts'

const sound = message<{ entries: number; hash: string }>('cli.audit-sound', {
  en: (p, f) =>
    `The audit is sound: ${f.plural(p.entries, { one: '1 entry', other: `${f.number(p.entries)} entries` })}, head ${p.hash}`,
  fr: (p, f) =>
    `L'audit est intact : ${f.plural(p.entries, { one: '1 entrée', other: `${f.number(p.entries)} entrées` })}, tête ${p.hash}`,
})
const broken = message<{ count: number }>('cli.audit-broken', {
  en: (p, f) =>
    `The audit was altered: ${f.plural(p.count, { one: '1 problem', other: `${p.count} problems` })}. Keep a copy of the store before anything else writes to it.`,
  fr: (p, f) =>
    `L'audit a été altéré : ${f.plural(p.count, { one: '1 problème', other: `${p.count} problèmes` })}. Copiez le dépôt d'état avant toute nouvelle écriture.`,
})
const problemText = message<{ code: string; seq: number; detail: string }>('cli.audit-problem', {
  en: (p) =>
    `${p.seq > 0 ? `entry ${p.seq}: ` : ''}${english[p.code] ?? p.code}${p.detail === '' ? '' : `: ${p.detail}`}`,
  fr: (p) =>
    `${p.seq > 0 ? `entrée ${p.seq} : ` : ''}${french[p.code] ?? p.code}${p.detail === '' ? '' : ` : ${p.detail}`}`,
})
const unknownText = message<{ seq: number; step: string; target: string }>('cli.audit-unknown', {
  en: (p) => `entry ${p.seq}: ${p.step} began on ${p.target}, and its outcome is unknown`,
  fr: (p) => `entrée ${p.seq} : ${p.step} a commencé sur ${p.target}, et son issue est inconnue`,
})
const english: Readonly<Record<string, string>> = {
  hash: 'its content does not match its hash',
  link: 'it does not follow from the entry before it',
  hole: 'entries are missing before it',
  'cut-tail': 'the newest entries were cut off',
  'run-altered': 'the record of this run was altered after it ended',
  'store-damaged': 'the database reports damage',
  'note-missing': 'the note of its head, kept apart, is gone or unreadable',
}
const french: Readonly<Record<string, string>> = {
  hash: 'son contenu ne correspond pas à son empreinte',
  link: "elle ne suit pas l'entrée précédente",
  hole: 'des entrées manquent avant elle',
  'cut-tail': 'les entrées les plus récentes ont été coupées',
  'run-altered': 'le compte rendu de cette exécution a été modifié après sa fin',
  'store-damaged': 'la base de données signale un dommage',
  'note-missing': 'la note de sa tête, gardée à part, a disparu ou est illisible',
}
const auditVerifyTexts = [sound, broken, problemText, unknownText]

export const auditVerifyCommand: Command = {
  texts: auditVerifyTexts,
  run: async ({ output, open }) => {
    const { store } = await open()
    const { entries, head, problems, unknownOutcomes } = await verifyAudit(store)
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
      for (const text of texts) output.line(`  ${output.status('fail')} ${text}`)
      for (const one of unknownOutcomes) output.line(`  ${output.status('error')} ${output.text(unknownText(one))}`)
    }
    return isSound ? 0 : 1
  },
}
