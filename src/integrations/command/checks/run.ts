import { resolve } from 'node:path'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { CommandResult } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import { argvOf, type CommandOptions } from '../options.ts'

const wrongExit = message<{ code: number; expected: string; lastLine: string }>('command.wrong-exit', {
  en: (p) => `exit code ${p.code}, expected ${p.expected}${p.lastLine === '' ? '' : `: ${p.lastLine}`}`,
  fr: (p) => `code de sortie ${p.code}, attendu ${p.expected}${p.lastLine === '' ? '' : ` : ${p.lastLine}`}`,
})
const killed = message<{ signal: string }>('command.killed', {
  en: (p) => `was ended by ${p.signal}`,
  fr: (p) => `a été arrêtée par ${p.signal}`,
})
const endless = message<{ ms: number }>('command.endless', {
  en: (p, f) => `could not tell: it did not end within ${f.duration(p.ms)}; its processes were ended`,
  fr: (p, f) => `indéterminé : elle n'a pas fini en ${f.duration(p.ms)} ; ses processus ont été arrêtés`,
})
const missing = message<{ program: string }>('command.missing', {
  en: (p) => `${p.program} is not installed`,
  fr: (p) => `${p.program} n'est pas installé`,
})
const notPermitted = message<{ program: string }>('command.not-permitted', {
  en: (p) => `could not tell: ${p.program} may not be run by this user`,
  fr: (p) => `indéterminé : cet utilisateur ne peut pas lancer ${p.program}`,
})
const lacks = message<{ pattern: string }>('command.lacks', {
  en: (p) => `its output does not match /${p.pattern}/`,
  fr: (p) => `sa sortie ne correspond pas à /${p.pattern}/`,
})
const holds = message<{ pattern: string }>('command.holds', {
  en: (p) => `its output matches /${p.pattern}/, which it must not`,
  fr: (p) => `sa sortie correspond à /${p.pattern}/, ce qui est interdit`,
})
const cut = message<{ bytes: number }>('command.cut', {
  en: (p, f) => `could not tell: it wrote ${f.bytes(p.bytes)}, and what was kept does not answer the question`,
  fr: (p, f) => `indéterminé : elle a écrit ${f.bytes(p.bytes)}, et la partie gardée ne répond pas à la question`,
})
const noNumber = message<{ pattern: string }>('command.no-number', {
  en: (p) => `could not tell: no number at /${p.pattern}/ in its output`,
  fr: (p) => `indéterminé : aucun nombre en /${p.pattern}/ dans sa sortie`,
})
const outOfRange = message<{ value: number; limit: number }>('command.out-of-range', {
  en: (p, f) => `gives ${f.number(p.value, 3)}, limit ${f.number(p.limit, 3)}`,
  fr: (p, f) => `donne ${f.number(p.value, 3)}, limite ${f.number(p.limit, 3)}`,
})
const fine = message<{ code: number; ms: number }>('command.fine', {
  en: (p, f) => `exit code ${p.code} in ${f.duration(p.ms)}`,
  fr: (p, f) => `code de sortie ${p.code} en ${f.duration(p.ms)}`,
})

const options = z.strictObject({
  exitCodes: z.array(z.number().int().min(0).max(255)).min(1).default([0]),
  /** Regular expressions that standard output must, and must not, match. */
  matches: z.string().optional(),
  lacks: z.string().optional(),
  /** A number in the output: the first group of `match`, with its limits. */
  number: z
    .strictObject({
      match: z.string(),
      warnAbove: z.number().optional(),
      failAbove: z.number().optional(),
      warnBelow: z.number().optional(),
      failBelow: z.number().optional(),
    })
    .optional(),
})

export interface Sample {
  readonly program: string
  readonly result: CommandResult
}

/** Any command as a check: exit code, what its output says, a number in it. */
export const runCheck = defineCheck<CommandOptions>()({
  kind: 'command-run',
  summary: message('command.run-summary', {
    en: () => 'the command ends as it should',
    fr: () => 'la commande se termine comme prévu',
  }),
  options,
  cadence: 'daily',
  criticality: 'important',
  timeoutMs: 60_000,
  messages: [wrongExit, killed, endless, missing, notPermitted, lacks, holds, cut, noNumber, outOfRange, fine],
  probe: async (component, _, ctx): Promise<Sample> => {
    const { cwd, env } = component.options
    const revealed = await Promise.all(
      Object.entries(env).map(async ([name, value]) => [name, await ctx.reveal(value)]),
    )
    const argv = argvOf(component.options)
    // A little less than the step's own limit, so that the command's end is still told by us.
    const timeoutMs = ctx.timeoutMs * 0.9
    const result = await ctx.run({
      argv,
      cwd: resolve(ctx.baseDir, cwd ?? '.'),
      env: Object.fromEntries(revealed),
      timeoutMs,
    })
    return { program: argv[0] === 'sh' ? (argv[2] ?? 'sh') : argv[0], result }
  },
  judge: ({ program, result }, { exitCodes, matches, lacks: mustLack, number }) => {
    const { outcome, exitCode, stdout, stderr, durationMs } = result
    if (outcome === 'not-found') return { status: 'skipped', because: 'missing-tool', reason: missing({ program }) }
    if (outcome === 'not-permitted') return { status: 'error', reason: notPermitted({ program }) }
    if (outcome === 'timed-out') return { status: 'error', reason: endless({ ms: durationMs }) }
    const measurements = { duration_ms: durationMs, output_bytes: result.outputBytes }
    const seen = { saw: 1, measurements }
    if (outcome === 'signaled' || exitCode === undefined) {
      return { status: 'fail', ...seen, reason: killed({ signal: result.signal ?? '?' }) }
    }
    if (!exitCodes.includes(exitCode)) {
      const lastLine = (stderr.trim() || stdout.trim()).split('\n').at(-1)?.slice(0, 160) ?? ''
      return {
        status: 'fail',
        ...seen,
        reason: wrongExit({ code: exitCode, expected: exitCodes.join(', '), lastLine }),
      }
    }
    const isCut = result.isTruncated
    if (mustLack !== undefined && new RegExp(mustLack).test(stdout))
      return { status: 'fail', ...seen, reason: holds({ pattern: mustLack }) }
    const isMissing = matches !== undefined && !new RegExp(matches).test(stdout)
    if (isCut && (isMissing || mustLack !== undefined))
      return { status: 'error', reason: cut({ bytes: result.outputBytes }), measurements }
    if (isMissing) return { status: 'fail', ...seen, reason: lacks({ pattern: matches }) }
    if (number === undefined) return { status: 'pass', ...seen, reason: fine({ code: exitCode, ms: durationMs }) }
    const value = Number(new RegExp(number.match).exec(stdout)?.[1] ?? Number.NaN)
    if (!Number.isFinite(value)) return { status: 'error', reason: noNumber({ pattern: number.match }), measurements }
    const known = { saw: 1, measurements: { ...measurements, value } }
    const limit = (above: number | undefined, below: number | undefined): number | undefined =>
      above !== undefined && value > above ? above : below !== undefined && value < below ? below : undefined
    const failed = limit(number.failAbove, number.failBelow)
    if (failed !== undefined) return { status: 'fail', ...known, reason: outOfRange({ value, limit: failed }) }
    const warned = limit(number.warnAbove, number.warnBelow)
    if (warned !== undefined) return { status: 'warn', ...known, reason: outOfRange({ value, limit: warned }) }
    return { status: 'pass', ...known, reason: fine({ code: exitCode, ms: durationMs }) }
  },
})
