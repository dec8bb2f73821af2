import { message } from '../../core/message.ts'
import { defineRepository } from '../../core/repository.ts'
import { s3Options } from './options.ts'
import { s3Texts } from './texts.ts'

const summary = message('s3.summary', {
  en: () => 'a bucket of Amazon S3, or of a store that speaks as it does',
  fr: () => "un compartiment (bucket) d'Amazon S3, ou d'un stockage compatible",
})

/** Backups as objects of a bucket. In a bucket that keeps versions, what is removed is hidden, and the store keeps it. */
export const s3Repository = defineRepository({
  kind: 's3',
  summary,
  options: s3Options,
  messages: [summary, ...s3Texts],
  named: (place) => s3Options.safeParse(optionsNamed(place)).data,
  open: async (options, ctx) => {
    const { openBucket } = await import('./open-bucket.ts')
    return openBucket(options, ctx)
  },
})

/** `s3://bucket/prefix`; the store is that of `AWS_ENDPOINT_URL_S3`, or Amazon's. */
function optionsNamed(place: string): object | undefined {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)(?:\/(.+?))?\/?$/.exec(place) ?? []
  if (bucket === undefined) return undefined
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']
  return { kind: 's3', bucket, ...(prefix !== undefined && { prefix }), ...(endpoint !== undefined && { endpoint }) }
}
