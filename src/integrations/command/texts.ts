import { message } from '../../core/message.ts'

export const wrongExit = message<{ code: number; expected: string; lastLine: string }>('command.wrong-exit', {
  en: (p) => `exit code ${p.code}, expected ${p.expected}${p.lastLine === '' ? '' : `: ${p.lastLine}`}`,
  fr: (p) => `code de sortie ${p.code}, attendu ${p.expected}${p.lastLine === '' ? '' : ` : ${p.lastLine}`}`,
})
export const killed = message<{ signal: string }>('command.killed', {
  en: (p) => `was ended by ${p.signal}`,
  fr: (p) => `a été arrêtée par ${p.signal}`,
})
export const killedRemedy = message<{ signal: string }>('command.killed-remedy', {
  en: (p) =>
    p.signal === 'SIGKILL'
      ? 'Did memory run out? The kernel says so: journalctl -k --grep "Out of memory"'
      : 'If it crashed: coredumpctl list; if somebody ended it, run it again',
  fr: (p) =>
    p.signal === 'SIGKILL'
      ? 'La mémoire a-t-elle manqué ? Le noyau le dit : journalctl -k --grep "Out of memory"'
      : "Si elle a planté : coredumpctl list ; si quelqu'un l'a arrêtée, relancez-la",
})
export const endless = message<{ limitMs: number; end: 'group-empty' | 'found' | 'left'; left: string }>(
  'command.endless',
  {
    en: (p, f) => `could not tell: it did not end within ${f.duration(p.limitMs)}; ${english[p.end](p.left)}`,
    fr: (p, f) => `indéterminé : elle n'a pas fini en ${f.duration(p.limitMs)} ; ${french[p.end](p.left)}`,
  },
)
const english = {
  'group-empty': () => 'it was ended, and nothing is left in its control group',
  found: () => 'it was ended with what was found of its processes; one that hid from us may still run',
  left: (left: string) => `it was to be ended, but still runs: process ${left}`,
}
const french = {
  'group-empty': () => 'elle a été arrêtée, et il ne reste rien dans son groupe de contrôle',
  found: () => 'elle a été arrêtée avec ses processus retrouvés ; un autre, caché, peut encore tourner',
  left: (left: string) => `elle devait être arrêtée, mais tourne encore : processus ${left}`,
}
export const leftRemedy = message<{ left: string }>('command.left-remedy', {
  en: (p) =>
    `Run as who started it: kill -KILL ${p.left}; held in the kernel (D)? See: ps -o pid,user,stat,wchan,args -p ${p.left.replaceAll(' ', ',')}`,
  fr: (p) =>
    `Sous le compte qui l'a lancé : kill -KILL ${p.left} ; bloqué dans le noyau (D) ? Voyez : ps -o pid,user,stat,wchan,args -p ${p.left.replaceAll(' ', ',')}`,
})
export const endlessRemedy = message('command.endless-remedy', {
  en: () => 'Does it wait for input or a lock? If it only needs longer, give the step a timeLimit',
  fr: () =>
    "Attend-elle une saisie ou un verrou ? S'il lui faut seulement plus de temps, donnez un timeLimit à l'étape",
})
export const missing = message<{ program: string }>('command.missing', {
  en: (p) => `${p.program} is not installed, or what its first line asks for is not`,
  fr: (p) => `${p.program} n'est pas installé, ou ce que demande sa première ligne ne l'est pas`,
})
export const missingRemedy = message<{ program: string }>('command.missing-remedy', {
  en: (p) => `Install it, or give its whole path: command -v ${p.program}`,
  fr: (p) => `Installez-le, ou donnez son chemin complet : command -v ${p.program}`,
})
export const notPermitted = message<{ program: string }>('command.not-permitted', {
  en: (p) => `could not tell: ${p.program} may not be run by this user`,
  fr: (p) => `indéterminé : cet utilisateur ne peut pas lancer ${p.program}`,
})
export const notPermittedRemedy = message<{ program: string }>('command.not-permitted-remedy', {
  en: (p) => `Let its user run it: chmod +x ${p.program}, and look at the folders above it: namei -l ${p.program}`,
  fr: (p) =>
    `Autorisez son utilisateur à la lancer : chmod +x ${p.program}, et voyez les dossiers au-dessus : namei -l ${p.program}`,
})
export const noFolder = message<{ folder: string }>('command.no-folder', {
  en: (p) => `could not tell: the folder to run it in is not there: ${p.folder}`,
  fr: (p) => `indéterminé : le dossier où la lancer n'existe pas : ${p.folder}`,
})
export const noFolderRemedy = message<{ folder: string }>('command.no-folder-remedy', {
  en: (p) => `Correct the cwd of the component, or make the folder: mkdir -p ${p.folder}`,
  fr: (p) => `Corrigez le cwd du composant, ou créez le dossier : mkdir -p ${p.folder}`,
})
export const lacks = message<{ pattern: string }>('command.lacks', {
  en: (p) => `its output does not match /${p.pattern}/`,
  fr: (p) => `sa sortie ne correspond pas à /${p.pattern}/`,
})
export const holds = message<{ pattern: string }>('command.holds', {
  en: (p) => `its output matches /${p.pattern}/, which it must not`,
  fr: (p) => `sa sortie correspond à /${p.pattern}/, ce qui est interdit`,
})
export const cut = message<{ bytes: number }>('command.cut', {
  en: (p, f) => `could not tell: it wrote ${f.bytes(p.bytes)}, and what was kept does not answer the question`,
  fr: (p, f) => `indéterminé : elle a écrit ${f.bytes(p.bytes)}, et la partie gardée ne répond pas à la question`,
})
export const cutRemedy = message('command.cut-remedy', {
  en: () => 'Let it write less (| tail, --quiet), or keep more with maxOutput',
  fr: () => 'Faites-la écrire moins (| tail, --quiet), ou gardez-en plus avec maxOutput',
})
export const notText = message('command.not-text', {
  en: () => 'could not tell: its output is not UTF-8 text, and the rest of it does not answer the question',
  fr: () => "indéterminé : sa sortie n'est pas du texte UTF-8, et le reste ne répond pas à la question",
})
export const notTextRemedy = message('command.not-text-remedy', {
  en: () => 'Set its language (env: { LC_ALL: "C.UTF-8" }), or convert its output (| iconv -f latin1 -t utf8)',
  fr: () => 'Réglez sa langue (env: { LC_ALL: "C.UTF-8" }), ou convertissez sa sortie (| iconv -f latin1 -t utf8)',
})
export const tooSlow = message<{ pattern: string }>('command.too-slow', {
  en: (p) => `could not tell: the search for /${p.pattern}/ in its output was given up, it takes too long`,
  fr: (p) => `indéterminé : la recherche de /${p.pattern}/ dans sa sortie a été abandonnée, elle est trop longue`,
})
export const tooSlowRemedy = message('command.too-slow-remedy', {
  en: () => 'Write the pattern without a repetition in a repetition, such as (a+)+',
  fr: () => 'Écrivez le motif sans répétition dans une répétition, comme (a+)+',
})
export const noNumber = message<{ pattern: string }>('command.no-number', {
  en: (p) => `could not tell: no number at /${p.pattern}/ in its output`,
  fr: (p) => `indéterminé : aucun nombre en /${p.pattern}/ dans sa sortie`,
})
export const noNumberRemedy = message('command.no-number-remedy', {
  en: () =>
    'Compare the pattern with what it printed (vigie runs show RUN --step STEP); its first group, ( ), must hold the number, such as 42 or 3.5',
  fr: () =>
    "Comparez le motif avec ce qu'elle a écrit (vigie runs show EXÉCUTION --step ÉTAPE) ; son premier groupe, ( ), doit contenir le nombre, comme 42 ou 3.5",
})
export const outOfRange = message<{ value: number; limit: number }>('command.out-of-range', {
  en: (p, f) => `gives ${f.number(p.value, 3)}, limit ${f.number(p.limit, 3)}`,
  fr: (p, f) => `donne ${f.number(p.value, 3)}, limite ${f.number(p.limit, 3)}`,
})
export const fine = message<{ code: number; ms: number }>('command.fine', {
  en: (p, f) => `exit code ${p.code} in ${f.duration(p.ms)}`,
  fr: (p, f) => `code de sortie ${p.code} en ${f.duration(p.ms)}`,
})
export const fineNumber = message<{ value: number; ms: number }>('command.fine-number', {
  en: (p, f) => `gives ${f.number(p.value, 3)}, in ${f.duration(p.ms)}`,
  fr: (p, f) => `donne ${f.number(p.value, 3)}, en ${f.duration(p.ms)}`,
})
export const commandTexts = [
  wrongExit,
  killed,
  killedRemedy,
  endless,
  leftRemedy,
  endlessRemedy,
  missing,
  missingRemedy,
  notPermitted,
  notPermittedRemedy,
  noFolder,
  noFolderRemedy,
  lacks,
  holds,
  cut,
  cutRemedy,
  notText,
  notTextRemedy,
  tooSlow,
  tooSlowRemedy,
  noNumber,
  noNumberRemedy,
  outOfRange,
  fine,
  fineNumber,
]
