import type { NotRemoved } from '../../core/repository.ts'
import { type Bucket, keyOf } from './bucket.ts'
import { deleteObjects } from './delete-objects.ts'
import { bucketLock, lockOf } from './locks.ts'

/** "DeleteObjects" of the S3 API reference. */
const mostAtOnce = 1000
const looksAtOnce = 8

/**
 * Removes objects, a thousand at once. What an object lock still keeps is left as it is and named: a delete would hide it,
 * and free nothing. In a bucket that keeps versions a delete marker counts as removed: when the store lets the versions
 * behind it go is up to the bucket's own rules.
 */
export async function remove(bucket: Bucket, paths: readonly string[]): Promise<readonly NotRemoved[]> {
  const all = [...new Set(paths)]
  // A path that breaks the rule is found before anything is removed.
  for (const path of all) keyOf(bucket, path)
  if (all.length === 0) return []
  const kept = (await bucketLock(bucket)) === 'none' ? [] : await locked(bucket, all)
  const names = new Set(kept.map(({ path }) => path))
  const free = all.filter((path) => !names.has(path))
  for (let at = 0; at < free.length; at += mostAtOnce)
    kept.push(...(await deleteObjects(bucket, free.slice(at, at + mostAtOnce))))
  return kept
}

async function locked(bucket: Bucket, paths: readonly string[]): Promise<NotRemoved[]> {
  const kept: NotRemoved[] = []
  for (let at = 0; at < paths.length; at += looksAtOnce) {
    const some = paths.slice(at, at + looksAtOnce)
    const locks = await Promise.all(some.map((path) => lockOf(bucket, path)))
    for (const [index, path] of some.entries()) {
      const lock = locks[index]
      if (lock !== undefined) kept.push({ path, ...lock })
    }
  }
  return kept
}
