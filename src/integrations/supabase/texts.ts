import { message } from '../../core/message.ts'

export const notInFolder = message('supabase.not-in-folder', {
  en: () => 'the database has this version as applied, and the folder does not have it',
  fr: () => 'la base tient cette version pour appliquée, et le dossier ne la contient pas',
})
export const late = message('supabase.late', {
  en: () => 'a later one is applied already: `supabase db push` asks for --include-all',
  fr: () => 'une suivante est déjà appliquée : `supabase db push` demande --include-all',
})
export const noFolder = message<{ dir: string }>('supabase.no-folder', {
  en: (p) => `The folder of the migrations ${p.dir} cannot be read.`,
  fr: (p) => `Le dossier des migrations ${p.dir} est illisible.`,
})
export const noFolderHint = message('supabase.no-folder-hint', {
  en: () => "Name it: supabase({ folder: 'supabase/migrations' }), or make the first migration.",
  fr: () => "Nommez-le : supabase({ folder: 'supabase/migrations' }), ou créez la première migration.",
})
export const pushFailed = message<{ detail: string }>('supabase.failed', {
  en: (p) => `supabase failed: ${p.detail}`,
  fr: (p) => `supabase a échoué : ${p.detail}`,
})
export const pushFailedHint = message('supabase.failed-hint', {
  en: () => 'Run the same in the folder of the code, and correct what it says.',
  fr: () => 'Lancez la même chose dans le dossier du code et corrigez ce qu’elle dit.',
})
export const noAddress = message('supabase.no-address', {
  en: () => 'The CLI of Supabase is told its database by an address, and the "url" of the migrations is none.',
  fr: () => "La CLI de Supabase connaît sa base par une adresse, et l'« url » des migrations n'en est pas une.",
})
export const noAddressHint = message('supabase.no-address-hint', {
  en: () => "Write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE, or let Vigie apply the files: apply: 'sql'",
  fr: () =>
    "Écrivez-la ainsi : postgres://UTILISATEUR:MOT_DE_PASSE@HÔTE:PORT/BASE, ou laissez Vigie appliquer : apply: 'sql'",
})

export const fileFailed = message<{ detail: string }>('supabase.file-failed', {
  en: (p) => `A migration failed and nothing of it was kept: ${p.detail}`,
  fr: (p) => `Une migration a échoué et rien n'en a été gardé : ${p.detail}`,
})
export const fileFailedHint = message('supabase.file-failed-hint', {
  en: () => 'Correct the file, or give the role of the migrations the right that it lacks.',
  fr: () => 'Corrigez le fichier, ou donnez au rôle des migrations le droit qui lui manque.',
})
export const notParsed = message<{ id: string; detail: string }>('supabase.not-parsed', {
  en: (p) => `${p.id} cannot be read as SQL: ${p.detail}`,
  fr: (p) => `${p.id} n'est pas lisible comme SQL : ${p.detail}`,
})
export const ownTransaction = message<{ id: string }>('supabase.own-transaction', {
  en: (p) => `${p.id} begins or ends a transaction itself: what it did could be kept while Vigie takes it for undone.`,
  fr: (p) =>
    `${p.id} ouvre ou ferme elle-même une transaction : son travail pourrait rester alors que Vigie le croit annulé.`,
})
export const ownTransactionHint = message('supabase.own-transaction-hint', {
  en: () => 'Take BEGIN and COMMIT out: each file has a transaction around it already.',
  fr: () => 'Retirez BEGIN et COMMIT : chaque fichier a déjà une transaction autour de lui.',
})
export const busy = message('supabase.busy', {
  en: () => 'Another process applies migrations to this database now.',
  fr: () => 'Un autre processus applique des migrations à cette base en ce moment.',
})
export const lateRefused = message<{ names: readonly string[] }>('supabase.late-refused', {
  en: (p) => `A later migration is applied already: ${p.names.join(', ')} would come out of order.`,
  fr: (p) => `Une migration suivante est déjà appliquée : ${p.names.join(', ')} arriverait hors de son ordre.`,
})
export const lateRefusedHint = message('supabase.late-refused-hint', {
  en: () => 'Give the file a time after the last one that is applied, as `supabase db push` asks too.',
  fr: () => 'Donnez au fichier une date après la dernière appliquée, comme le demande aussi `supabase db push`.',
})
export const noAutoHint = message('supabase.no-auto-hint', {
  en: () => 'Run it yourself: npx supabase db diff -f NAME; without --auto an empty one is made here.',
  fr: () => 'Lancez vous-même : npx supabase db diff -f NOM ; sans --auto, une migration vide est créée ici.',
})

export const supabaseTexts = [
  ...[notInFolder, late, noFolder, noFolderHint, pushFailed, pushFailedHint, fileFailed, fileFailedHint, notParsed],
  ...[noAddress, noAddressHint, ownTransaction, ownTransactionHint, busy, lateRefused, lateRefusedHint, noAutoHint],
]
