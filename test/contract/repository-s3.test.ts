import { after, before } from 'node:test'
import { s3Repository } from '../../src/integrations/s3/repository.ts'
import { testContext } from '../support/context.ts'
import { type S3Server, startS3 } from '../support/s3.ts'
import { repositoryContract } from './repository-contract.ts'

let server: S3Server
let count = 0
const ctx = testContext({ reveal: async (secret) => String(secret) })
before(async () => {
  server = await startS3()
  await server.makeBucket('backups')
})
after(async () => {
  await server?.stop()
  await ctx.close()
})

repositoryContract('a bucket', async () => {
  const { endpoint, accessKeyId, secretAccessKey } = server
  const given = { kind: 's3', bucket: 'backups', prefix: `of/${count++}`, endpoint, accessKeyId, secretAccessKey }
  return { options: given, open: () => s3Repository.open(s3Repository.options.parse(given), ctx) }
})
