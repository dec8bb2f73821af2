import type { StepContext } from '../../../core/context.ts'
import type { Engine } from '../../../platform/docker/engine.ts'
import { EngineError } from '../../../platform/docker/engine-error.ts'
import { runHelper } from '../../../platform/docker/helper.ts'
import { inspectVolume } from '../../../platform/docker/volumes.ts'
import { volumeGone } from '../volume-texts.ts'
import { checkTar } from './tar-result.ts'
import { readWords, type Tar, writeWords } from './tar-words.ts'
import { postgresDepth, type VolumeAccess } from './volume-access.ts'

const mountedAt = '/vigie-volume'

/** Reading and writing by the tar of an image, in a container of its own for each piece of work. */
export function accessInHelper(engine: Engine, image: string, tar: Tar, ctx: StepContext): VolumeAccess {
  const run = async (
    name: string,
    argv: readonly [string, ...string[]],
    more: { readonly stdin?: AsyncIterable<Uint8Array>; readonly onStdout?: (piece: Uint8Array) => Promise<void> } = {},
    isReadOnly = true,
  ) => {
    // The engine would make one that is not there, and an empty volume would pass for the one that was meant.
    if ((await inspectVolume(engine, name, ctx.signal)) === undefined) throw volumeGone(name)
    const volumes = [{ name, at: mountedAt, isReadOnly }]
    return runHelper(engine, { image, argv, volumes, ...more }, ctx.signal)
  }
  return {
    by: image,
    isHere: false,
    tar,
    read: async (name, onStdout) => {
      const result = await run(name, readWords(tar, mountedAt), { onStdout })
      checkTar(result, 'read', name)
      return result.stderr
    },
    write: async (name, stdin) => {
      checkTar(await run(name, writeWords(tar, mountedAt), { stdin }, false), 'write', name)
    },
    clear: async (name) => {
      const argv = ['find', mountedAt, '-mindepth', '1', '-maxdepth', '1', '-exec', 'rm', '-rf', '{}', ';'] as const
      checkTar(await run(name, argv, {}, false), 'write', name)
    },
    hasPostgres: async (name) => {
      try {
        const found = await run(name, ['find', mountedAt, '-maxdepth', String(postgresDepth), '-name', 'PG_VERSION'])
        return found.exitCode === 0 ? found.stdout.trim() !== '' : undefined
      } catch (error) {
        // An image without `find`: the copy itself looks again.
        if (error instanceof EngineError && error.status !== undefined) return undefined
        throw error
      }
    },
    freeBytes: async () => undefined,
  }
}
