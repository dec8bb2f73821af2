import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import * as sdk from '@aws-sdk/client-s3'
import { certificateFor } from '../../../test/support/bad-servers.ts'
import { testContext } from '../../../test/support/context.ts'
import { allOf, bytesFrom, piecesOf } from '../../../test/support/pieces.ts'
import { type S3Server, startS3 } from '../../../test/support/s3.ts'
import { BackupError } from '../../core/backup.ts'
import type { Repository } from '../../core/repository.ts'
import { tcpAddress } from '../../platform/tcp-address.ts'
import { openBucket } from './open-bucket.ts'
import { s3Options } from './options.ts'

const day = 86_400_000
const run = promisify(execFile)

describe('a bucket that refuses', () => {
  let server: S3Server
  const ctx = testContext({ reveal: async (secret) => String(secret) })
  const opened: Repository[] = []

  before(async () => {
    server = await startS3()
    await server.makeBucket('backups')
    await server.makeBucket('locked', { objectLock: true })
  })
  after(async () => {
    for (const one of opened) await one.close()
    await server?.stop()
    await ctx.close()
  })

  const open = async (given: Record<string, unknown> = {}, context = ctx): Promise<Repository> => {
    const { endpoint, accessKeyId, secretAccessKey } = server
    const place = { kind: 's3', bucket: 'backups', endpoint, accessKeyId, secretAccessKey }
    const repository = await openBucket(s3Options.parse({ ...place, ...given }), context)
    opened.push(repository)
    return repository
  }

  test('names what is wrong: the secret, the key, the bucket, the protocol', async () => {
    const secretAccessKey = 'notTheSecretThatWeHave'
    const port = new URL(server.endpoint).port
    await assert.rejects(open({ secretAccessKey }), (error) => {
      assert.ok(
        !JSON.stringify([error, String(error), error instanceof Error && error.stack]).includes(secretAccessKey),
      )
      return isFailure('unreachable', 's3.key-refused')(error)
    })
    await assert.rejects(open({ accessKeyId: 'AKNOBODY' }), isFailure('unreachable', 's3.key-refused'))
    await assert.rejects(open({ bucket: 'nobodys' }), isFailure('unreachable', 's3.no-bucket'))
    await assert.rejects(open({ endpoint: `https://127.0.0.1:${port}` }), isFailure('unreachable', 's3.no-trust'))
  })

  test('a certificate of an authority of your own is trusted by NODE_EXTRA_CA_CERTS', async () => {
    const { private: key, cert } = await certificateFor()
    const dir = await mkdtemp(join(tmpdir(), 'vigie-s3-ca-'))
    const front = createServer({ key, cert }, (from) => {
      const onwards = connect(server.port, '127.0.0.1')
      from.pipe(onwards).pipe(from)
      from.on('error', () => onwards.destroy())
      onwards.on('error', () => from.destroy())
    }).listen(0, '127.0.0.1')
    try {
      await once(front, 'listening')
      await writeFile(join(dir, 'ca.pem'), cert)
      const endpoint = `https://127.0.0.1:${tcpAddress(front).port}`
      await assert.rejects(open({ endpoint }), isFailure('unreachable', 's3.no-trust'))
      const { accessKeyId, secretAccessKey } = server
      const options = JSON.stringify({ kind: 's3', bucket: 'backups', endpoint, accessKeyId, secretAccessKey })
      const program = join(import.meta.dirname, '../../../test/contract/repository-process.ts')
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem') }
      const { stdout } = await run(process.execPath, [program, options, 'copy', 'tls/one', '20000000'], { env })
      assert.equal(JSON.parse(stdout).isSame, true)
    } finally {
      front.close()
      await rm(dir, { recursive: true, force: true })
    }
  })

  test('a key that may not see the bucket is told what it may not do', async () => {
    await server.addUser('stranger', 'AKSTRANGER', 'secretOfAStranger')
    const own = { accessKeyId: 'AKSTRANGER', secretAccessKey: 'secretOfAStranger' }
    await assert.rejects(open(own), (error) => {
      assert.ok(error instanceof BackupError)
      assert.equal(error.text.params['action'], 's3:ListBucket')
      return isFailure('unreachable', 's3.denied')(error)
    })
  })

  test('a bucket or a key that went while it was open is told for what it is, not as an object that is missing', async () => {
    await server.makeBucket('short-lived')
    const repository = await open({ bucket: 'short-lived' })
    await server.client.send(new sdk.DeleteBucketCommand({ Bucket: 'short-lived' }))
    const missing = isFailure('unreachable', 's3.no-bucket')
    await assert.rejects(repository.look('a/b'), missing)
    await assert.rejects(allOf(repository.get('a/b')), missing)
    await assert.rejects(repository.put('a/b', piecesOf('x')), missing)
    await assert.rejects(repository.put('a/b', bytesFrom(1, 30_000_000)), missing)
    await assert.rejects(repository.remove(['a/b']), missing)
    await assert.rejects(repository.tidy(new Date()), missing)
    await assert.rejects(async () => {
      for await (const _ of repository.list('')) assert.fail('nothing is there')
    }, missing)
  })

  test('what a lock keeps stays readable and is named with its day; the rest goes', async () => {
    const repository = await open({ bucket: 'locked', prefix: 'kept' })
    const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 2 * day)
    await server.client.send(
      new sdk.PutObjectLockConfigurationCommand({
        Bucket: 'locked',
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } },
        },
      }),
    )
    // In parts, and by one request.
    await repository.put('a/large', bytesFrom(1, 20_000_000))
    await repository.put('a/small', piecesOf('kept'))
    await server.client.send(
      new sdk.PutObjectRetentionCommand({
        ...{ Bucket: 'locked', Key: 'kept/a/small' },
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: until },
      }),
    )
    const kept = await repository.remove(['a/large', 'a/small', 'a/none'])
    assert.deepEqual(
      kept.map(({ path, reason }) => [path, reason.code]),
      [
        ['a/large', 's3.locked-until'],
        ['a/small', 's3.locked-until'],
      ],
    )
    assert.deepEqual(kept[1]?.until, until)
    assert.equal((await allOf(repository.get('a/small'))).toString(), 'kept')

    const held = await open({ bucket: 'locked', prefix: 'held' })
    await held.put('a/one', piecesOf('held'))
    await server.client.send(
      new sdk.PutObjectLegalHoldCommand({ Bucket: 'locked', Key: 'held/a/one', LegalHold: { Status: 'ON' } }),
    )
    const [hold] = await held.remove(['a/one'])
    assert.deepEqual([hold?.until, hold?.reason.code], [undefined, 's3.locked'])

    // When its time is over it goes, and the version that the bucket keeps is hidden.
    const later = { now: () => new Date(Date.now() + 3 * day), monotonicMs: () => performance.now() }
    const afterwards = await open(
      { bucket: 'locked', prefix: 'kept' },
      testContext({ clock: later, reveal: ctx.reveal }),
    )
    assert.deepEqual(await afterwards.remove(['a/large', 'a/small']), [])
    assert.equal(await afterwards.look('a/small'), undefined)
    const { Versions = [] } = await server.client.send(
      new sdk.ListObjectVersionsCommand({ Bucket: 'locked', Prefix: 'kept/a/small' }),
    )
    assert.equal(Versions.length, 1)
  })

  test('a bucket that keeps versions shows only what is there now', async () => {
    await server.makeBucket('versions')
    await server.client.send(
      new sdk.PutBucketVersioningCommand({ Bucket: 'versions', VersioningConfiguration: { Status: 'Enabled' } }),
    )
    const repository = await open({ bucket: 'versions' })
    await repository.put('a/one', piecesOf('first'))
    await repository.put('a/one', piecesOf('second'))
    await repository.put('a/two', piecesOf('other'))
    assert.equal((await allOf(repository.get('a/one'))).toString(), 'second')
    assert.deepEqual(await repository.remove(['a/one']), [])
    assert.equal(await repository.look('a/one'), undefined)
    await assert.rejects(allOf(repository.get('a/one')), isFailure('truncated', 's3.object-missing'))
    assert.deepEqual(await pathsOf(repository), ['a/two'])
  })

  test('what others put there is left alone, whatever it is called', async () => {
    await server.makeBucket('shared')
    const others = [
      'ours/',
      'ours/a b',
      'ours/é',
      'ours/a+b',
      'ours/a%2Fb',
      'ours/.hidden',
      'ours/x//y',
      'oursbut/one',
      'z',
    ]
    for (const key of [...others, 'ours/\u0001', 'ours/a\nb'])
      await server.client.send(new sdk.PutObjectCommand({ Bucket: 'shared', Key: key, Body: 'theirs' }))
    for (const Key of ['oursbut/upload', 'z/upload', 'ours/their upload'])
      await server.client.send(new sdk.CreateMultipartUploadCommand({ Bucket: 'shared', Key }))
    const repository = await open({ bucket: 'shared', prefix: 'ours' })
    await repository.put('a/b', piecesOf('ours'))
    assert.deepEqual(await pathsOf(repository), ['a/b'])
    assert.equal(await repository.tidy(new Date(Date.now() + day)), 0)
    assert.deepEqual(await repository.remove(['a/b']), [])
    const { KeyCount } = await server.client.send(
      new sdk.ListObjectsV2Command({ Bucket: 'shared', EncodingType: 'url' }),
    )
    assert.equal(KeyCount, others.length + 2)
  })

  test('a bucket that is full is told as that, and nothing of the object stays', async () => {
    await server.makeBucket('small')
    const repository = await open({ bucket: 'small' })
    await repository.put('a/first', bytesFrom(1, 8_000_000))
    await server.limitBuckets(20_000_000)
    try {
      await assert.rejects(repository.put('a/second', bytesFrom(2, 60_000_000)), isFailure('no-space', 's3.full'))
    } finally {
      await server.limitBuckets(-1)
    }
    assert.deepEqual(await pathsOf(repository), ['a/first'])
    assert.equal(await repository.tidy(new Date(Date.now() + day)), 0)
    assert.equal((await repository.look('a/first'))?.bytes, 8_000_000)
  })
})

async function pathsOf(repository: Repository): Promise<string[]> {
  const all: string[] = []
  for await (const { path } of repository.list('')) all.push(path)
  return all
}

function isFailure(failure: string, code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BackupError, String(error))
    assert.deepEqual([error.failure, error.text.code], [failure, code])
    return true
  }
}
