import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { VigieError } from '../core/errors.ts'
import { passwordPath } from './compose-file.ts'
import type { Export } from './export-files.ts'
import { type GeneratedFile, marker } from './generated-file.ts'
import { notOurs, notOursHint, unwritable, unwritableHint } from './write-messages.ts'

export interface WrittenFile {
  readonly path: string
  readonly status: 'written' | 'unchanged' | 'kept'
}

interface Planned {
  readonly path: string
  readonly text: string
  readonly status: 'new' | 'written' | 'unchanged' | 'kept'
}

/** Readable for the users of the containers; secrets lie in a folder that only its owner may enter. */
const openMode = 0o644
const secretMode = 0o600
const secretFolder = 'secrets'

/**
 * Writes what changed. All is looked at before the first file is written: a file that is there and not ours is refused,
 * unless `isForced`. The password of Grafana is made once and never written over. Throws `usage`.
 */
export async function writeExport(
  dir: string,
  { files, secrets }: Export,
  isForced: boolean,
): Promise<readonly WrittenFile[]> {
  const known = secrets.flatMap(({ path, value }) => (value === undefined ? [] : [{ path, text: value }]))
  const planned = [
    ...(await Promise.all(files.map((file) => plan(dir, file, isMarked, isForced)))),
    ...(await Promise.all(known.map((file) => plan(dir, file, () => false, isForced)))),
  ]
  try {
    await mkdir(dir, { recursive: true })
    for (const file of planned) if (file.status === 'new' || file.status === 'written') await write(dir, file)
    const password = await keepPassword(join(dir, passwordPath))
    return [
      ...planned.map(({ path, status }) => ({ path, status: status === 'new' ? ('written' as const) : status })),
      { path: passwordPath, status: password },
    ]
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new VigieError('usage', unwritable({ dir, detail }), { hint: unwritableHint({}), cause: error })
  }
}

async function plan(
  dir: string,
  { path, text, isOptional }: GeneratedFile,
  isOurs: (present: string) => boolean,
  isForced: boolean,
): Promise<Planned> {
  const file = join(dir, path)
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new VigieError('usage', unwritable({ dir, detail: error.message }), {
      hint: unwritableHint({}),
      cause: error,
    })
  })
  if (found === undefined) return { path, text, status: 'new' }
  // A link may lead to a file of somebody else.
  const present = found.isFile() ? await readFile(file, 'utf8') : undefined
  if (present === text) return { path, text, status: 'unchanged' }
  if (present !== undefined && (isForced || isOurs(present))) return { path, text, status: 'written' }
  if (isOptional) return { path, text, status: 'kept' }
  throw new VigieError('usage', notOurs({ file }), { hint: notOursHint({}) })
}

function isMarked(present: string): boolean {
  return present.slice(0, 1000).includes(marker)
}

/** In its place: a container that has the file mounted sees what is written into it, not what takes its name. */
async function write(dir: string, { path, text, status }: Planned): Promise<void> {
  const file = join(dir, path)
  const isSecret = path.startsWith(`${secretFolder}/`)
  await mkdir(dirname(file), { recursive: true, mode: isSecret ? 0o700 : 0o755 })
  if (isSecret) await chmod(dirname(file), 0o700)
  await writeFile(file, text, { flag: status === 'new' ? 'wx' : 'w', mode: openMode })
  await chmod(file, openMode)
}

async function keepPassword(file: string): Promise<'written' | 'kept'> {
  try {
    const password = randomBytes(24).toString('base64url')
    await writeFile(file, `GF_SECURITY_ADMIN_USER=admin\nGF_SECURITY_ADMIN_PASSWORD=${password}\n`, {
      flag: 'wx',
      mode: secretMode,
    })
    return 'written'
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    if ((await lstat(file)).isFile()) await chmod(file, secretMode)
    return 'kept'
  }
}
