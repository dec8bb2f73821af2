import type { CommandResult } from '../../src/core/context.ts'

/** A command that ended well and said nothing, but for what `over` says. */
export function commandResult(over: Partial<CommandResult> = {}): CommandResult {
  return {
    outcome: 'exited',
    exitCode: 0,
    signal: undefined,
    stdout: '',
    stderr: '',
    outputBytes: 0,
    isTruncated: false,
    isBinary: false,
    durationMs: 1,
    ...over,
  }
}
