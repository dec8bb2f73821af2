import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'

/** Why a rule is not followed. Each is told before anything is touched. */
export type RetentionRefusal =
  | 'no-table'
  | 'not-a-table'
  | 'is-partition'
  | 'inherited'
  | 'row-security'
  | 'rules'
  | 'denied'
  | 'no-age'
  | 'age-type'
  | 'no-key'
  | 'hold-key'
  | 'predicate'
  | 'clock'
  | 'referenced'
  | 'referenced-since'
  | 'self-referenced'
  | 'deep'
  | 'archive-shape'
  | 'archive-kind'
  | 'archive-fleeting'
  | 'archive-same'
  | 'partition-changed'
  | 'kept-by-trigger'
  | 'mismatch'
  | 'too-slow'
  | 'folder'
  | 'folder-taken'
  | 'left-over'

type Told = { readonly rule: string; readonly table: string; readonly why: RetentionRefusal; readonly detail: string }

const refusedRule = message<Told>('postgres.retention-refused', {
  en: (p) => `rule ${p.rule}, table ${p.table}: ${english[p.why][0]}${p.detail === '' ? '' : `: ${p.detail}`}`,
  fr: (p) => `règle ${p.rule}, table ${p.table} : ${french[p.why][0]}${p.detail === '' ? '' : ` : ${p.detail}`}`,
})
const refusedRuleRemedy = message<{ why: RetentionRefusal }>('postgres.retention-refused-remedy', {
  en: (p) => english[p.why][1],
  fr: (p) => french[p.why][1],
})
export const retentionRefusals = [refusedRule, refusedRuleRemedy]

export function refuseRule(told: Told): VigieError {
  return new VigieError('action-refused', refusedRule(told), { hint: refusedRuleRemedy({ why: told.why }) })
}

type Words = Readonly<Record<RetentionRefusal, readonly [what: string, next: string]>>

