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

export const supabaseTexts = [notInFolder, late, noFolder, noFolderHint, pushFailed, pushFailedHint]
