import type { CommandResult, StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { Handover } from './handover.ts'

const failed = message<{ program: string; detail: string }>('backups.program-failed', {
  en: (p) => `${p.program} stopped in the middle of a backup: ${p.detail}`,
  fr: (p) => `${p.program} s'est arrêté au milieu d'une sauvegarde : ${p.detail}`,
})
const failedHint = message<{ program: string }>('backups.program-failed-hint', {
  en: (p) =>
    `Look at the free memory and disk of this machine and at its log (a process that takes too much is killed), try ${p.program} by itself, then start again.`,
  fr: (p) =>
    `Regardez la mémoire et le disque libres de cette machine et son journal (un processus trop gourmand est tué), essayez ${p.program} seul, puis recommencez.`,
})
export const throughProgramTexts = [failed, failedHint]

const maxDetail = 300

/** A program that did not end well: by its own fault, or by that of what it was given. */
export class ProgramFailed extends VigieError {
  /** What it wrote to its standard error last, or how it ended. */
  readonly detail: string

  constructor(program: string, detail: string) {
    super('backup-failed', failed({ program, detail }), { hint: failedHint({ program }) })
    this.name = 'ProgramFailed'
    this.detail = detail
  }
}

class NotWanted extends Error {}

export interface Passage {
  readonly argv: readonly [string, ...string[]]
  /** As people call the program. */
  readonly name: string
  /** Default: nothing. */
  readonly input?: AsyncIterable<Uint8Array>
}

/**
 * What a program makes of a stream, as it makes it: the program waits for whoever reads. Its last piece is given only when it
 * has ended well, so that no end is ever a false one. Throws `ProgramFailed`, and what `input` throws. Who stops reading ends it.
 */
export async function* throughProgram(ctx: StepContext, passage: Passage): AsyncGenerator<Uint8Array> {
  const { argv, name, input } = passage
  const pieces = new Handover()
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => undefined)
  const running = ctx
    .run({
      argv,
      timeoutMs: ctx.timeoutMs,
      isQuiet: true,
      ...(input !== undefined && { stdin: until(stopped.promise, input) }),
      onStdout: (piece) => pieces.give(piece),
    })
    .then((result) => judge(result, name))
    .then(
      () => pieces.end(),
      (error: unknown) => pieces.fail(error),
    )
  let last: Uint8Array | undefined
  try {
    for (let piece = await pieces.take(); piece !== undefined; piece = await pieces.take()) {
      if (last !== undefined) yield last
      last = piece
    }
    if (last !== undefined) yield last
  } finally {
    const reason = new NotWanted(`${name} is not waited for any more`)
    stopped.reject(reason)
    pieces.stop(reason)
    await running
  }
}

function judge(result: CommandResult, name: string): void {
  const { outcome, exitCode, signal, stderr } = result
  if (outcome === 'exited' && exitCode === 0) return
  const said = stderr.trim().split('\n').slice(-3).join(' · ').slice(-maxDetail)
  const how = outcome === 'exited' ? `exit ${exitCode}` : outcome === 'signaled' ? `${signal}` : outcome
  throw new ProgramFailed(name, said === '' ? how : `${said} (${how})`)
}

/** The pieces, until nobody wants them: a source that gives nothing for long does not hold up the end of its program. */
async function* until(stopped: Promise<never>, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]()
  let isOver = false
  try {
    for (;;) {
      const { done, value } = await Promise.race([pieces.next(), stopped])
      isOver = done === true
      if (isOver) return
      yield value
    }
  } finally {
    // Not waited for: it may hang, and whoever has it ends it.
    if (!isOver) pieces.return?.(undefined)?.then(undefined, () => undefined)
  }
}
