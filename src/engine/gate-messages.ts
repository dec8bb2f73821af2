import { message } from '../core/message.ts'

export interface GateAbout {
  readonly [key: string]: string | number
  readonly component: string
  readonly limitMs: number
  /** The backup that it is about. */
  readonly id: string
}

/** Why the gate of proved backups holds a step, by what `provedSince` says. */
const none = message<GateAbout>('engine.not-proved-none', {
  en: (p, f) =>
    `not done: it cannot be undone, and there is no good backup of "${p.component}"; a proved one of the last ${f.duration(p.limitMs)} is asked for`,
  fr: (p, f) =>
    `non fait : c'est irréversible, et il n'y a aucune bonne sauvegarde de « ${p.component} » ; il en faut une prouvée de moins de ${f.duration(p.limitMs)}`,
})
const old = message<GateAbout>('engine.not-proved-old', {
  en: (p, f) =>
    `not done: it cannot be undone, and the last good backup of "${p.component}", ${p.id}, is more than ${f.duration(p.limitMs)} old`,
  fr: (p, f) =>
    `non fait : c'est irréversible, et la dernière bonne sauvegarde de « ${p.component} », ${p.id}, a plus de ${f.duration(p.limitMs)}`,
})
const undrilled = message<GateAbout>('engine.not-proved-undrilled', {
  en: (p) =>
    `not done: it cannot be undone, and the backup of "${p.component}", ${p.id}, is fresh but was never drilled: nobody knows whether it comes back`,
  fr: (p) =>
    `non fait : c'est irréversible, et la sauvegarde de « ${p.component} », ${p.id}, est récente mais n'a jamais été prouvée par un exercice : nul ne sait si elle se restaure`,
})
const refuted = message<GateAbout>('engine.not-proved-refuted', {
  en: (p) =>
    `not done: it cannot be undone, and the last drill on the backup of "${p.component}", ${p.id}, failed after an earlier one had proved it`,
  fr: (p) =>
    `non fait : c'est irréversible, et le dernier exercice sur la sauvegarde de « ${p.component} », ${p.id}, a échoué après un premier qui l'avait prouvée`,
})
const oldProof = message<GateAbout>('engine.not-proved-old-proof', {
  en: (p, f) =>
    `not done: it cannot be undone, and the last proved backup of "${p.component}", ${p.id}, is more than ${f.duration(p.limitMs)} old; newer ones were never drilled`,
  fr: (p, f) =>
    `non fait : c'est irréversible, et la dernière sauvegarde prouvée de « ${p.component} », ${p.id}, a plus de ${f.duration(p.limitMs)} ; les suivantes n'ont pas été prouvées`,
})
export const notProved = { none, old, undrilled, refuted, 'old-proof': oldProof }

export const makeAndDrill = message<{ entry: string }>('engine.not-proved-remedy', {
  en: (p) => `vigie run ${p.entry}/create, then vigie run ${p.entry}/drill`,
  fr: (p) => `vigie run ${p.entry}/create, puis vigie run ${p.entry}/drill`,
})
export const drillFirst = message<{ entry: string }>('engine.not-proved-drill', {
  en: (p) => `vigie run ${p.entry}/drill`,
  fr: (p) => `vigie run ${p.entry}/drill`,
})
export const gateMessages = [...Object.values(notProved), makeAndDrill, drillFirst]
