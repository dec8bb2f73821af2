import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { s3Options } from './options.ts'
import { s3Repository } from './repository.ts'

const least = { kind: 's3', bucket: 'shop-backups' } as const

describe('the options of a bucket', () => {
  test('a bucket alone is enough', () => {
    assert.deepEqual(s3Options.parse(least), { ...least, partBytes: 8 * 1024 ** 2 })
  })

  for (const [given, why] of [
    [{ bucket: 's3://shop' }, 'config.not-a-bucket'],
    [{ bucket: 'shop/daily' }, 'config.not-a-bucket'],
    [{ bucket: '' }, 'config.not-a-bucket'],
    [{ prefix: '/daily' }, 'config.not-a-prefix'],
    [{ prefix: 'daily/' }, 'config.not-a-prefix'],
    [{ prefix: '../other' }, 'config.not-a-prefix'],
    [{ endpoint: 'minio:9000' }, 'config.not-a-web-address'],
    [{ endpoint: 'https://key:secret@store.example' }, 'config.not-a-web-address'],
    [{ endpoint: 'https://store.example/?token=x' }, 'config.not-a-web-address'],
    [{ accessKeyId: { env: 'KEY' } }, 'config.key-without-secret'],
    [{ secretAccessKey: { env: 'SECRET' } }, 'config.key-without-secret'],
    [{ sessionToken: { env: 'TOKEN' } }, 'config.key-without-secret'],
    [{ partBytes: '1MiB' }, 'config.not-a-part-size'],
    [{ partBytes: '2GiB' }, 'config.not-a-part-size'],
  ] as const) {
    test(`${JSON.stringify(given)} is refused with a text of its own`, () => {
      const { error } = s3Options.safeParse({ ...least, ...given })
      assert.deepEqual(
        error?.issues.map(({ message }) => message),
        [why],
      )
    })
  }

  test('what cannot be read at once, and what is not known, is refused', () => {
    assert.ok(!s3Options.safeParse({ ...least, storageClass: 'DEEP_ARCHIVE' }).success)
    assert.ok(s3Options.safeParse({ ...least, storageClass: 'STANDARD_IA' }).success)
    assert.ok(!s3Options.safeParse({ ...least, buckett: 'x' }).success)
  })

  for (const [place, expected] of [
    ['s3://shop', { bucket: 'shop', prefix: undefined }],
    ['s3://shop/', { bucket: 'shop', prefix: undefined }],
    ['s3://shop/a/b', { bucket: 'shop', prefix: 'a/b' }],
    ['s3://shop/a/b/', { bucket: 'shop', prefix: 'a/b' }],
    ['s3://', undefined],
    ['s3://shop/../x', undefined],
    ['/srv/backups', undefined],
  ] as const) {
    test(`a command line that names ${place} means ${expected?.bucket ?? 'no bucket'}`, () => {
      const named = s3Repository.named(place)
      assert.deepEqual(named && { bucket: named.bucket, prefix: named.prefix }, expected)
    })
  }
})
