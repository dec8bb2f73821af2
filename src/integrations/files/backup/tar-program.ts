import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'

const noTar = message('files.no-tar', {
  en: () => 'No tar was found that can do it: GNU tar or bsdtar pack a tree of files, that of busybox only unpacks it',
  fr: () =>
    "Aucun tar capable n'a été trouvé : GNU tar ou bsdtar empaquettent une arborescence, celui de busybox ne fait que déballer",
})
const noTarHint = message('files.no-tar-hint', {
  en: () => 'Install GNU tar: apt-get install tar, or apk add tar',
  fr: () => 'Installez GNU tar : apt-get install tar, ou apk add tar',
})
export const tarProgramTexts = [noTar, noTarHint]

export interface TarProgram {
  readonly kind: 'gnu' | 'bsd' | 'busybox'
  readonly command: readonly [string, ...string[]]
}

/** In the order of what they can do: GNU tar keeps holes, attributes and access lists, and tells what changed under it. */
const candidates: readonly (readonly [string, ...string[]])[] = [
  ['tar'],
  ['gtar'],
  ['gnutar'],
  ['bsdtar'],
  ['busybox', 'tar'],
]
const kinds = [
  ['gnu', /GNU tar/],
  ['bsd', /bsdtar|libarchive/],
  ['busybox', /busybox/i],
] as const

/**
 * The best tar of this machine. That of busybox unpacks, with times in whole seconds; it packs nothing for us: not every one
 * takes a list of names, and none takes a name with a line end. Throws `tool-missing`.
 */
export async function findTar(ctx: StepContext, work: 'pack' | 'unpack'): Promise<TarProgram> {
  const found: TarProgram[] = []
  for (const command of candidates) {
    const { outcome, stdout, stderr } = await ctx.run({
      argv: [...command, '--version'],
      env: plainEnv,
      timeoutMs: 20_000,
    })
    if (outcome !== 'exited') continue
    const [kind] = kinds.find(([, words]) => words.test(`${stdout}\n${stderr}`)) ?? []
    if (kind === 'gnu') return { kind, command }
    if (kind !== undefined && !(kind === 'busybox' && work === 'pack')) found.push({ kind, command })
  }
  const [best] = found
  if (best === undefined) throw new VigieError('tool-missing', noTar({}), { hint: noTarHint({}) })
  return best
}

/** What tar says is read, so that it must be said in one language, with names as bytes. */
export const plainEnv = { LC_ALL: 'C' } as const

/** Names of pax are UTF-8 to bsdtar, which must be able to say them; one that is none, packed by another tar, it refuses. */
export function unpackingEnv({ kind }: TarProgram): Readonly<Record<string, string>> {
  return kind === 'bsd' ? { LC_ALL: 'C.UTF-8' } : plainEnv
}

/**
 * Packs what it is told by name, in that order and without times that change by being looked at: equal trees give equal bytes.
 * @param isWaitedFor each entry comes out as soon as it is packed, not when a lot of them are.
 */
export function packingArgv(
  { kind, command }: TarProgram,
  root: string,
  isWaitedFor = false,
): readonly [string, ...string[]] {
  if (kind === 'bsd') {
    return [...command, '-c', '--format', 'pax', '--numeric-owner', '-n', '--null', '-f', '-', '-C', root, '-T', '-']
  }
  return [
    ...command,
    '--create',
    '--file=-',
    '--format=posix',
    ...(isWaitedFor ? ['--blocking-factor=1'] : []),
    '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
    '--numeric-owner',
    '--xattrs',
    '--acls',
    '--sparse',
    '--no-recursion',
    '--null',
    '--verbatim-files-from',
    '--quoting-style=escape',
    `--directory=${root}`,
    '--files-from=-',
  ]
}

/** Unpacks into a folder; owners only when we may give files away. */
export function unpackingArgv({ kind, command }: TarProgram, folder: string): readonly [string, ...string[]] {
  const isRoot = process.getuid?.() === 0
  if (kind === 'busybox') {
    return [...command, '-x', '-p', ...(isRoot ? ['--numeric-owner'] : ['-o']), '-f', '-', '-C', folder]
  }
  if (kind === 'bsd') {
    return [...command, '-x', '-p', '--numeric-owner', ...(isRoot ? ['--same-owner'] : ['-o']), '-f', '-', '-C', folder]
  }
  return [
    ...command,
    '--extract',
    '--file=-',
    '--preserve-permissions',
    '--numeric-owner',
    ...(isRoot ? ['--same-owner', '--xattrs-include=*'] : ['--no-same-owner']),
    '--xattrs',
    '--acls',
    '--quoting-style=escape',
    '--warning=no-timestamp',
    `--directory=${folder}`,
  ]
}
