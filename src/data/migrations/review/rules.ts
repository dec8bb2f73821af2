export interface Rule {
  /** What it cannot take back is lost: the plan needs an approval. */
  readonly destroys?: true
  /** It is harmless on a small table. */
  readonly growsWithTable?: true
  readonly en: { readonly why: string; readonly safe: string }
  readonly fr: { readonly why: string; readonly safe: string }
}

/**
 * Every rule of the review. Sources: the lock levels and rewrites of PostgreSQL's manual (ALTER TABLE, "Explicit Locking"),
 * and what the rules of strong_migrations and squawk have in common.
 */
export const rules = {
  'volatile-default': {
    growsWithTable: true,
    en: {
      why: 'adds a column whose value is computed for every row: the table is written anew under a lock that stops all reads',
      safe: 'add the column without it, set the default next, fill old rows in batches',
    },
    fr: {
      why: 'ajoute une colonne dont la valeur est calculée pour chaque ligne : la table est réécrite sous un verrou qui arrête toute lecture',
      safe: 'ajoutez la colonne sans elle, posez ensuite la valeur par défaut, remplissez les lignes par lots',
    },
  },
  'not-null-without-default': {
    en: {
      why: 'adds a NOT NULL column without a default: it fails when the table has a row',
      safe: 'give it a default, or add it nullable first',
    },
    fr: {
      why: 'ajoute une colonne NOT NULL sans valeur par défaut : échoue si la table a une ligne',
      safe: "donnez-lui une valeur par défaut, ou ajoutez-la d'abord nullable",
    },
  },
  'set-not-null': {
    growsWithTable: true,
    en: {
      why: 'SET NOT NULL reads the whole table under a lock that stops all reads',
      safe: 'ADD CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in another migration, then SET NOT NULL',
    },
    fr: {
      why: 'SET NOT NULL lit toute la table sous un verrou qui arrête toute lecture',
      safe: 'ADD CHECK (… IS NOT NULL) NOT VALID, VALIDATE dans une autre migration, puis SET NOT NULL',
    },
  },
  'alter-type': {
    growsWithTable: true,
    en: {
      why: 'changing the type may write the table and its indexes anew under a lock that stops all reads',
      safe: 'add a column of the new type, fill it in batches, switch the code, drop the old one later',
    },
    fr: {
      why: 'changer le type peut réécrire la table et ses index sous un verrou qui arrête toute lecture',
      safe: "ajoutez une colonne du nouveau type, remplissez-la par lots, basculez le code, supprimez l'ancienne plus tard",
    },
  },
  rewrite: {
    growsWithTable: true,
    en: { why: 'writes the whole table anew under a lock that stops all reads', safe: 'do it in a maintenance window' },
    fr: {
      why: 'réécrit toute la table sous un verrou qui arrête toute lecture',
      safe: 'faites-le pendant une fenêtre de maintenance',
    },
  },
  'index-locks-writes': {
    growsWithTable: true,
    en: {
      why: 'CREATE INDEX stops all writes until the index is built',
      safe: 'CREATE INDEX CONCURRENTLY, outside a transaction',
    },
    fr: {
      why: "CREATE INDEX arrête toute écriture jusqu'à la fin de la construction",
      safe: 'CREATE INDEX CONCURRENTLY, hors transaction',
    },
  },
  'drop-index-locks': {
    en: {
      why: 'DROP INDEX stops all reads of its table while it waits and works',
      safe: 'DROP INDEX CONCURRENTLY, outside a transaction',
    },
    fr: {
      why: 'DROP INDEX arrête toute lecture de sa table pendant son attente et son travail',
      safe: 'DROP INDEX CONCURRENTLY, hors transaction',
    },
  },
  'reindex-locks': {
    growsWithTable: true,
    en: { why: 'REINDEX stops all writes', safe: 'REINDEX … CONCURRENTLY, outside a transaction' },
    fr: { why: 'REINDEX arrête toute écriture', safe: 'REINDEX … CONCURRENTLY, hors transaction' },
  },
  'concurrently-in-transaction': {
    en: {
      why: 'cannot run inside a transaction: it fails',
      safe: 'put it in a migration of its own that runs without one (Alembic: autocommit_block(), Django: atomic = False)',
    },
    fr: {
      why: 'ne peut pas tourner dans une transaction : échoue',
      safe: 'mettez-la dans une migration à part, sans transaction (Alembic : autocommit_block(), Django : atomic = False)',
    },
  },
  'foreign-key-validates': {
    growsWithTable: true,
    en: {
      why: 'a foreign key reads the whole table while writes to both tables stop',
      safe: 'ADD … NOT VALID, then VALIDATE CONSTRAINT in another migration',
    },
    fr: {
      why: 'une clé étrangère lit toute la table pendant que les écritures des deux tables sont arrêtées',
      safe: 'ADD … NOT VALID, puis VALIDATE CONSTRAINT dans une autre migration',
    },
  },
  'check-validates': {
    growsWithTable: true,
    en: {
      why: 'a check reads the whole table under a lock that stops all reads',
      safe: 'ADD … NOT VALID, then VALIDATE CONSTRAINT in another migration',
    },
    fr: {
      why: 'une contrainte CHECK lit toute la table sous un verrou qui arrête toute lecture',
      safe: 'ADD … NOT VALID, puis VALIDATE CONSTRAINT dans une autre migration',
    },
  },
  'constraint-builds-index': {
    growsWithTable: true,
    en: {
      why: 'builds its index under a lock that stops all reads',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX',
    },
    fr: {
      why: 'construit son index sous un verrou qui arrête toute lecture',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY, puis ADD CONSTRAINT … USING INDEX',
    },
  },
  'attach-partition': {
    growsWithTable: true,
    en: {
      why: 'ATTACH PARTITION reads the whole new partition under a lock',
      safe: 'first give it a validated CHECK that says what its bounds say',
    },
    fr: {
      why: 'ATTACH PARTITION lit toute la nouvelle partition sous un verrou',
      safe: "donnez-lui d'abord un CHECK validé qui dit ce que disent ses bornes",
    },
  },
  'detach-partition': {
    en: {
      why: 'DETACH PARTITION stops all reads of the parent while it waits and works',
      safe: 'DETACH PARTITION … CONCURRENTLY (PostgreSQL 14), outside a transaction',
    },
    fr: {
      why: 'DETACH PARTITION arrête toute lecture de la table mère pendant son attente et son travail',
      safe: 'DETACH PARTITION … CONCURRENTLY (PostgreSQL 14), hors transaction',
    },
  },
  'drop-column': {
    destroys: true,
    en: {
      why: 'the column and its values are lost; code that still runs with it fails',
      safe: 'first deploy code that does not use it, keep a backup, drop it in a later release',
    },
    fr: {
      why: 'la colonne et ses valeurs sont perdues ; le code en service qui la lit échoue',
      safe: "déployez d'abord un code qui ne l'utilise pas, gardez une sauvegarde, supprimez-la dans une version suivante",
    },
  },
  drop: {
    destroys: true,
    en: { why: 'what it holds is lost', safe: 'rename it first, watch, drop it in a later release; keep a backup' },
    fr: {
      why: "ce qu'il contient est perdu",
      safe: "renommez d'abord, observez, supprimez dans une version suivante ; gardez une sauvegarde",
    },
  },
  truncate: {
    destroys: true,
    en: { why: 'all rows are lost, under a lock that stops all reads', safe: 'delete in batches, with a backup' },
    fr: {
      why: 'toutes les lignes sont perdues, sous un verrou qui arrête toute lecture',
      safe: 'supprimez par lots, avec une sauvegarde',
    },
  },
  delete: {
    destroys: true,
    en: { why: 'rows are lost', safe: 'count them first, keep a backup' },
    fr: { why: 'des lignes sont perdues', safe: 'comptez-les avant, gardez une sauvegarde' },
  },
  'delete-all': {
    destroys: true,
    en: {
      why: 'DELETE without WHERE: all rows are lost, in one long transaction',
      safe: 'name the rows, delete in batches, keep a backup',
    },
    fr: {
      why: 'DELETE sans WHERE : toutes les lignes sont perdues, en une longue transaction',
      safe: 'désignez les lignes, supprimez par lots, gardez une sauvegarde',
    },
  },
  'update-all': {
    growsWithTable: true,
    en: {
      why: 'UPDATE without WHERE writes every row in one transaction, and locks each until its end',
      safe: 'update in batches, outside the migration',
    },
    fr: {
      why: "UPDATE sans WHERE réécrit chaque ligne en une transaction et les verrouille jusqu'à la fin",
      safe: 'mettez à jour par lots, hors de la migration',
    },
  },
  rename: {
    en: {
      why: 'code that still runs with the old name fails at once',
      safe: 'add the new one beside it (a view, a second column), switch the code, remove the old one later',
    },
    fr: {
      why: "le code en service avec l'ancien nom échoue aussitôt",
      safe: "ajoutez le nouveau à côté (une vue, une seconde colonne), basculez le code, retirez l'ancien plus tard",
    },
  },
  'vacuum-full': {
    growsWithTable: true,
    en: { why: 'writes the whole table anew; nobody reads it meanwhile', safe: 'VACUUM, or pg_repack' },
    fr: { why: 'réécrit toute la table ; personne ne la lit pendant ce temps', safe: 'VACUUM, ou pg_repack' },
  },
  'lock-table': {
    en: { why: 'LOCK TABLE stops others until the end of the transaction', safe: 'leave it out, or lock rows' },
    fr: {
      why: "LOCK TABLE arrête les autres jusqu'à la fin de la transaction",
      safe: 'retirez-le, ou verrouillez des lignes',
    },
  },
  'refresh-locks': {
    en: {
      why: 'REFRESH MATERIALIZED VIEW stops all reads of the view',
      safe: 'REFRESH MATERIALIZED VIEW CONCURRENTLY',
    },
    fr: {
      why: 'REFRESH MATERIALIZED VIEW arrête toute lecture de la vue',
      safe: 'REFRESH MATERIALIZED VIEW CONCURRENTLY',
    },
  },
  'no-lock-timeout': {
    en: {
      why: 'nothing limits how long it waits for a lock: all who come after it wait as long',
      safe: "SET lock_timeout = '5s' before it, and try again when it is busy",
    },
    fr: {
      why: "rien ne limite son attente d'un verrou : tous ceux qui arrivent après attendent autant",
      safe: "SET lock_timeout = '5s' avant, et recommencez si la table est occupée",
    },
  },
  'several-alters': {
    en: {
      why: 'several ALTER TABLE of one table: each takes its lock, and some read the table, again',
      safe: 'one ALTER TABLE with several actions',
    },
    fr: {
      why: 'plusieurs ALTER TABLE de la même table : chacun reprend son verrou, et relit parfois la table',
      safe: 'un seul ALTER TABLE à plusieurs actions',
    },
  },
  'newer-syntax': {
    en: { why: 'the server is too old for it: it fails', safe: 'write it as this server knows it' },
    fr: { why: 'le serveur est trop ancien : échoue', safe: 'écrivez-la comme ce serveur la connaît' },
  },
  'not-told': {
    destroys: true,
    en: { why: 'what it does could not be told', safe: 'read it yourself before you approve it' },
    fr: { why: "ce qu'elle fait n'a pas pu être déterminé", safe: "lisez-la vous-même avant d'approuver" },
  },
} as const satisfies Readonly<Record<string, Rule>>

export type WarningCode = keyof typeof rules

export function ruleOf(code: WarningCode): Rule {
  return rules[code]
}
