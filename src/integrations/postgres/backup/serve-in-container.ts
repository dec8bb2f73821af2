import { join } from 'node:path'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { shellWord } from '../../../core/shell-word.ts'
import type { Engine } from '../../../platform/docker/engine.ts'
import { isGone } from '../../../platform/docker/engine-error.ts'
import { runHelper } from '../../../platform/docker/helper.ts'
import type { DrillPlace } from './drill-place.ts'
import { clusterIn, initFlags, logIn, serverFlags } from './drill-server.ts'
import { noImage, noImageHint } from './image-texts.ts'

/** As the container sees them. */
export const inside: DrillPlace = { data: '/vigie/data', sockets: '/vigie/sockets' }
/** A tenth of what other containers have: they come first. */
const cpuShares = 102
/** The exit code of a container whose image has no server; its standard error names what is missing. */
export const lacksPrograms = 90

/** Images have them in PATH, but for those that were made of packages. */
export const findPrograms = 'for one in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do PATH="$PATH:$one"; done'

/** Whose the folders are, and who the server runs as. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

export interface Running {
  readonly id: string
  /** Set when it has ended. */
  end: { readonly exitCode: number; readonly stderr: string } | undefined
  readonly ended: Promise<void>
}

export interface ServeSpec {
  readonly image: string
  readonly place: DrillPlace
  readonly identity: Identity
  readonly superuser: string
  readonly over: PromiseWithResolvers<void>
}

/**
 * Starts a server of an image in a container that lives until `over` is resolved, which it does itself when the server ends. Its
 * password lies in the data folder, with a passwd. Throws `tool-missing` when the image is not there, `EngineError`.
 */
export async function serveInContainer(engine: Engine, spec: ServeSpec, ctx: StepContext): Promise<Running> {
  const { image, place, identity, superuser, over } = spec
  const started = Promise.withResolvers<string>()
  const work = runHelper(
    engine,
    {
      ...{ image, volumes: [], cpuShares, user: `${identity.uid}:${identity.gid}`, onStarted: started.resolve },
      argv: ['sh', '-c', serving(superuser)],
      binds: [
        { here: place.data, at: inside.data, isReadOnly: false },
        { here: place.sockets, at: inside.sockets, isReadOnly: false },
        { here: join(place.data, 'passwd'), at: '/etc/passwd', isReadOnly: true },
      ],
      stdin: openUntil(over.promise),
      onStdout: async () => over.resolve(),
    },
    ctx.signal,
  )
  work.catch(started.reject)
  try {
    const running: Running = { id: await started.promise, end: undefined, ended: work.then(keep, keep) }
    function keep(end: unknown): void {
      running.end = isEnd(end) ? end : { exitCode: -1, stderr: String(end) }
    }
    return running
  } catch (error) {
    if (isGone(error))
      throw new VigieError('tool-missing', noImage({ image }), { hint: noImageHint({ image }), cause: error })
    throw error
  }
}

function isEnd(end: unknown): end is { exitCode: number; stderr: string } {
  return typeof end === 'object' && end !== null && 'exitCode' in end && 'stderr' in end
}

/**
 * Serves until its input closes, says on its output when that is over, and leaves nothing of the copy behind. What the server
 * said last goes to its standard error.
 */
function serving(superuser: string): string {
  const [cluster, log, word] = [clusterIn(inside.data), logIn(inside.data), join(inside.data, 'password')]
  const words = (all: readonly string[]): string => all.map(shellWord).join(' ')
  return `
    umask 077
    trap 'echo over' EXIT
    ${findPrograms}
    for one in initdb postgres pg_restore psql; do
      command -v "$one" > /dev/null || { echo "$one" >&2; exit ${lacksPrograms}; }
    done
    initdb ${words(initFlags(cluster, superuser, word))} > /dev/null || exit 1
    rm -f ${word}
    exec 3<&0
    postgres -D ${cluster} ${words(serverFlags(inside.sockets))} < /dev/null > ${log} 2>&1 &
    server=$!
    { cat <&3 > /dev/null; kill -QUIT "$server"; } 2> /dev/null &
    wait "$server"
    tail -n 20 ${log} >&2
    rm -rf ${cluster} ${log}`
}

// biome-ignore lint/correctness/useYield: an input that says nothing and stays open
async function* openUntil(over: Promise<void>): AsyncGenerator<Uint8Array> {
  await over
}
