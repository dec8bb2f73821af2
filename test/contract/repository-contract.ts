import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BackupError } from '../../src/core/backup.ts'
import type { KeptObject, Repository } from '../../src/core/repository.ts'
import { allOf, bytesFrom, piecesOf, sha256Of } from '../support/pieces.ts'

/** Larger than several parts of what is sent in parts. */
const large = 30_000_000
const huge = 200_000_000
const hour = 3_600_000

/** An empty place that is a repository. */
export interface RepositoryPlace {
  /** As a config says it, with what is secret written out. */
  readonly options: Readonly<Record<string, unknown>>
  open(): Promise<Repository>
}

/** What every kind of repository promises; the rest of the room builds on it. */
export function repositoryContract(name: string, where: () => Promise<RepositoryPlace>): void {
  const withRepository = async (work: (repository: Repository, place: RepositoryPlace) => Promise<void>) => {
    const place = await where()
    const repository = await place.open()
    try {
      await work(repository, place)
    } finally {
      await repository.close()
    }
  }

  describe(`${name} as a repository`, () => {
    test('objects of every size come back byte for byte, and everyone tells the same of them', () =>
      withRepository(async (repository) => {
        for (const [at, bytes] of [0, 1, 65_536, 8 * 1024 ** 2, 8 * 1024 ** 2 + 1, large].entries()) {
          const path = `sizes/${at}`
          const stored = await repository.put(path, bytesFrom(at, bytes))
          const sha256 = await sha256Of(bytesFrom(at, bytes))
          assert.deepEqual(stored, { bytes, sha256 })
          assert.equal(await sha256Of(repository.get(path)), sha256)
          const seen = await repository.look(path)
          assert.equal(seen?.bytes, bytes)
          assert.deepEqual(await listed(repository, `sizes`).then((all) => all.find((one) => one.path === path)), seen)
        }
      }))

    test('what is put again takes the place of what was there, whole', () =>
      withRepository(async (repository) => {
        await repository.put('a/one', bytesFrom(1, large))
        await repository.put('a/one', piecesOf('short'))
        assert.equal((await allOf(repository.get('a/one'))).toString(), 'short')
        assert.equal((await repository.look('a/one'))?.bytes, 5)
      }))

    test('an object is not there before all of it is', () =>
      withRepository(async (repository) => {
        const [gate, middle] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
        const writing = repository.put(
          'a/slow',
          (async function* () {
            yield* bytesFrom(1, large)
            middle.resolve()
            await gate.promise
            yield Buffer.from('end')
          })(),
        )
        await middle.promise
        assert.equal(await repository.look('a/slow'), undefined)
        assert.deepEqual(await listed(repository, 'a'), [])
        gate.resolve()
        assert.equal((await writing).bytes, large + 3)
        assert.equal((await repository.look('a/slow'))?.bytes, large + 3)
      }))

    test('a source that throws leaves nothing, and what was there of that name stays', () =>
      withRepository(async (repository) => {
        const broken = new Error('the dump broke')
        for (const bytes of [0, 1000, large]) {
          const breaks = (async function* () {
            yield* bytesFrom(1, bytes)
            throw broken
          })()
          await assert.rejects(repository.put(`a/${bytes}`, breaks), (error) => error === broken)
          assert.equal(await repository.look(`a/${bytes}`), undefined)
        }
        await repository.put('a/kept', piecesOf('good'))
        const breaks = (async function* () {
          yield* bytesFrom(1, large)
          throw broken
        })()
        await assert.rejects(repository.put('a/kept', breaks), (error) => error === broken)
        assert.equal((await allOf(repository.get('a/kept'))).toString(), 'good')
        assert.deepEqual(await paths(repository, ''), ['a/kept'])
        assert.equal(await repository.tidy(inAnHour()), 0)
      }))

    test('what a killed writing left is not to be seen, and tidying ends it when it is old enough', () =>
      withRepository(async (repository, { options }) => {
        const child = startProcess(options, 'hang', 'a/killed', large)
        try {
          await child.said('hangs')
        } finally {
          child.kill()
        }
        await child.ended
        assert.equal(await repository.look('a/killed'), undefined)
        assert.deepEqual(await paths(repository, ''), [])
        await assert.rejects(allOf(repository.get('a/killed')), isFailure('truncated'))
        assert.equal(await repository.tidy(new Date(Date.now() - hour)), 0)
        assert.equal(await repository.tidy(inAnHour()), 1)
        assert.equal(await repository.tidy(inAnHour()), 0)
        await repository.put('a/killed', piecesOf('again'))
        assert.equal((await allOf(repository.get('a/killed'))).toString(), 'again')
      }))

    test('200 MB are written and read with bounded memory', () =>
      withRepository(async (_, { options }) => {
        const child = startProcess(options, 'copy', 'a/huge', huge)
        const told = JSON.parse(await child.said('{'))
        await child.ended
        assert.equal(told.bytes, huge)
        assert.equal(told.isSame, true)
        // Four parts, and what the garbage collector has not yet seen of pieces that went by. All of it would be 200 MB.
        assert.ok(told.moreBytes < 130e6, `${told.moreBytes} bytes more at most`)
      }))

    test('a list has all below a folder and no more, in the order of the paths', () =>
      withRepository(async (repository) => {
        const all = ['a-b/c', 'a.b', 'a/b', 'a/b-c', 'a/b.d', 'a/bb/x', 'a/c/y', 'a0/z', 'ab/c', 'b/a']
        await putAll(repository, all)
        assert.deepEqual(await paths(repository, ''), all)
        assert.deepEqual(await paths(repository, 'a'), ['a/b', 'a/b-c', 'a/b.d', 'a/bb/x', 'a/c/y'])
        assert.deepEqual(await paths(repository, 'a/bb'), ['a/bb/x'])
        assert.deepEqual(await paths(repository, 'nothing/here'), [])
      }))

    test('lists and removals of more than a thousand are whole', () =>
      withRepository(async (repository) => {
        const all = Array.from({ length: 1010 }, (_, at) => `many/${String(at).padStart(5, '0')}`)
        await putAll(repository, all)
        assert.deepEqual(await paths(repository, 'many'), all)
        assert.deepEqual(await repository.remove(all), [])
        assert.deepEqual(await paths(repository, 'many'), [])
      }))

    test('what is removed is gone, the rest stays; what is not there counts as removed', () =>
      withRepository(async (repository) => {
        await putAll(repository, ['a/one', 'a/two', 'b/one'])
        assert.deepEqual(await repository.remove(['a/one', 'a/none', 'c/none', 'a/one']), [])
        assert.deepEqual(await repository.remove([]), [])
        assert.deepEqual(await paths(repository, ''), ['a/two', 'b/one'])
        assert.equal(await repository.look('a/one'), undefined)
      }))

    test('what is not there is not seen, and cannot be read', () =>
      withRepository(async (repository) => {
        await repository.put('a/b/c', piecesOf('x'))
        for (const path of ['none', 'a', 'a/b', 'a/b/c/d']) {
          assert.equal(await repository.look(path), undefined, path)
          await assert.rejects(allOf(repository.get(path)), isFailure('truncated'), path)
        }
      }))

    test('who stops reading in the middle can go on with anything else', () =>
      withRepository(async (repository) => {
        await repository.put('a/large', bytesFrom(1, large))
        for (let round = 0; round < 20; round++) {
          for await (const piece of repository.get('a/large')) {
            assert.ok(piece.length > 0)
            break
          }
        }
        assert.equal(await sha256Of(repository.get('a/large')), await sha256Of(bytesFrom(1, large)))
      }))

    test('two that write the same path leave one of both, whole', () =>
      withRepository(async (repository) => {
        const both = [bytesFrom(1, large), bytesFrom(2, large)]
        const ended = await Promise.allSettled(both.map((body) => repository.put('a/same', body)))
        const kept = await sha256Of(repository.get('a/same'))
        // Who was overwritten before it could be verified may say so; who is there has to know it.
        assert.ok(ended.some((one) => one.status === 'fulfilled' && one.value.sha256 === kept))
      }))

    test('pieces that are used again after they were taken do no harm', () =>
      withRepository(async (repository) => {
        const hash = createHash('sha256')
        const reused = Buffer.alloc(100_000)
        const body = (async function* () {
          for (let round = 0; round < 300; round++) {
            reused.fill(round)
            hash.update(reused)
            yield reused
          }
        })()
        const { sha256 } = await repository.put('a/reused', body)
        assert.equal(sha256, hash.digest('hex'))
        assert.equal(await sha256Of(repository.get('a/reused')), sha256)
      }))

    test('every name of the rule can be kept', () =>
      withRepository(async (repository) => {
        const long = 'n'.repeat(200)
        const all = ['-', '0', 'A-Z_0.9', '_', 'a..b', 'a.', `${long}/${long}/${long}`].sort()
        await putAll(repository, all)
        assert.deepEqual(await paths(repository, ''), all)
        for (const path of all) assert.equal((await allOf(repository.get(path))).toString(), path)
        assert.deepEqual(await repository.remove(all), [])
      }))

    test('no other name is taken, and nothing happens for it', () =>
      withRepository(async (repository) => {
        await putAll(repository, ['a/b'])
        const others = [
          '',
          '/',
          '/a',
          'a/',
          'a//b',
          '.',
          '..',
          'a/..',
          'a/../a/b',
          './a',
          '.a',
          'a/.b',
          'é',
          'a b',
          'a\nb',
          'a\n',
        ]
        for (const path of others) {
          await assert.rejects(async () => repository.put(path, piecesOf('x')), RangeError, path)
          await assert.rejects(async () => repository.look(path), RangeError, path)
          await assert.rejects(async () => allOf(repository.get(path)), RangeError, path)
          await assert.rejects(async () => repository.remove([path]), RangeError, path)
        }
        assert.deepEqual(await paths(repository, ''), ['a/b'])
      }))

    test('its name for people has no secret in it', () =>
      withRepository(async (repository, { options }) => {
        const { accessKeyId = 'none', secretAccessKey = 'none' } = options
        assert.ok(!repository.place.includes(String(accessKeyId)))
        assert.ok(!repository.place.includes(String(secretAccessKey)))
      }))
  })
}

