import type { System } from '../../config/system.ts'
import { message } from '../../core/message.ts'
import { createOwnNetwork } from '../../engine/own-network.ts'
import { looksAfar } from '../../engine/run-check.ts'
import type { Diagnosis } from './diagnosis.ts'

const none = message('doctor.no-references', {
  en: () => 'no references: a cut of our own network would look like a failure of every remote service',
  fr: () =>
    'aucune référence : une coupure de notre propre réseau ressemblerait à une panne de tous les services distants',
})
const noneHint = message('doctor.references-hint', {
  en: () => "references: ['tcp://9.9.9.9:53', 'tcp://1.1.1.1:53'] in the config",
  fr: () => "references: ['tcp://9.9.9.9:53', 'tcp://1.1.1.1:53'] dans la configuration",
})
const fine = message<{ references: readonly string[] }>('doctor.references', {
  en: (p, f) => `of the references ${f.list(p.references)} one answers at least`,
  fr: (p, f) => `l'une au moins des références répond : ${f.list(p.references)}`,
})
const gone = message<{ references: readonly string[] }>('doctor.references-gone', {
  en: (p, f) => `no reference answers: ${f.list(p.references)}. As long as it is so, no remote service is judged`,
  fr: (p, f) =>
    `aucune référence ne répond : ${f.list(p.references)}. Tant qu'il en est ainsi, aucun service distant n'est jugé`,
})
const goneHint = message('doctor.references-gone-hint', {
  en: () => "Look after this machine's own network, or name references that it may reach",
  fr: () => "Vérifiez le réseau de cette machine, ou indiquez des références qu'elle peut joindre",
})
export const networkTexts = [none, noneHint, fine, gone, goneHint]

/** Whether a cut of our own network would be told from a failure of remote services. */
export async function diagnoseNetwork({ settings, steps, baseDir }: System): Promise<Diagnosis[]> {
  const references = [...settings.references]
  if (references.length > 0) {
    const isGone = await createOwnNetwork(references).isGone()
    return isGone
      ? [{ name: 'network', status: 'error', summary: gone({ references }), remedy: goneHint({}), exit: 3 }]
      : [{ name: 'network', status: 'pass', summary: fine({ references }) }]
  }
  const checks = [...steps.values()].filter((step) => step.type === 'check')
  const isRemote = await Promise.all(checks.map((step) => looksAfar(step, baseDir)))
  return isRemote.includes(true) ? [{ name: 'network', status: 'warn', summary: none({}), remedy: noneHint({}) }] : []
}
