import { realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve, sep } from 'node:path'
import { message, type Text } from '../../core/message.ts'
import { folderMessages } from './folder-problem.ts'
import { exceptFor, type LeftOut } from './left-out.ts'

export const walkCut = message<{ path: string; count: number }>('files.walk-cut', {
  en: (p, f) => `could not tell: ${p.path} holds more than ${f.number(p.count)} files`,
  fr: (p, f) => `indéterminé : ${p.path} contient plus de ${f.number(p.count)} fichiers`,
})
export const walkCutRemedy = message('files.walk-cut-remedy', {
  en: () => 'Name a folder below it, or several, each as a component of its own',
  fr: () => 'Indiquez un dossier plus bas, ou plusieurs, chacun comme un composant',
})
export const unreadablePart = message<{ path: string; count: number }>('files.unreadable', {
  en: (p) => `could not tell: ${p.count} places cannot be read, such as ${p.path}`,
  fr: (p) => `indéterminé : ${p.count} emplacements illisibles, dont ${p.path}`,
})
export const nothingMatched = message<{ path: string; glob: string }>('files.nothing-matched', {
  en: (p) => `could not tell: no file in ${p.path} matches ${p.glob}`,
  fr: (p) => `indéterminé : aucun fichier de ${p.path} ne correspond à ${p.glob}`,
})
export const nothingMatchedRemedy = message<{ word: string }>('files.nothing-matched-remedy', {
  en: (p) => `Correct the glob or the path, or see what is there: ls -la ${p.word}`,
  fr: (p) => `Corrigez le glob ou le chemin, ou voyez ce qui s'y trouve : ls -la ${p.word}`,
})
export const allLeftOut = message<{ path: string; glob: string; leftOut: LeftOut }>('files.all-left-out', {
  en: (p, f) => `could not tell: nothing of ${p.path} that matches ${p.glob} was looked at${exceptFor.en(p, f)}`,
  fr: (p, f) => `indéterminé : rien de ${p.path} qui corresponde à ${p.glob} n'a été regardé${exceptFor.fr(p, f)}`,
})
export const allLeftOutRemedy = message('files.all-left-out-remedy', {
  en: () => "see what is there (ls -la), mounted (findmnt) and protected (protect, other components' paths)",
  fr: () => 'voyez ce qui est là (ls -la), monté (findmnt) et protégé (protect, chemins des autres composants)',
})
export const refusedRoot = message<{ path: string }>('files.refused-root', {
  en: (p) => `${p.path} is too much: name a folder of the application, never a folder of the system`,
  fr: (p) => `${p.path} est trop vaste : indiquez un dossier de l'application, jamais un dossier du système`,
})
export const refusedRootRemedy = message('files.refused-root-remedy', {
  en: () => 'Name the folder that holds what may be deleted, or leave the cleaning out: tasks: { clean: false }',
  fr: () =>
    'Indiquez le dossier qui contient ce qui peut être supprimé, ou excluez le nettoyage : tasks: { clean: false }',
})
export const filesMessages = [
  ...folderMessages,
  walkCut,
  walkCutRemedy,
  unreadablePart,
  nothingMatched,
  nothingMatchedRemedy,
  allLeftOut,
  allLeftOutRemedy,
  refusedRoot,
  refusedRootRemedy,
]

/** Files looked at by one check or plan. */
export const maxFiles = 1_000_000

/** Folders whose cleaning would break the machine; so would any folder above the home of the user. */
const systemFolders = [
  '/',
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/lib64',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/usr',
  '/var',
  '/var/lib',
  '/var/log',
  '/var/lib/postgresql',
  '/var/lib/docker',
  '/usr/lib',
  '/usr/local',
  '/usr/share',
]

/** The real path of the declared folder. Throws what the file system says, `ENOTDIR` when it is none. */
export async function realRoot(path: string, baseDir: string): Promise<string> {
  const root = await realpath(resolve(baseDir, path))
  if (!(await stat(root)).isDirectory()) throw new Error('ENOTDIR: not a directory')
  return root
}

/** Why a folder may not be cleaned at all; undefined when it may. */
export function refusal(root: string): Text | undefined {
  const isRefused = systemFolders.includes(root) || root === homedir() || `${homedir()}${sep}`.startsWith(root + sep)
  return isRefused ? refusedRoot({ path: root }) : undefined
}
