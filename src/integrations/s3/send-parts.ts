import { BackupError } from '../../core/backup.ts'
import { attempt } from './attempt.ts'
import type { Target } from './kept.ts'
import { md5Of } from './part-request.ts'
import type { Part } from './parts-of.ts'
import { tooLarge, tooLargeHint } from './texts.ts'

/** A part that the store has. */
export interface Sent {
  readonly md5: Buffer
  /** What the store calls it. */
  readonly tag: string | undefined
}

/**
 * Sends the parts as they come, a few at once, each again by itself after a cut. When it throws nothing is on its way any
 * more.
 */
export async function sendParts(
  target: Target,
  upload: string,
  first: readonly Part[],
  rest: AsyncGenerator<Part, void, undefined>,
): Promise<readonly Sent[]> {
  const { bucket } = target
  const ending = new AbortController()
  const signal = AbortSignal.any([bucket.ctx.signal, ending.signal])
  const sent: Sent[] = []
  const inFlight = new Set<Promise<void>>()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  const onAbort = (): void => failed.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const begin = async ({ body, free }: Part): Promise<void> => {
    const index = sent.length
    if (index >= bucket.limits.mostParts) throw tooMany(target)
    const md5 = md5Of(body)
    sent.push({ md5, tag: undefined })
    const sending: Promise<void> = sendPart(target, upload, { number: index + 1, body, md5 }, signal)
      .then((tag) => {
        sent[index] = { md5, tag }
        free()
      }, failed.reject)
      .finally(() => inFlight.delete(sending))
    inFlight.add(sending)
    if (inFlight.size >= bucket.limits.inFlight) await Promise.race([...inFlight, failed.promise])
  }
  try {
    signal.throwIfAborted()
    for (const part of first) await begin(part)
    for (;;) {
      const next = await Promise.race([rest.next(), failed.promise])
      if (next.done) break
      await begin(next.value)
    }
    await Promise.race([Promise.all(inFlight), failed.promise])
    return sent
  } catch (error) {
    ending.abort()
    await Promise.all(inFlight)
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

interface Request {
  readonly number: number
  readonly body: Buffer
  readonly md5: Buffer
}

async function sendPart(
  { bucket, path, key }: Target,
  upload: string,
  { number, body, md5 }: Request,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { client, sdk, options } = bucket
  const answer = await attempt(
    bucket,
    { action: 's3:PutObject', path },
    (abortSignal) =>
      client.send(
        new sdk.UploadPartCommand({
          ...{ Bucket: options.bucket, Key: key, UploadId: upload, PartNumber: number },
          ...{ Body: body, ContentLength: body.length, ContentMD5: md5.toString('base64') },
        }),
        { abortSignal },
      ),
    signal,
  )
  return answer.ETag
}

function tooMany({ bucket, path }: Target): BackupError {
  const { place, options, limits } = bucket
  const text = tooLarge({ path, place, parts: limits.mostParts, partBytes: options.partBytes })
  return new BackupError('unreachable', text, { hint: tooLargeHint({}) })
}
