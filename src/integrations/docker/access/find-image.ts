import * as z from 'zod'
import { VigieError } from '../../../core/errors.ts'
import type { Engine } from '../../../platform/docker/engine.ts'
import { EngineError, isGone } from '../../../platform/docker/engine-error.ts'
import { runHelper } from '../../../platform/docker/helper.ts'
import { noImage, noImageHint, noTar, noTarHint } from './access-texts.ts'
import { type Tar, tarOf } from './tar-words.ts'

const image = z.object({ Id: z.string() })
const images = z.array(z.object({ RepoTags: z.array(z.string()).nullish() }))
/** Small ones that people have: those with GNU tar first. */
const wellKnown = /^(?:docker\.io\/)?(?:library\/)?(debian|ubuntu|alpine|busybox)(?::|$)/
const wellKnownOrder = ['debian', 'ubuntu', 'alpine', 'busybox']
/** Trying one costs a container. */
const maxTried = 8

/**
 * The image to read a volume with: the one that was named, else one with GNU tar among those of the containers that have
 * the volume and the well-known ones that are here, else any with a tar. None is ever pulled. Throws `tool-missing`.
 */
export async function findImage(
  engine: Engine,
  {
    named,
    used,
    volume,
  }: { readonly named: string | undefined; readonly used: readonly string[]; readonly volume: string },
  signal: AbortSignal,
): Promise<{ readonly image: string; readonly tar: Tar }> {
  if (named !== undefined && !(await isHere(engine, named, signal)))
    throw new VigieError('tool-missing', noImage({ image: named }), { hint: noImageHint({ image: named }) })
  const candidates = named === undefined ? [...new Set([...used, ...(await localOnes(engine, signal))])] : [named]
  let other: { readonly image: string; readonly tar: Tar } | undefined
  const tried: string[] = []
  for (const candidate of candidates.slice(0, maxTried)) {
    tried.push(candidate)
    const tar = await tarIn(engine, candidate, signal)
    if (tar === 'gnu') return { image: candidate, tar }
    if (tar !== undefined) other ??= { image: candidate, tar }
  }
  if (other !== undefined) return other
  throw new VigieError('tool-missing', noTar({ volume, tried }), { hint: noTarHint({}) })
}

async function isHere(engine: Engine, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    await engine.ask({ path: `/images/${name.split('/').map(encodeURIComponent).join('/')}/json`, signal }, image)
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

async function localOnes(engine: Engine, signal: AbortSignal): Promise<readonly string[]> {
  const tags = (await engine.ask({ path: '/images/json', signal }, images)).flatMap(({ RepoTags }) => RepoTags ?? [])
  const orderOf = (tag: string): number => wellKnownOrder.indexOf(wellKnown.exec(tag)?.[1] ?? '')
  return tags.filter((tag) => orderOf(tag) >= 0).toSorted((a, b) => orderOf(a) - orderOf(b))
}

async function tarIn(engine: Engine, candidate: string, signal: AbortSignal): Promise<Tar | undefined> {
  try {
    const said = await runHelper(engine, { image: candidate, argv: ['tar', '--version'], volumes: [] }, signal)
    return tarOf(`${said.stdout}${said.stderr}`)
  } catch (error) {
    // The image has no tar, or went away.
    if (error instanceof EngineError && error.status !== undefined) return undefined
    throw error
  }
}
