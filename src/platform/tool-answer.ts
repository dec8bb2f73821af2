import * as z from 'zod'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import { lastLines, runTool, type ToolSite } from './tool-command.ts'

const failed = message<{ tool: string; verb: string; detail: string }>('tool.failed', {
  en: (p) => `${p.tool} could not do "${p.verb}": ${p.detail}`,
  fr: (p) => `${p.tool} n'a pas pu faire « ${p.verb} » : ${p.detail}`,
})
const failedHint = message<{ tool: string }>('tool.failed-hint', {
  en: (p) => `Run the same with ${p.tool} itself in the folder of the code, and correct what it says.`,
  fr: (p) => `Lancez la même chose avec ${p.tool} dans le dossier du code et corrigez ce qu'il dit.`,
})
const noLibrary = message<{ tool: string; program: string; detail: string }>('tool.no-library', {
  en: (p) => `${p.program} cannot load what the migrations need: ${p.detail}`,
  fr: (p) => `${p.program} ne peut pas charger ce dont les migrations ont besoin : ${p.detail}`,
})
const noLibraryHint = message<{ tool: string; install: string }>('tool.no-library-hint', {
  en: (p) =>
    `Name the program of the project in the config, such as .venv/bin/python, or install ${p.tool}: ${p.install}`,
  fr: (p) =>
    `Nommez le programme du projet dans la configuration, comme .venv/bin/python, ou installez ${p.tool} : ${p.install}`,
})
const noDatabase = message<{ tool: string; detail: string }>('tool.no-database', {
  en: (p) => `The database gave no answer to ${p.tool}: ${p.detail}`,
  fr: (p) => `La base n'a pas répondu à ${p.tool} : ${p.detail}`,
})
const noDatabaseHint = message('tool.no-database-hint', {
  en: () =>
    "Look at the address and password that the application reads, such as env: { DATABASE_URL: env('DATABASE_URL') }",
  fr: () =>
    "Vérifiez l'adresse et le mot de passe que lit l'application, comme env: { DATABASE_URL: env('DATABASE_URL') }",
})
const unreadable = message<{ tool: string; detail: string }>('tool.unreadable', {
  en: (p) => `What ${p.tool} answered cannot be read: ${p.detail}`,
  fr: (p) => `La réponse de ${p.tool} est illisible : ${p.detail}`,
})
export const toolAnswerMessages = [
  ...[failed, failedHint, noLibrary, noLibraryHint, noDatabase, noDatabaseHint, unreadable],
]

/** What a script writes before its answer: what it loads may print too. */
export const answerMark = 'vigie-answer:'

const problemAnswer = z.object({ problem: z.enum(['missing', 'database', 'failed']), detail: z.string() })

export interface ToolQuestion {
  /** As people call it. */
  readonly tool: string
  /** How it is installed. */
  readonly install: string
  readonly argv: readonly [string, ...string[]]
  /** What it is asked to do, for people. */
  readonly verb: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Asks a tool through a script that answers with one line of JSON after a mark. Throws as `runTool`, `tool-missing` when a
 * library is not there, `database-unavailable`, and `action-refused` with what the tool said.
 */
export async function askTool<T>(
  site: ToolSite,
  { tool, install, argv, verb, env = {} }: ToolQuestion,
  shape: z.ZodType<T>,
  ctx: StepContext,
): Promise<T> {
  const { stdout, stderr, exitCode } = await runTool(site, argv, ctx, { env })
  const line = stdout.split('\n').findLast((one) => one.startsWith(answerMark))
  const told = lastLines(stderr || stdout) || `exit ${exitCode}`
  const refused = (): VigieError =>
    new VigieError('action-refused', unreadable({ tool, detail: told }), { hint: failedHint({ tool }) })
  if (line === undefined) throw refused()
  const answer = jsonIn(line.slice(answerMark.length))
  const problem = problemAnswer.safeParse(answer)
  if (!problem.success) {
    const parsed = shape.safeParse(answer)
    if (parsed.success) return parsed.data
    throw refused()
  }
  const { detail } = problem.data
  switch (problem.data.problem) {
    case 'missing':
      throw new VigieError('tool-missing', noLibrary({ tool, program: argv[0], detail }), {
        hint: noLibraryHint({ tool, install }),
      })
    case 'database':
      throw new VigieError('database-unavailable', noDatabase({ tool, detail }), { hint: noDatabaseHint({}) })
    case 'failed':
      throw new VigieError('action-refused', failed({ tool, verb, detail }), { hint: failedHint({ tool }) })
  }
}

/** PGOPTIONS for a limit on how long statements wait for a lock; libpq and node-postgres read it. */
export function lockLimit(lockTimeoutMs: number): Readonly<Record<string, string>> {
  return lockTimeoutMs > 0 ? { PGOPTIONS: `-c lock_timeout=${Math.round(lockTimeoutMs)}` } : {}
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
