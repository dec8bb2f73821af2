import { stripVTControlCharacters } from 'node:util'
import type { CommandResult } from '../../core/context.ts'
import type { Verdict } from '../../core/verdict.ts'
import type { RunOptions } from './options.ts'
import { type Found, type Output, readNumber } from './output.ts'
import * as texts from './texts.ts'

export type RunSample =
  | { readonly outcome: 'no-folder'; readonly folder: string }
  | {
      readonly outcome: 'ran'
      readonly program: string
      readonly limitMs: number
      readonly result: CommandResult
      readonly gap: Output['gap']
      /** What became of each pattern; undefined where none was given. */
      readonly found: Readonly<Record<'matches' | 'lacks' | 'number', Found | undefined>>
    }

/** Judges how a command ended and, where patterns are given, what it said. */
export function judgeRun(sample: RunSample, wanted: RunOptions): Verdict {
  if (sample.outcome === 'no-folder') {
    const { folder } = sample
    return { status: 'error', reason: texts.noFolder({ folder }), remedy: texts.noFolderRemedy({ folder }) }
  }
  const { result } = sample
  const measurements = { duration_ms: result.durationMs, output_bytes: result.outputBytes }
  return unended(sample) ?? wrongEnd(result, wanted, measurements) ?? judgeOutput(sample, wanted, measurements)
}

type Ran = Extract<RunSample, { outcome: 'ran' }>
type Measured = Readonly<Record<string, number>>

/** The command gave no answer at all. */
function unended({ program, limitMs, result: { outcome, ending } }: Ran): Verdict | undefined {
  if (outcome === 'not-found') {
    const reason = texts.missing({ program })
    return { status: 'skipped', because: 'missing-tool', reason, remedy: texts.missingRemedy({ program }) }
  }
  if (outcome === 'not-permitted') {
    return { status: 'error', reason: texts.notPermitted({ program }), remedy: texts.notPermittedRemedy({ program }) }
  }
  if (outcome === 'timed-out') {
    const left = ending?.survivors.join(' ') ?? ''
    const end = left !== '' ? 'left' : ending?.isGroupEmpty ? 'group-empty' : 'found'
    const remedy = left === '' ? texts.endlessRemedy({}) : texts.leftRemedy({ left })
    return { status: 'error', reason: texts.endless({ limitMs, end, left }), remedy }
  }
  return undefined
}

function wrongEnd(
  { exitCode: code, signal, stdout, stderr }: CommandResult,
  { exitCodes }: RunOptions,
  measurements: Measured,
): Verdict | undefined {
  if (code === undefined) {
    const by = { signal: signal ?? '?' }
    return { status: 'fail', saw: 1, measurements, reason: texts.killed(by), remedy: texts.killedRemedy(by) }
  }
  if (exitCodes.includes(code)) return undefined
  const last = (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? ''
  const lastLine = stripVTControlCharacters(last)
    .replace(/[\p{Cc}\uFFFD]+/gu, ' ')
    .trim()
    .slice(0, 160)
  const reason = texts.wrongExit({ code, expected: exitCodes.join(', '), lastLine })
  return { status: 'fail', saw: 1, measurements, reason }
}

/** What is known to be wrong is said before what is not known. */
function judgeOutput(
  { result, gap, found }: Ran,
  { matches, lacks, number }: RunOptions,
  measurements: Measured,
): Verdict {
  const seen = { saw: 1, measurements }
  if (lacks !== undefined && found.lacks?.outcome === 'found') {
    return { status: 'fail', ...seen, reason: texts.holds({ pattern: lacks }) }
  }
  if (matches !== undefined && found.matches?.outcome === 'none') {
    return { status: 'fail', ...seen, reason: texts.lacks({ pattern: matches }) }
  }
  for (const [pattern, one] of [
    [lacks, found.lacks],
    [matches, found.matches],
    [number?.match, found.number],
  ] as const) {
    const reason = pattern === undefined ? undefined : openQuestion(pattern, one, gap, result.outputBytes)
    if (reason !== undefined) return { ...reason, measurements }
  }
  const { exitCode: code = 0, durationMs: ms } = result
  if (number === undefined) return { status: 'pass', ...seen, reason: texts.fine({ code, ms }) }
  // A number at the edge of a gap may be the beginning of a longer one.
  const value = gap === 'none' && found.number?.outcome === 'found' ? readNumber(found.number.group) : undefined
  if (value === undefined) return { ...noNumberIn(number.match, gap, result.outputBytes), measurements }
  return judgeNumber(value, number, { ...measurements, value }, ms)
}

type OpenQuestion = Extract<Verdict, { status: 'error' }>

function openQuestion(
  pattern: string,
  found: Found | undefined,
  gap: Output['gap'],
  bytes: number,
): OpenQuestion | undefined {
  if (found === undefined || found.outcome === 'unknown') return gapIn(gap, bytes)
  if (found.outcome !== 'too-slow') return undefined
  return { status: 'error', reason: texts.tooSlow({ pattern }), remedy: texts.tooSlowRemedy({}) }
}

function gapIn(gap: Output['gap'], bytes: number): OpenQuestion {
  return gap === 'binary'
    ? { status: 'error', reason: texts.notText({}), remedy: texts.notTextRemedy({}) }
    : { status: 'error', reason: texts.cut({ bytes }), remedy: texts.cutRemedy({}) }
}

function noNumberIn(pattern: string, gap: Output['gap'], bytes: number): OpenQuestion {
  if (gap !== 'none') return gapIn(gap, bytes)
  return { status: 'error', reason: texts.noNumber({ pattern }), remedy: texts.noNumberRemedy({}) }
}

function judgeNumber(
  value: number,
  { warnAbove, failAbove, warnBelow, failBelow }: NonNullable<RunOptions['number']>,
  measurements: Measured,
  ms: number,
): Verdict {
  const broken = (above: number | undefined, below: number | undefined): number | undefined =>
    above !== undefined && value > above ? above : below !== undefined && value < below ? below : undefined
  const seen = { saw: 1, measurements }
  const failed = broken(failAbove, failBelow)
  if (failed !== undefined) return { status: 'fail', ...seen, reason: texts.outOfRange({ value, limit: failed }) }
  const warned = broken(warnAbove, warnBelow)
  if (warned !== undefined) return { status: 'warn', ...seen, reason: texts.outOfRange({ value, limit: warned }) }
  return { status: 'pass', ...seen, reason: texts.fineNumber({ value, ms }) }
}