function isFailure(failure: string): (error: unknown) => boolean {
  return (error) => error instanceof BackupError && error.failure === failure
}

function inAnHour(): Date {
  return new Date(Date.now() + hour)
}

async function listed(repository: Repository, folder: string): Promise<KeptObject[]> {
  const all: KeptObject[] = []
  for await (const one of repository.list(folder)) all.push(one)
  return all
}

async function paths(repository: Repository, folder: string): Promise<string[]> {
  return (await listed(repository, folder)).map(({ path }) => path)
}

/** Each holds its own path. */
async function putAll(repository: Repository, all: readonly string[]): Promise<void> {
  for (let at = 0; at < all.length; at += 16)
    await Promise.all(all.slice(at, at + 16).map((path) => repository.put(path, piecesOf(path))))
}

interface Started {
  /** The first line that begins so. */
  said(beginning: string): Promise<string>
  kill(): void
  readonly ended: Promise<void>
}

function startProcess(options: RepositoryPlace['options'], job: string, path: string, bytes: number): Started {
  const program = fileURLToPath(new URL('repository-process.ts', import.meta.url))
  const words = [program, JSON.stringify(options), job, path, String(bytes)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, errors] = ['', '']
  const heard = new Set<() => void>()
  const tell = (): void => {
    for (const one of heard) one()
  }
  child.stdout.on('data', (chunk) => {
    out += chunk
    tell()
  })
  child.stderr.on('data', (chunk) => (errors += chunk))
  let isOver = false
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve())).then(() => {
    isOver = true
    tell()
  })
  return {
    ended,
    kill: () => void child.kill('SIGKILL'),
    said: (beginning) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = out
            .slice(0, out.lastIndexOf('\n') + 1)
            .split('\n')
            .find((one) => one.startsWith(beginning))
          if (line !== undefined && line !== '') resolve(line)
          else if (isOver) reject(new Error(`it ended without a word: ${errors}`))
        }
        heard.add(look)
        look()
      }),
  }
}
