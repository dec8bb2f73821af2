import { message, type Text } from '../../core/message.ts'
import { shellWord } from '../../core/shell-word.ts'

const missing = message<{ path: string }>('files.missing-folder', {
  en: (p) => `could not tell: the folder ${p.path} is not there`,
  fr: (p) => `indéterminé : le dossier ${p.path} n'existe pas`,
})
const missingRemedy = message<{ word: string }>('files.missing-folder-remedy', {
  en: (p) => `Correct the path of the component, mount what belongs there, or make it: mkdir -p ${p.word}`,
  fr: (p) => `Corrigez le chemin du composant, montez ce qui doit s'y trouver, ou créez-le : mkdir -p ${p.word}`,
})
const noFolder = message<{ path: string }>('files.not-a-folder', {
  en: (p) => `could not tell: ${p.path} is not a folder`,
  fr: (p) => `indéterminé : ${p.path} n'est pas un dossier`,
})
const noFolderRemedy = message<{ word: string }>('files.not-a-folder-remedy', {
  en: (p) => `Name the folder that holds it, with a glob for the file; see what it is: ls -ld ${p.word}`,
  fr: (p) =>
    `Indiquez le dossier qui le contient, avec un glob pour le fichier ; voyez ce que c'est : ls -ld ${p.word}`,
})
const unreadable = message<{ path: string; detail: string }>('files.no-folder', {
  en: (p) => `could not tell: ${p.path} cannot be read (${p.detail})`,
  fr: (p) => `indéterminé : ${p.path} est illisible (${p.detail})`,
})
export const mayNotRemedy = message<{ word: string }>('files.may-not-remedy', {
  en: (p) => `See who may read it, folder by folder: namei -l ${p.word}`,
  fr: (p) => `Voyez qui peut le lire, dossier par dossier : namei -l ${p.word}`,
})
export const folderMessages = [missing, missingRemedy, noFolder, noFolderRemedy, unreadable, mayNotRemedy]

/** Why a folder could not be looked at, and what to do; `failure` is what the system said, its code first. */
export function folderProblem(path: string, failure: string): { readonly reason: Text; readonly remedy: Text } {
  const word = shellWord(path)
  if (/^ENOENT\b/.test(failure)) return { reason: missing({ path }), remedy: missingRemedy({ word }) }
  if (/^ENOTDIR\b/.test(failure)) return { reason: noFolder({ path }), remedy: noFolderRemedy({ word }) }
  return { reason: unreadable({ path, detail: withoutPath(failure) }), remedy: mayNotRemedy({ word }) }
}

/** What the system said, without the call and the path that Node adds to it. */
export function withoutPath(failure: string): string {
  return failure.replace(/, [a-z]+ '[\s\S]*$/, '')
}
