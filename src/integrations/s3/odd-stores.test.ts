import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { afterEach, describe, test } from 'node:test'
import { certificateFor } from '../../../test/support/bad-servers.ts'
import { testContext } from '../../../test/support/context.ts'
import { allOf, bytesFrom, piecesOf } from '../../../test/support/pieces.ts'
import { refusal, type ToldAnswer, type ToldRequest, type ToldS3, toldS3 } from '../../../test/support/told-s3.ts'
import { BackupError } from '../../core/backup.ts'
import type { Repository } from '../../core/repository.ts'
import { tcpAddress } from '../../platform/tcp-address.ts'
import { defaultLimits } from './bucket.ts'
import { openBucket } from './open-bucket.ts'
import { s3Options } from './options.ts'

const limits = { ...defaultLimits, patienceMs: 1500, firstPatienceMs: 500, pauseMs: { first: 10, most: 50 } }
const partBytes = 5 * 1024 ** 2
const modified = { 'last-modified': 'Sat, 21 Nov 2026 20:00:00 GMT' }
const content = Buffer.from('what was sent')
const md5 = createHash('md5').update(content).digest('hex')
const otherTag = `"${'0'.repeat(32)}"`

describe('a store with ways of its own', () => {
  const ctx = testContext({ reveal: async (secret) => String(secret) })
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  const open = async (
    answer: (request: ToldRequest) => ToldAnswer | undefined,
    given: Record<string, unknown> = {},
  ): Promise<{ repository: Repository; store: ToldS3 }> => {
    const store = await toldS3(answer)
    ends.push(store.close)
    const keys = { accessKeyId: 'AKTOLD', secretAccessKey: 'secretThatIsTold' }
    const options = s3Options.parse({
      kind: 's3',
      bucket: 'told',
      endpoint: store.endpoint,
      ...keys,
      partBytes,
      ...given,
    })
    const repository = await openBucket(options, ctx, limits)
    ends.push(repository.close)
    return { repository, store }
  }
  /** An object of the store, with what HEAD and GET say of it. */
  const has =
    (body: Buffer, headers: Record<string, string>) =>
    ({ method }: ToldRequest): ToldAnswer | undefined => {
      if (method === 'PUT') return { headers }
      return method === 'HEAD' || method === 'GET' ? { body, headers: { ...modified, ...headers } } : undefined
    }
  const onObject =
    (answer: (request: ToldRequest) => ToldAnswer | undefined) =>
    (request: ToldRequest): ToldAnswer | undefined =>
      request.key === '' ? undefined : answer(request)
  const count = ({ requests }: ToldS3, method: string): number =>
    requests.filter((one) => one.method === method && one.key !== '').length

  test('what is sent has its MD5, its storage class, the token of the session, and no checksum that others do not know', async () => {
    const given = { sessionToken: 'tokenOfTheSession', storageClass: 'STANDARD_IA' }
    const { repository, store } = await open(onObject(has(content, { etag: `"${md5}"` })), given)
    await repository.put('a/b', piecesOf(content))
    const put = store.requests.find(({ method }) => method === 'PUT')
    assert.equal(put?.headers['content-md5'], Buffer.from(md5, 'hex').toString('base64'))
    assert.equal(put?.headers['x-amz-storage-class'], 'STANDARD_IA')
    assert.equal(put?.headers['x-amz-security-token'], 'tokenOfTheSession')
    assert.equal(put?.headers['x-amz-content-sha256'], createHash('sha256').update(content).digest('hex'))
    assert.deepEqual(
      Object.keys(put?.headers ?? {}).filter((name) => /checksum|trailer|encoding/.test(name)),
      [],
    )
    assert.equal(count(store, 'GET'), 0)
  })

  test('an ETag that is not the MD5 is believed when all of it reads back the same', async () => {
    const { repository, store } = await open(onObject(has(content, { etag: otherTag })))
    assert.equal((await repository.put('a/b', piecesOf(content))).bytes, content.length)
    assert.equal(count(store, 'GET'), 1)
  })

  test('an ETag that the store says is of its own encryption is not looked at', async () => {
    const headers = { etag: otherTag, 'x-amz-server-side-encryption': 'aws:kms' }
    const { repository, store } = await open(onObject(has(content, headers)))
    await repository.put('a/b', piecesOf(content))
    assert.equal(count(store, 'GET'), 0)
  })

  test('what the store keeps otherwise than it was sent is found and taken away', async () => {
    const spoiled = Buffer.from('what was sEnt')
    const { repository, store } = await open(onObject(has(spoiled, { etag: otherTag })))
    await assert.rejects(repository.put('a/b', piecesOf(content)), isFailure('checksum', 's3.differs'))
    assert.equal(count(store, 'DELETE'), 1)
  })

  test('what the store keeps with another size is found and taken away', async () => {
    const framed = Buffer.concat([Buffer.from('d;chunk-signature\r\n'), content])
    const { repository, store } = await open(onObject(has(framed, { etag: `"${md5}"` })))
    await assert.rejects(repository.put('a/b', piecesOf(content)), isFailure('checksum', 's3.differs'))
    assert.equal(count(store, 'DELETE'), 1)
  })

  test('what somebody else puts there at once is not taken away', async () => {
    for (const tag of [`"${md5}"`, otherTag]) {
      const theirs = has(Buffer.from('theirs'), { etag: `"${'1'.repeat(32)}"` })
      const { repository, store } = await open(
        onObject((request) => (request.method === 'PUT' ? { headers: { etag: tag } } : theirs(request))),
      )
      const writing = repository.put('a/b', piecesOf(content))
      if (tag === otherTag) await assert.rejects(writing, isFailure('checksum', 's3.overwritten'))
      else assert.equal((await writing).bytes, content.length)
      assert.equal(count(store, 'DELETE'), 0)
    }
  })

  test('an answer that was lost does not make a done upload fail, and one that was not done does', async () => {
    for (const then of ['done', 'nothing', 'older']) {
      const bodies: Buffer[] = []
      let completions = 0
      const { repository, store } = await open(
        onObject((request) => {
          const { method, query, body } = request
          if (method === 'POST' && query.has('uploads'))
            return { body: '<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>' }
          if (method === 'PUT') {
            bodies[Number(query.get('partNumber')) - 1] = body
            return { headers: { etag: '"part"' } }
          }
          if (method === 'POST') return completions++ === 0 ? { cutAfter: -1 } : refusal('NoSuchUpload', 404)
          if (method === 'DELETE') return { status: 204 }
          if (then === 'older') return has(content, { etag: `"${md5}"` })(request)
          if (then === 'nothing') return method === 'HEAD' ? { status: 404 } : refusal('NoSuchKey', 404)
          const hashes = bodies.map((one) => createHash('md5').update(one).digest())
          const tag = createHash('md5').update(Buffer.concat(hashes)).digest('hex')
          return { body: Buffer.concat(bodies), headers: { ...modified, etag: `"${tag}-${bodies.length}"` } }
        }),
      )
      const writing = repository.put('a/b', bytesFrom(1, 3 * partBytes))
      if (then === 'done') assert.equal((await writing).bytes, 3 * partBytes)
      else await assert.rejects(writing, isFailure('unreachable', 's3.no-answer'))
      // The upload was taken back; what was there before was not.
      assert.equal(
        store.requests.filter(({ method, query }) => method === 'DELETE' && !query.has('uploadId')).length,
        0,
      )
    }
  })

  test('an object that the store took and does not have is told', async () => {
    const { repository } = await open(() => undefined)
    await assert.rejects(repository.put('a/b', piecesOf(content)), isFailure('checksum', 's3.differs'))
  })

  test('a store that is too busy is asked again, and told when it stays so', async () => {
    let times = 0
    const { repository } = await open(
      onObject((request) =>
        request.method === 'PUT' && times++ < 3
          ? refusal('SlowDown', 503)
          : has(content, { etag: `"${md5}"` })(request),
      ),
    )
    await repository.put('a/b', piecesOf(content))
    assert.equal(times, 4)
    const busy = await open(onObject(({ method }) => (method === 'PUT' ? refusal('SlowDown', 503) : undefined)))
    await assert.rejects(busy.repository.put('a/b', piecesOf(content)), isFailure('unreachable', 's3.busy'))
  })

  test('a page of something else is no empty bucket', async () => {
    const page = { body: '<html><body><h1>Welcome</h1></body></html>', headers: { 'content-type': 'text/html' } }
    await assert.rejects(
      open(() => page),
      isFailure('unreachable', 's3.strange'),
    )
    await assert.rejects(
      open(() => ({ body: 'hello' })),
      isFailure('unreachable', 's3.strange'),
    )
    await assert.rejects(
      open(() => ({ status: 404, ...page })),
      isFailure('unreachable', 's3.no-bucket'),
    )
    let isOpen = false
    const { repository } = await open(() => (isOpen ? page : undefined))
    isOpen = true
    const isStrange = isFailure('unreachable', 's3.strange')
    await assert.rejects(async () => {
      for await (const _ of repository.list('')) assert.fail('nothing is there')
    }, isStrange)
    await assert.rejects(repository.remove(['a/b']), isStrange)
    await assert.rejects(repository.tidy(new Date()), isStrange)
  })

  test('a list that has no end is not followed for ever', async () => {
    let isOpen = false
    const { repository } = await open(({ query }) =>
      isOpen && query.has('list-type')
        ? {
            body: '<ListBucketResult><Name>told</Name><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>',
          }
        : undefined,
    )
    isOpen = true
    await assert.rejects(
      async () => {
        for await (const _ of repository.list('')) assert.fail('nothing is there')
      },
      isFailure('unreachable', 's3.strange'),
    )
  })

  test('where several cannot be removed at once they go one by one, and each refusal is told', async () => {
    const { repository, store } = await open(({ method, key }) => {
      if (method === 'POST') return refusal('NotImplemented', 501)
      return method === 'DELETE' && key === 'a/two' ? refusal('AccessDenied', 403) : undefined
    })
    const kept = await repository.remove(['a/one', 'a/two', 'a/three'])
    assert.deepEqual(
      kept.map(({ path, reason }) => [path, reason.code]),
      [['a/two', 's3.not-removed']],
    )
    assert.equal(count(store, 'DELETE'), 3)
    assert.ok(store.requests.find(({ method }) => method === 'POST')?.headers['content-md5'])
  })

  test('of several that are removed at once those that stay are told, and none is taken as gone that was not named', async () => {
    const entries =
      '<Deleted><Key>a/one</Key></Deleted><Error><Key>a/two</Key><Code>AccessDenied</Code><Message>no</Message></Error>'
    const { repository } = await open(({ method }) =>
      method === 'POST' ? { body: `<DeleteResult>${entries}</DeleteResult>` } : undefined,
    )
    const kept = await repository.remove(['a/one', 'a/two'])
    assert.deepEqual(
      kept.map(({ path, reason }) => [path, reason.params]),
      [['a/two', { detail: 'AccessDenied: no' }]],
    )
    await assert.rejects(repository.remove(['a/one', 'a/two', 'a/three']), isFailure('unreachable', 's3.strange'))
  })

  test('an object whose store has lost its end is told as truncated', async () => {
    const { repository } = await open(
      onObject(({ method, headers }) => {
        if (method !== 'GET') return undefined
        const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
        const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }
        const told = { ...modified, etag: '"t"', ...(from > 0 && range) }
        return {
          status: from > 0 ? 206 : 200,
          headers: told,
          body: content.subarray(from),
          cutAfter: Math.max(0, 5 - from),
        }
      }),
    )
    await assert.rejects(allOf(repository.get('a/b')), isFailure('truncated', 's3.cut-short'))
  })

  test('a store that begins anew when it is asked to go on is not believed', async () => {
    let times = 0
    const { repository } = await open(
      onObject(({ method }) =>
        method === 'GET'
          ? { headers: { ...modified, etag: '"t"' }, body: content, ...(times++ === 0 && { cutAfter: 5 }) }
          : undefined,
      ),
    )
    await assert.rejects(allOf(repository.get('a/b')), isFailure('unreachable', 's3.strange'))
  })

  test('an answer that does not tell its size is not believed', async () => {
    const { repository } = await open(
      onObject(({ method }) =>
        method === 'GET'
          ? { headers: { ...modified, etag: '"t"', 'transfer-encoding': 'chunked' }, body: content }
          : undefined,
      ),
    )
    await assert.rejects(allOf(repository.get('a/b')), isFailure('unreachable', 's3.strange'))
  })

  test('what lies in an archive, and a bucket of another region, is told as that', async () => {
    const { repository } = await open(
      onObject(({ method }) => (method === 'GET' ? refusal('InvalidObjectState', 403) : undefined)),
    )
    await assert.rejects(allOf(repository.get('a/b')), isFailure('unreachable', 's3.cold'))
    await assert.rejects(
      open(() => refusal('PermanentRedirect', 301)),
      isFailure('unreachable', 's3.other-region'),
    )
    await assert.rejects(
      open(() => refusal('AuthorizationHeaderMalformed', 400)),
      isFailure('unreachable', 's3.other-region'),
    )
  })

  test('a clock that is off is put right by what the store says of the time', async () => {
    let times = 0
    await open(({ query }) =>
      query.has('list-type') && times++ === 0
        ? { ...refusal('RequestTimeTooSkewed', 403), headers: { date: new Date(Date.now() + 7_200_000).toUTCString() } }
        : undefined,
    )
    assert.equal(times, 2)
    await assert.rejects(
      open(() => refusal('RequestTimeTooSkewed', 403)),
      isFailure('unreachable', 's3.clock-off'),
    )
  })

  test('a store whose certificate nobody signed is not trusted', async () => {
    const { private: key, cert } = await certificateFor()
    const server = createServer({ key, cert }, (_, answer) => answer.end()).listen(0, '127.0.0.1')
    ends.push(async () => void server.close())
    await once(server, 'listening')
    const endpoint = `https://127.0.0.1:${tcpAddress(server).port}`
    await assert.rejects(
      open(() => undefined, { endpoint }),
      isFailure('unreachable', 's3.no-trust'),
    )
  })

  test('without any key it says where keys come from', async () => {
    const kept = { ...process.env }
    try {
      for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
      Object.assign(process.env, {
        AWS_EC2_METADATA_DISABLED: 'true',
        HOME: '/nonexistent',
        AWS_CONFIG_FILE: '/nonexistent',
      })
      await assert.rejects(
        open(() => undefined, { accessKeyId: undefined, secretAccessKey: undefined }),
        isFailure('unreachable', 's3.no-key'),
      )
    } finally {
      process.env = kept
    }
  })
})

function isFailure(failure: string, code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BackupError, String(error))
    assert.deepEqual([error.failure, error.text.code], [failure, code], JSON.stringify(error.text))
    return true
  }
}
