import { stat } from 'node:fs/promises'
import type { CommandResult, StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import type { Secret } from '../core/secret.ts'

const noFolder = message<{ dir: string }>('tool.no-folder', {
  en: (p) => `The folder ${p.dir} is not there.`,
  fr: (p) => `Le dossier ${p.dir} n'existe pas.`,
})
const noFolderHint = message('tool.no-folder-hint', {
  en: () => 'Correct the path of the component, or the "cwd" of its migrations.',
  fr: () => 'Corrigez le chemin du composant, ou le « cwd » de ses migrations.',
})
const missing = message<{ program: string }>('tool.missing', {
  en: (p) => `The program "${p.program}" is not there, or may not be run.`,
  fr: (p) => `Le programme « ${p.program} » est introuvable ou ne peut pas être exécuté.`,
})
const missingHint = message<{ program: string }>('tool.missing-hint', {
  en: (p) => `Install it, write its whole path in the config, or say with "through" where it runs (${p.program}).`,
  fr: (p) =>
    `Installez-le, écrivez son chemin complet dans la configuration, ou dites avec « through » où il s'exécute (${p.program}).`,
})
const late = message<{ program: string; limitMs: number }>('tool.late', {
  en: (p, f) => `${p.program} gave no answer within ${f.duration(p.limitMs)} and was ended.`,
  fr: (p, f) => `${p.program} n'a pas répondu en ${f.duration(p.limitMs)} et a été arrêté.`,
})
const lateHint = message('tool.late-hint', {
  en: () =>
    'It may wait for a lock or for a database that does not answer: see `vigie db activity`, or give the step a longer timeLimit.',
  fr: () =>
    'Il attend peut-être un verrou ou une base qui ne répond pas : voyez `vigie db activity`, ou donnez à l’étape un timeLimit plus long.',
})
const killed = message<{ program: string; signal: string }>('tool.killed', {
  en: (p) => `${p.program} was ended by ${p.signal}.`,
  fr: (p) => `${p.program} a été arrêté par ${p.signal}.`,
})
const cut = message<{ program: string }>('tool.cut', {
  en: (p) => `${p.program} wrote more than can be read: its answer is not known as a whole.`,
  fr: (p) => `${p.program} a écrit plus que ce qui peut être lu : sa réponse n'est pas connue en entier.`,
})
export const toolCommandMessages = [noFolder, noFolderHint, missing, missingHint, late, lateHint, killed, cut]

/** 20,000 migrations with their names. */
const maxOutputBytes = 20_000_000

export interface ToolSite {
  readonly dir: string
  readonly options: { readonly through: readonly string[]; readonly env: Readonly<Record<string, Secret>> }
}

/**
 * Runs a tool of the team's own project and gives what it wrote, with whatever exit code. Throws `tool-missing`, `no-answer`
 * when it was late or ended by a signal, `usage` without its folder, `secret-missing`.
 */
export async function runTool(
  { dir, options }: ToolSite,
  argv: readonly [string, ...string[]],
  ctx: StepContext,
  more: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string } = {},
): Promise<CommandResult & { readonly exitCode: number }> {
  // The system says the same of a folder that is not there and of a program.
  const isFolder = (await stat(dir).catch(() => undefined))?.isDirectory() === true
  if (!isFolder) throw new VigieError('usage', noFolder({ dir }), { hint: noFolderHint({}) })
  const env: Record<string, string> = { ...more.env }
  for (const [name, secret] of Object.entries(options.env)) env[name] = await ctx.reveal(secret)
  const [first = argv[0], ...rest] = [...options.through, ...argv]
  const limitMs = Math.round(ctx.timeoutMs * 0.9)
  const result = await ctx.run({
    argv: [first, ...rest],
    cwd: dir,
    env,
    timeoutMs: limitMs,
    maxOutputBytes,
    ...(more.stdin !== undefined && { stdin: more.stdin }),
  })
  const program = first
  switch (result.outcome) {
    case 'not-found':
    case 'not-permitted':
      throw new VigieError('tool-missing', missing({ program }), { hint: missingHint({ program }) })
    case 'timed-out':
      throw new VigieError('no-answer', late({ program, limitMs }), { hint: lateHint({}) })
    case 'signaled':
      throw new VigieError('no-answer', killed({ program, signal: result.signal ?? '?' }), { hint: lateHint({}) })
  }
  if (result.isTruncated) throw new VigieError('no-answer', cut({ program }))
  // Of what exited the code is known.
  return { ...result, exitCode: result.exitCode ?? -1 }
}

/** The last lines that say something, without an address or a password that stands in them as a whole URL. */
export function lastLines(text: string, count = 3): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-count)
    .join(' · ')
    .slice(-500)
}
