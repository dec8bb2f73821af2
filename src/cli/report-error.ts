import { relative } from 'node:path'
import { ConfigError } from '../config/load-system.ts'
import { errorCodes, VigieError } from '../core/errors.ts'
import type { Text } from '../core/message.ts'
import { createRedactor } from '../core/redact.ts'
import { redactedText } from '../engine/redacted-text.ts'
import type { Output } from './output.ts'
import { unexpected, unexpectedHint } from './texts.ts'

/**
 * Says what failed, on what, why and what to do next; in JSON mode as `{ "error": … }` on standard output. Gives the exit
 * code.
 */
export function reportError(error: unknown, output: Output, signal: AbortSignal): number {
  if (signal.aborted) return errorCodes.canceled.exit
  const known = error instanceof VigieError ? error : internalError(error)
  // Whatever was thrown may quote what it could not work with.
  const redactor = createRedactor()
  const told = (text: Text): string => output.text(redactedText(text, redactor))
  const message = told(known.text)
  const hint = known.hint === undefined ? null : told(known.hint)
  const problems = (known instanceof ConfigError ? known.problems : []).map((problem) => ({
    path: problem.path,
    message: told(problem.text),
    hint: problem.hint === undefined ? null : told(problem.hint),
    line: problem.place?.line ?? null,
    column: problem.place?.column ?? null,
  }))
  if (output.settings.isJson) {
    output.json({ error: { code: known.code, message, hint, ...(problems.length > 0 && { problems }) } })
  } else {
    process.stderr.write(`${output.status('fail')} ${message}\n`)
    for (const problem of problems) {
      const where =
        problem.line === null || !(known instanceof ConfigError) ? '' : `${whereOf(known.file)}:${problem.line}: `
      process.stderr.write(`  ${where}${problem.path || '.'}: ${problem.message}\n`)
      if (problem.hint !== null) process.stderr.write(`    → ${problem.hint}\n`)
    }
    if (hint !== null) process.stderr.write(`  → ${hint}\n`)
  }
  if (process.env['VIGIE_DEBUG'] !== undefined)
    process.stderr.write(`${redactor.redact(String(error instanceof Error ? error.stack : error))}\n`)
  return errorCodes[known.code].exit
}

/** A file as a terminal can open it: short where it is near. */
function whereOf(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') ? file : near
}

function internalError(error: unknown): VigieError {
  const detail = error instanceof Error ? error.message : String(error)
  return new VigieError('internal', unexpected({ detail }), { hint: unexpectedHint({}), cause: error })
}
