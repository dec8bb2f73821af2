import { VigieError } from '../../core/errors.ts'
import type { Text } from '../../core/message.ts'

/** What the engine said no to, or that it said nothing. */
export class EngineError extends VigieError {
  /** The HTTP status of its refusal; undefined when it gave no answer. */
  readonly status: number | undefined

  constructor(text: Text, options: { status?: number; hint?: Text; cause?: unknown } = {}) {
    super(options.status === undefined ? 'no-answer' : 'action-refused', text, options)
    this.name = 'EngineError'
    this.status = options.status
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.status === 404
}

/** Something else has it: a container, of a volume. */
export function isHeld(error: unknown): boolean {
  return error instanceof EngineError && error.status === 409
}

/** What the engine, or whatever threw, said in words of its own. */
export function detailOf(error: unknown): string {
  if (error instanceof VigieError) {
    const { detail } = error.text.params
    return typeof detail === 'string' ? detail : error.text.code
  }
  return error instanceof Error ? error.message : String(error)
}
