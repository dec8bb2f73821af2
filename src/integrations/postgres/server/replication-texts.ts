import { message } from '../../../core/message.ts'

export const behind = message<{ name: string; lagMs: number | null; lagBytes: number | null }>(
  'postgres.replica-behind',
  {
    en: (p, f) =>
      `${p.name} is behind: ${[p.lagMs === null ? '' : f.duration(p.lagMs), p.lagBytes === null ? '' : f.bytes(p.lagBytes)].filter(Boolean).join(', ')}`,
    fr: (p, f) =>
      `${p.name} est en retard : ${[p.lagMs === null ? '' : f.duration(p.lagMs), p.lagBytes === null ? '' : f.bytes(p.lagBytes)].filter(Boolean).join(', ')}`,
  },
)
export const behindRemedy = message('postgres.replica-behind-remedy', {
  en: () =>
    'Look there for a long query that holds up the replay (vigie db activity), a slow disk or network. What it is at: SELECT application_name, state, sent_lsn, write_lsn, flush_lsn, replay_lsn FROM pg_stat_replication;',
  fr: () =>
    'Cherchez là-bas une longue requête qui retient le rejeu (vigie db activity), un disque ou un réseau lent. Où il en est : SELECT application_name, state, sent_lsn, write_lsn, flush_lsn, replay_lsn FROM pg_stat_replication;',
})
export const gone = message<{ name: string; sinceMs: number | null }>('postgres.replica-gone', {
  en: (p, f) =>
    `${p.name} gets nothing any more${p.sinceMs === null ? '' : `: last seen ${f.duration(p.sinceMs)} ago`}`,
  fr: (p, f) => `${p.name} ne reçoit plus rien${p.sinceMs === null ? '' : ` : vu il y a ${f.duration(p.sinceMs)}`}`,
})
export const goneRemedy = message('postgres.replica-gone-remedy', {
  en: () =>
    'Is it running, does it reach the primary? Its log says why. When it was taken away on purpose: vigie findings accept, and drop its slot',
  fr: () =>
    "Fonctionne-t-il, atteint-il le primaire ? Son journal dit pourquoi. S'il a été retiré exprès : vigie findings accept, et supprimez son slot",
})
export const slotHolds = message<{ name: string; isActive: boolean; bytes: number; limit: number | null }>(
  'postgres.slot-holds',
  {
    en: (p, f) =>
      `slot ${p.name}${p.isActive ? '' : ', which nobody uses,'} keeps ${f.bytes(p.bytes)} of WAL${p.limit === null ? '; there is no limit but the disk' : ` (limit ${f.bytes(p.limit)})`}`,
    fr: (p, f) =>
      `le slot ${p.name}${p.isActive ? '' : ", que personne n'utilise,"} garde ${f.bytes(p.bytes)} de WAL${p.limit === null ? " ; il n'y a de limite que le disque" : ` (limite ${f.bytes(p.limit)})`}`,
  },
)
export const slotLost = message<{ name: string; isLost: boolean }>('postgres.slot-lost', {
  en: (p) =>
    p.isLost
      ? `slot ${p.name} has lost the WAL that it kept: its receiver must be built anew`
      : `slot ${p.name} will lose its WAL at the next checkpoint`,
  fr: (p) =>
    p.isLost
      ? `le slot ${p.name} a perdu le WAL qu'il gardait : son destinataire doit être reconstruit`
      : `le slot ${p.name} va perdre son WAL au prochain checkpoint`,
})
export const slotRemedy = message<{ statement: string; isActive: boolean }>('postgres.slot-remedy', {
  en: (p) =>
    p.isActive
      ? 'Its receiver is there and does not keep up: look there for what holds it up'
      : `Start its receiver again; or, only when no receiver needs it any more (one that does must be built anew): ${p.statement}`,
  fr: (p) =>
    p.isActive
      ? 'Son destinataire est là et ne suit pas : cherchez là-bas ce qui le retient'
      : `Redémarrez son destinataire ; ou, seulement si plus aucun n'en a besoin (il faudrait sinon le reconstruire) : ${p.statement}`,
})
export const cutOff = message<{ behindMs: number | null }>('postgres.standby-cut-off', {
  en: (p, f) =>
    `this standby gets nothing from its primary${p.behindMs === null ? '' : `; the last transaction that it has is ${f.duration(p.behindMs)} old`}`,
  fr: (p, f) =>
    `ce secondaire ne reçoit rien de son primaire${p.behindMs === null ? '' : ` ; sa dernière transaction a ${f.duration(p.behindMs)}`}`,
})
export const cutOffRemedy = message('postgres.standby-cut-off-remedy', {
  en: () =>
    'Its log says why. Check primary_conninfo, that the primary runs, and pg_hba.conf there (a line for replication)',
  fr: () =>
    'Son journal dit pourquoi. Vérifiez primary_conninfo, que le primaire fonctionne, et pg_hba.conf là-bas (une ligne pour replication)',
})
export const paused = message('postgres.standby-paused', {
  en: () => 'somebody has paused the replay of this standby',
  fr: () => "quelqu'un a suspendu le rejeu de ce secondaire",
})
export const pausedRemedy = message('postgres.standby-paused-remedy', {
  en: () => 'SELECT pg_wal_replay_resume();',
  fr: () => 'SELECT pg_wal_replay_resume();',
})
export const noReplication = message('postgres.no-replication', {
  en: () => 'nothing is sent to another server, and none was seen before',
  fr: () => "rien n'est envoyé à un autre serveur, et aucun n'a été vu auparavant",
})
export const noReplicationRemedy = message('postgres.no-replication-remedy', {
  en: () => 'Nothing to do when there is no replica. When there should be one: standbys: [NAME]',
  fr: () => "Rien à faire s'il n'y a pas de réplica. S'il devrait y en avoir un : standbys: [NOM]",
})
export const hiddenReplication = message('postgres.hidden-replication', {
  en: () => 'could not tell: the role may not see how far replication is',
  fr: () => 'indéterminé : le rôle ne voit pas où en est la réplication',
})
export const replicating = message<{ receivers: number; slots: number; lagMs: number; lagBytes: number }>(
  'postgres.replication-fine',
  {
    en: (p, f) =>
      `${f.plural(p.receivers, { one: '1 receiver', other: `${p.receivers} receivers` })} and ${f.plural(p.slots, { one: '1 slot', other: `${p.slots} slots` })}; at most ${f.duration(p.lagMs)}, ${f.bytes(p.lagBytes)} behind`,
    fr: (p, f) =>
      `${f.plural(p.receivers, { one: '1 destinataire', other: `${p.receivers} destinataires` })} et ${f.plural(p.slots, { one: '1 slot', other: `${p.slots} slots` })} ; au plus ${f.duration(p.lagMs)}, ${f.bytes(p.lagBytes)} de retard`,
  },
)

export const replicationTexts = [
  ...[behind, behindRemedy, gone, goneRemedy, slotHolds, slotLost, slotRemedy, cutOff, cutOffRemedy, paused],
  ...[pausedRemedy, noReplication, noReplicationRemedy, hiddenReplication, replicating],
]
