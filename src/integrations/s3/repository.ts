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
  open: async (options, ctx) => {
    const { openBucket } = await import('./open-bucket.ts')
    return openBucket(options, ctx)
  },
})
