import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import type { ContainerCommand, ContainerCommandResult } from '../../core/containers.ts'
import { converse } from './converse.ts'
import type { Engine } from './engine.ts'
import { EngineError } from './engine-error.ts'
import { streamCut } from './engine-texts.ts'

const made = z.object({ Id: z.string().regex(/^[0-9a-f]+$/) })
const ended = z.object({ Running: z.boolean(), ExitCode: z.number().nullish() })
/** The streams of a program close a moment before the engine knows its exit code. */
const exitCodeWithinMs = 30_000

/**
 * Runs a program in a running container: no terminal, every byte as it is, its own exit code. When the signal ends the
 * conversation, its input is closed; the engine knows no way to end the program itself.
 */
export async function execIn(
  engine: Engine,
  id: string,
  { argv, env = {}, user, ...streams }: ContainerCommand,
  signal: AbortSignal,
): Promise<ContainerCommandResult> {
  const what = `exec ${argv[0]}`
  const { Id } = await engine.ask(
    {
      method: 'POST',
      path: `/containers/${encodeURIComponent(id)}/exec`,
      body: {
        AttachStdin: streams.stdin !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
        Cmd: [...argv],
        Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
        ...(user !== undefined && { User: user }),
      },
      signal,
    },
    made,
  )
  const connection = await engine.upgrade({ path: `/exec/${Id}/start`, body: { Detach: false, Tty: false } })
  const said = await converse(connection, streams, what, signal)
  const until = performance.now() + exitCodeWithinMs
  for (;;) {
    const { Running, ExitCode } = await engine.ask({ path: `/exec/${Id}/json`, signal }, ended)
    if (!Running && typeof ExitCode === 'number') return { exitCode: ExitCode, ...said }
    if (performance.now() > until) throw new EngineError(streamCut({ what }))
    await wait(50, undefined, { signal })
  }
}
