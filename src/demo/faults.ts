/** What the demo breaks on purpose: all of it stands here, and the end-to-end test asks for exactly these. */
export interface PlantedFault {
  readonly id: string
  /** The step that must find it, and how: a finding of this step whose title code is `code`. */
  readonly step: string
  readonly code: string
  /** What the finding must be about, when the step could find several things. */
  readonly subject?: RegExp
  readonly title: { readonly en: string; readonly fr: string }
}

export const plantedFaults: readonly PlantedFault[] = [
  {
    id: 'unused-index',
    step: 'db/unused-index',
    code: 'postgres.unused-index',
    subject: /policies_old_idx$/,
    title: { en: 'an index that no query uses', fr: "un index qu'aucune requête n'utilise" },
  },
  {
    id: 'duplicate-index',
    step: 'db/duplicate-index',
    code: 'postgres.duplicate-index',
    subject: /refresh_tokens_client_again_idx$/,
    title: { en: 'an index that is there twice', fr: 'un index en double' },
  },
  {
    id: 'invalid-index',
    step: 'db/invalid-index',
    code: 'postgres.invalid-index',
    subject: /refresh_tokens_device_idx$/,
    title: { en: 'an index that a failed build left', fr: 'un index laissé par une création échouée' },
  },
  {
    id: 'idle-transaction',
    step: 'db/idle-in-transaction',
    code: 'postgres.idle-transaction',
    subject: /^demo-import:/,
    title: { en: 'a transaction left open', fr: 'une transaction laissée ouverte' },
  },
  {
    id: 'long-statement',
    step: 'db/long-statements',
    code: 'postgres.long-statement',
    subject: /^demo-report:/,
    title: { en: 'a statement that runs and runs', fr: "une requête qui n'en finit pas" },
  },
  {
    id: 'blocked-session',
    step: 'db/blocking',
    code: 'postgres.blocking',
    subject: /^demo-import:/,
    title: { en: 'a session that waits for a lock', fr: 'une session qui attend un verrou' },
  },
  {
    id: 'never-vacuumed',
    step: 'db/vacuum',
    code: 'postgres.never-vacuumed',
    subject: /audit_logs$/,
    title: { en: 'a table that was never vacuumed', fr: "une table qui n'a jamais eu de vacuum" },
  },
  {
    id: 'autovacuum-off',
    step: 'db/autovacuum',
    code: 'postgres.autovacuum-due',
    subject: /audit_logs$/,
    title: { en: 'a table that autovacuum must not touch', fr: "une table interdite à l'autovacuum" },
  },
  {
    id: 'certificate',
    step: 'site/certificate',
    code: 'certificate.ends',
    title: { en: 'a certificate about to expire', fr: 'un certificat sur le point d’expirer' },
  },
  {
    id: 'slow-endpoint',
    step: 'api/latency',
    code: 'http.endpoint-slow',
    subject: /^\/api\/policies$/,
    title: { en: 'a slow endpoint', fr: "un point d'accès lent" },
  },
  {
    id: 'unhealthy-body',
    step: 'api/health',
    code: 'http.unhealthy-part',
    subject: /documents$/,
    title: {
      en: 'a health report that says unhealthy under status 200',
      fr: 'un rapport de santé mauvais sous le statut 200',
    },
  },
  {
    id: 'stale-files',
    step: 'documents/stale',
    code: 'files.stale',
    title: { en: 'old files that pile up', fr: "de vieux fichiers qui s'accumulent" },
  },
  {
    id: 'overdue-item',
    step: 'you/access-review',
    code: 'engine.item-overdue',
    title: { en: 'a review that nobody did', fr: "une revue que personne n'a faite" },
  },
  {
    id: 'old-runtime',
    step: 'stack/end-of-life',
    code: 'runtime.ended',
    subject: /^node 18/,
    title: { en: 'a runtime past its end of life', fr: 'un environnement en fin de vie' },
  },
]
