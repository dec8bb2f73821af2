import { message } from '../core/message.ts'
import { gateMessages } from './gate-messages.ts'

/** The texts that the engine itself gives as reasons and remedies. */
export const timedOut = message<{ limitMs: number }>('engine.timed-out', {
  en: (p, f) => `could not tell: no answer within ${f.duration(p.limitMs)}. This is not a pass`,
  fr: (p, f) => `indéterminé : pas de réponse en ${f.duration(p.limitMs)}. Ce n'est pas une réussite`,
})
export const couldNotLook = message<{ detail: string }>('engine.could-not-look', {
  en: (p) => `could not tell: ${p.detail}`,
  fr: (p) => `indéterminé : ${p.detail}`,
})
export const sawNothing = message('engine.saw-nothing', {
  en: () => 'could not tell: there was nothing to look at. This is not a pass',
  fr: () => "indéterminé : il n'y avait rien à regarder. Ce n'est pas une réussite",
})
export const ownNetworkGone = message<{ references: string }>('engine.own-network-gone', {
  en: (p) => `not judged: our own network is gone (${p.references} does not answer either)`,
  fr: (p) => `non jugé : notre propre réseau est coupé (${p.references} ne répond pas non plus)`,
})
export const canceledText = message('engine.canceled', {
  en: () => 'not done: the run was canceled',
  fr: () => "non fait : l'exécution a été annulée",
})
export const wouldLook = message('engine.would-look', {
  en: () => 'would look; a dry run asks nothing',
  fr: () => 'serait contrôlé ; une simulation ne demande rien',
})
export const nothingToDo = message('engine.nothing-to-do', {
  en: () => 'nothing to do',
  fr: () => 'rien à faire',
})
export const planned = message<{ count: number; bytes: number }>('engine.planned', {
  en: (p, f) =>
    `would do ${f.plural(p.count, { one: 'one action', other: `${f.number(p.count)} actions` })}${p.bytes > 0 ? `, ${f.bytes(p.bytes)}` : ''}`,
  fr: (p, f) =>
    `ferait ${f.plural(p.count, { one: 'une action', other: `${f.number(p.count)} actions` })}${p.bytes > 0 ? `, ${f.bytes(p.bytes)}` : ''}`,
})
export const acted = message<{ done: number; skipped: number; bytes: number }>('engine.acted', {
  en: (p, f) =>
    `${f.plural(p.done, { one: 'one action', other: `${f.number(p.done)} actions` })} done` +
    `${p.bytes > 0 ? `, ${f.bytes(p.bytes)}` : ''}${p.skipped > 0 ? `, ${f.number(p.skipped)} left out: no longer as planned` : ''}`,
  fr: (p, f) =>
    `${f.plural(p.done, { one: 'une action faite', other: `${f.number(p.done)} actions faites` })}` +
    `${p.bytes > 0 ? `, ${f.bytes(p.bytes)}` : ''}${p.skipped > 0 ? `, ${f.number(p.skipped)} laissées : plus conformes au plan` : ''}`,
})
export const actionFailed = message<{ target: string; detail: string; done: number; left: number }>(
  'engine.action-failed',
  {
    en: (p) => `${p.target}: ${p.detail}. ${p.done} done before it, ${p.left} not begun`,
    fr: (p) => `${p.target} : ${p.detail}. ${p.done} faites avant, ${p.left} non commencées`,
  },
)
export const couldNotPlan = message<{ detail: string }>('engine.could-not-plan', {
  en: (p) => `nothing was done: the plan could not be made: ${p.detail}`,
  fr: (p) => `rien n'a été fait : le plan n'a pas pu être établi : ${p.detail}`,
})
export const needsYes = message<{ count: number }>('engine.needs-yes', {
  en: (p, f) =>
    `waits for consent to ${f.plural(p.count, { one: 'one action', other: `${f.number(p.count)} actions` })}`,
  fr: (p, f) =>
    `attend l'accord pour ${f.plural(p.count, { one: 'une action', other: `${f.number(p.count)} actions` })}`,
})
export const notShown = message<{ approved: string; count: number }>('engine.not-shown', {
  en: (p, f) =>
    `waits for consent to ${f.plural(p.count, { one: 'one action', other: `${f.number(p.count)} actions` })} that plan ${p.approved}, which was approved, did not show`,
  fr: (p, f) =>
    `attend l'accord pour ${f.plural(p.count, { one: 'une action', other: `${f.number(p.count)} actions` })} que le plan ${p.approved}, qui était approuvé, ne montrait pas`,
})
export const needsYesRemedy = message<{ step: string }>('engine.needs-yes-remedy', {
  en: (p) => `vigie run ${p.step} --yes`,
  fr: (p) => `vigie run ${p.step} --yes`,
})
export const needsApproval = message<{ plan: string; count: number }>('engine.needs-approval', {
  en: (p, f) =>
    `waits for approval of plan ${p.plan}: ${f.plural(p.count, { one: 'one action', other: `${f.number(p.count)} actions` })} that cannot be undone`,
  fr: (p, f) =>
    `attend l'approbation du plan ${p.plan} : ${f.plural(p.count, { one: 'une action irréversible', other: `${f.number(p.count)} actions irréversibles` })}`,
})
export const needsApprovalRemedy = message<{ plan: string }>('engine.needs-approval-remedy', {
  en: (p) => `vigie approve ${p.plan}`,
  fr: (p) => `vigie approve ${p.plan}`,
})
export const planChanged = message<{ approved: string; plan: string }>('engine.plan-changed', {
  en: (p) =>
    `not done: plan ${p.approved} was approved, but what would be done has changed since. The plan is now ${p.plan}: read it again`,
  fr: (p) =>
    `non fait : le plan ${p.approved} était approuvé, mais ce qui serait fait a changé. Le plan est maintenant ${p.plan} : relisez-le`,
})
export const planExpired = message<{ approved: string; plan: string }>('engine.plan-expired', {
  en: (p) =>
    `not done: plan ${p.approved} is unknown, too old or used already. The plan is now ${p.plan}: read it again`,
  fr: (p) =>
    `non fait : le plan ${p.approved} est inconnu, trop ancien ou déjà utilisé. Le plan est maintenant ${p.plan} : relisez-le`,
})
export const lockedByRun = message<{ lease: string; holder: string; host: string; pid: number; since: string }>(
  'engine.locked',
  {
    en: (p, f) => `${p.lease} is held by run ${p.holder} (process ${p.pid} on ${p.host}) since ${f.dateTime(p.since)}`,
    fr: (p, f) =>
      `${p.lease} est tenu par l'exécution ${p.holder} (processus ${p.pid} sur ${p.host}) depuis ${f.dateTime(p.since)}`,
  },
)
export const lockedHint = message<{ holder: string }>('engine.locked-hint', {
  en: (p) => `Wait for it to end, or look at it: vigie runs show ${p.holder}`,
  fr: (p) => `Attendez sa fin, ou regardez-la : vigie runs show ${p.holder}`,
})
export const leaseLost = message<{ lease: string }>('engine.lease-lost', {
  en: (p) => `stopped: the lease ${p.lease} was lost, another run may act`,
  fr: (p) => `arrêté : le bail ${p.lease} est perdu, une autre exécution peut agir`,
})
export const signed = message<{ by: string; at: string; due: string; note: string }>('engine.signed', {
  en: (p, f) => `signed by ${p.by}, ${f.dateTime(p.at)}: ${p.note}; due again ${f.date(p.due)}`,
  fr: (p, f) => `signée par ${p.by}, ${f.dateTime(p.at)} : ${p.note} ; à refaire le ${f.date(p.due)}`,
})
export const signedOnDemand = message<{ by: string; at: string; note: string }>('engine.signed-on-demand', {
  en: (p, f) => `signed by ${p.by}, ${f.dateTime(p.at)}: ${p.note}; due again at the next run`,
  fr: (p, f) => `signée par ${p.by}, ${f.dateTime(p.at)} : ${p.note} ; à refaire à la prochaine exécution`,
})
export const itemDue = message<{ title: string; due: string }>('engine.item-due', {
  en: (p, f) => `${p.title}: due ${f.date(p.due)}`,
  fr: (p, f) => `${p.title} : à faire le ${f.date(p.due)}`,
})
export const itemOverdue = message<{ title: string; lateMs: number; owner: string }>('engine.item-overdue', {
  en: (p, f) => `${p.title}: ${f.duration(p.lateMs)} overdue${p.owner === '' ? '' : `, ${p.owner}`}`,
  fr: (p, f) => `${p.title} : en retard de ${f.duration(p.lateMs)}${p.owner === '' ? '' : `, ${p.owner}`}`,
})
export const signRemedy = message<{ step: string }>('engine.sign-remedy', {
  en: (p) => `vigie sign ${p.step} --by NAME --note "what you saw"`,
  fr: (p) => `vigie sign ${p.step} --by NOM --note "ce que vous avez constaté"`,
})
export const secretMissing = message<{ name: string }>('engine.secret-missing', {
  en: (p) => `${p.name} is not set`,
  fr: (p) => `${p.name} n'est pas défini`,
})
export const secretMissingHint = message<{ name: string }>('engine.secret-missing-hint', {
  en: (p) => `export ${p.name}=…  or use secretFile('/run/secrets/…')`,
  fr: (p) => `export ${p.name}=…  ou utilisez secretFile('/run/secrets/…')`,
})

export const engineMessages = [
  ...gateMessages,
  timedOut,
  couldNotLook,
  sawNothing,
  ownNetworkGone,
  canceledText,
  wouldLook,
  nothingToDo,
  planned,
  acted,
  actionFailed,
  couldNotPlan,
  needsYes,
  notShown,
  needsYesRemedy,
  needsApproval,
  needsApprovalRemedy,
  planChanged,
  planExpired,
  lockedByRun,
  lockedHint,
  leaseLost,
  signed,
  signedOnDemand,
  itemDue,
  itemOverdue,
  signRemedy,
  secretMissing,
  secretMissingHint,
]
