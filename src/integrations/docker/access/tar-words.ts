export type Tar = 'gnu' | 'other'

/**
 * Names in their order and no times but that of the content, so that two archives differ only where files do. The default
 * names of extended headers hold the number of the process.
 */
const gnuRead = [
  '--create',
  '--file=-',
  '--format=posix',
  '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
  '--sort=name',
  '--numeric-owner',
  '--xattrs',
  '--acls',
  '--selinux',
  '--sparse',
  '--hole-detection=raw',
  '--one-file-system',
]
const gnuWrite = [
  '--extract',
  '--file=-',
  '--numeric-owner',
  '--same-owner',
  '--same-permissions',
  '--xattrs',
  '--xattrs-include=*',
  '--acls',
  '--selinux',
]

/** Writes all of a folder to standard output. */
export function readWords(tar: Tar, folder: string): readonly [string, ...string[]] {
  return tar === 'gnu' ? ['tar', ...gnuRead, `--directory=${folder}`, '.'] : ['tar', '-c', '-f', '-', '-C', folder, '.']
}

/** Fills a folder from standard input. */
export function writeWords(tar: Tar, folder: string): readonly [string, ...string[]] {
  return tar === 'gnu' ? ['tar', ...gnuWrite, `--directory=${folder}`] : ['tar', '-x', '-p', '-f', '-', '-C', folder]
}

/** Whose tar it is, by what `tar --version` says; undefined when that is no tar. */
export function tarOf(said: string): Tar | undefined {
  if (/GNU tar/.test(said)) return 'gnu'
  return /busybox|bsdtar|toybox|tar/i.test(said) ? 'other' : undefined
}