const english: Words = {
  'no-table': ['there is no such table', 'Write it letter for letter, with its schema: vigie db tables shows them'],
  'not-a-table': [
    'it is no ordinary table',
    'Name the table that holds the rows: a view or a foreign table holds none',
  ],
  'is-partition': ['it is a partition of another table', 'Name the partitioned table itself'],
  inherited: [
    'other tables inherit from it',
    'Retention does not follow inheritance: give each of these tables a rule',
  ],
  'row-security': [
    'row-level security hides rows from this role',
    'Give a role as actingUrl that owns the table or has BYPASSRLS',
  ],
  rules: ['a rule (CREATE RULE) takes the place of DELETE', 'DROP RULE, or do without this retention rule'],
  denied: [
    'the role may not do what this needs',
    'GRANT SELECT, UPDATE, DELETE on the table (UPDATE is what locking a row needs), and what is named, to the role of actingUrl',
  ],
  'no-age': ['there is no such column', 'Write the column letter for letter as age'],
  'age-type': ['the column is no date, timestamp or timestamptz', 'Name a column of time as age'],
  'no-key': ['there is no primary key or unique key without nulls', 'ALTER TABLE ... ADD PRIMARY KEY'],
  'hold-key': ['a list of keys needs a key of one column', 'Write hold as a condition in SQL'],
  predicate: ['PostgreSQL does not accept the condition', 'Put where and hold right: each is one condition in SQL'],
  clock: ["our clock is ahead of the server's", 'Set both clocks right (NTP): by a wrong one too many rows would go'],
  referenced: [
    'rows of other tables point to rows that would go',
    'Let these rows go first by a rule of their own, declare ON DELETE CASCADE or SET NULL, or leave them out by where',
  ],
  'referenced-since': [
    'more rows of other tables would go or change than were counted, and the batch was not begun',
    'They came meanwhile. What was done stays done: plan it again, which counts them',
  ],
  'self-referenced': [
    'rows of the table itself point to rows that would go',
    'Leave these rows out by where: one batch cannot follow a row into the next',
  ],
  deep: ['the chain of foreign keys is too long to follow', 'Let the tables at its end go first by rules of their own'],
  'archive-shape': ['the archive has another shape', 'Give the archive the same columns and types, or name a new one'],
  'archive-kind': ['the archive is no ordinary table', 'Name an ordinary table of this database as archive'],
  'archive-fleeting': [
    'the archive is unlogged or on another server: it may lose rows that it was given',
    'ALTER TABLE ... SET LOGGED, or name an ordinary table of this database as archive',
  ],
  'archive-same': ['the archive is the table itself', 'Name another table as archive'],
  'partition-changed': [
    'a partition that was to go whole is another one now',
    'Somebody works on the partitions. What was done stays done: plan it again',
  ],
  'kept-by-trigger': [
    'not all rows went that were told to, and nothing of the batch was changed',
    'See the triggers of the table: one keeps rows from being deleted',
  ],
  mismatch: [
    'what arrived is not what left, and the batch was taken back',
    'See the triggers of the archive table; of a file, name the columns with values beyond Parquet (endless times, years before 1) in asText',
  ],
  'too-slow': [
    'not even a few rows could be found within the limit',
    'CREATE INDEX CONCURRENTLY on the age column, then try again. What was done stays done',
  ],
  folder: ['the folder cannot be written', 'Give Vigie a folder that it may write, with room'],
  'folder-taken': [
    'the folder holds rows of another component',
    'Give each component a folder of its own in parquet; when it was only renamed, write its new name into owner.txt there',
  ],
  'left-over': [
    'a file of an interrupted run is neither wholly in the table nor wholly gone from it',
    'Compare the file with the table by hand; give it the ending .parquet to keep it, or remove it',
  ],
}
const french: Words = {
  'no-table': [
    "cette table n'existe pas",
    'Écrivez-la lettre pour lettre, avec son schéma : vigie db tables les montre',
  ],
  'not-a-table': [
    "ce n'est pas une table ordinaire",
    'Nommez la table qui contient les lignes : une vue ou une table étrangère n’en contient pas',
  ],
  'is-partition': ["c'est une partition d'une autre table", 'Nommez la table partitionnée elle-même'],
  inherited: [
    "d'autres tables en héritent",
    "La rétention ne suit pas l'héritage : donnez une règle à chacune de ces tables",
  ],
  'row-security': [
    'la sécurité par ligne (RLS) cache des lignes à ce rôle',
    'Donnez dans actingUrl un rôle propriétaire de la table ou BYPASSRLS',
  ],
  rules: ['une règle (CREATE RULE) remplace DELETE', 'DROP RULE, ou renoncez à cette règle de rétention'],
  denied: [
    "le rôle n'a pas les droits nécessaires",
    'GRANT SELECT, UPDATE, DELETE sur la table (UPDATE sert à verrouiller une ligne), et ce qui est nommé, au rôle de actingUrl',
  ],
  'no-age': ["cette colonne n'existe pas", 'Écrivez la colonne lettre pour lettre dans age'],
  'age-type': ["la colonne n'est ni date, ni timestamp, ni timestamptz", 'Nommez une colonne de temps dans age'],
  'no-key': ["il n'y a ni clé primaire, ni clé unique sans null", 'ALTER TABLE ... ADD PRIMARY KEY'],
  'hold-key': ["une liste de clés demande une clé d'une seule colonne", 'Écrivez hold comme une condition SQL'],
  predicate: ["PostgreSQL n'accepte pas la condition", 'Corrigez where et hold : chacun est une seule condition SQL'],
  clock: [
    'notre horloge avance sur celle du serveur',
    'Mettez les deux horloges à l’heure (NTP) : avec une heure fausse, trop de lignes partiraient',
  ],
  referenced: [
    "des lignes d'autres tables désignent des lignes qui partiraient",
    "Faites d'abord partir ces lignes par leur propre règle, déclarez ON DELETE CASCADE ou SET NULL, ou écartez-les par where",
  ],
  'referenced-since': [
    "plus de lignes d'autres tables partiraient ou changeraient que compté, et le lot n'a pas commencé",
    'Elles sont venues entre-temps. Ce qui est fait reste fait : établissez un nouveau plan, qui les compte',
  ],
  'self-referenced': [
    'des lignes de la table elle-même désignent des lignes qui partiraient',
    'Écartez ces lignes par where : un lot ne peut pas suivre une ligne dans le suivant',
  ],
  deep: [
    'la chaîne des clés étrangères est trop longue',
    "Faites d'abord partir les tables à son extrémité par leurs propres règles",
  ],
  'archive-shape': [
    "l'archive a une autre forme",
    "Donnez à l'archive les mêmes colonnes et types, ou nommez-en une nouvelle",
  ],
  'archive-kind': ["l'archive n'est pas une table ordinaire", 'Nommez comme archive une table ordinaire de cette base'],
  'archive-fleeting': [
    "l'archive est UNLOGGED ou sur un autre serveur : elle peut perdre les lignes qu'elle a reçues",
    'ALTER TABLE ... SET LOGGED, ou nommez comme archive une table ordinaire de cette base',
  ],
  'archive-same': ["l'archive est la table elle-même", 'Nommez une autre table comme archive'],
  'partition-changed': [
    "une partition qui devait partir entière n'est plus la même",
    "Quelqu'un travaille sur les partitions. Ce qui est fait reste fait : établissez un nouveau plan",
  ],
  'kept-by-trigger': [
    "toutes les lignes du lot ne sont pas parties, et rien du lot n'a changé",
    "Voyez les déclencheurs de la table : l'un d'eux empêche la suppression",
  ],
  mismatch: [
    "ce qui est arrivé n'est pas ce qui est parti, et le lot a été annulé",
    "Voyez les déclencheurs de la table d'archive ; pour un fichier, nommez dans asText les colonnes dont les valeurs dépassent Parquet (temps infinis, années avant 1)",
  ],
  'too-slow': [
    'même quelques lignes ne se trouvent pas dans la limite de temps',
    'CREATE INDEX CONCURRENTLY sur la colonne age, puis recommencez. Ce qui est fait reste fait',
  ],
  folder: ["impossible d'écrire dans le dossier", 'Donnez à Vigie un dossier où écrire, avec de la place'],
  'folder-taken': [
    "le dossier contient des lignes d'un autre composant",
    "Donnez dans parquet un dossier à chaque composant ; s'il n'a fait que changer de nom, écrivez le nouveau dans owner.txt",
  ],
  'left-over': [
    "un fichier d'une exécution interrompue n'est ni tout entier dans la table, ni tout entier parti",
    'Comparez le fichier et la table à la main ; donnez-lui la fin .parquet pour le garder, ou supprimez-le',
  ],
}
