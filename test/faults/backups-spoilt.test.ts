import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import { type BackupRoom, backupRoom } from '../support/backup-room.ts'
import { changedRows, rowsOf } from '../support/packing.ts'
import { randomFrom } from '../support/random-from.ts'

const dayMs = 86_400_000
const anywhere = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const aBit = fc.integer({ min: 0, max: 7 })

/** What people read beside a backup; what is restored does not rest on it. */
const isGuide = (path: string): boolean => /\/(?:restore\.sh|SHA256SUMS)$/.test(path)
const ownerOf = (path: string): string => path.split('/')[2] ?? ''

async function pathsIn({ repository }: BackupRoom): Promise<string[]> {
  const paths = []
  for await (const { path } of repository.list('')) paths.push(path)
  return paths
}

/** Spoils an object while the work is done; undefined: it is gone. */
async function spoilt<T>(
  { folder }: BackupRoom,
  path: string,
  how: (bytes: Buffer) => Buffer | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const file = join(folder, path)
  const bytes = await readFile(file)
  const other = how(Buffer.from(bytes))
  try {
    if (other === undefined) await rm(file)
    else await writeFile(file, other)
    return await work()
  } finally {
    await writeFile(file, bytes)
  }
}

function flipped(bytes: Buffer, where: number, bit: number): Buffer {
  const at = Math.floor(where * bytes.length)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
  return bytes
}

describe('of three backups, a full one, a difference to it and another full one, when something is spoilt in the place', () => {
  let room: BackupRoom
  let paths: string[]
  let texts: string[]
  /** The backup that each is a difference to. */
  const baseOf = new Map<string, string | undefined>()
  const held = new Map<string, ReadonlyMap<string, Buffer>>()

  before(async () => {
    room = await backupRoom({ options: { full: '2d' } })
    const random = randomFrom(5)
    const rows = rowsOf(random, 1500)
    room.content.set('db/globals', Buffer.from('create role shop;\n'.repeat(40)))
    for (const [changes, days] of [
      [0, 0],
      [15, 1],
      [30, 3],
    ] as const) {
      room.clock.step(days * dayMs)
      room.content.set('db/database', Buffer.from(changedRows(random, rows, changes).join('')))
      const news = changes === 0 ? [] : [`the news of day ${days}\n`]
      room.content.set('docs/tree', Buffer.from([...rows.slice(0, 300), ...news, ...rows.slice(300, 700)].join('')))
      const { id, base } = await room.create()
      baseOf.set(id, base)
      held.set(id, new Map(room.content))
    }
    const [full, day, other] = baseOf.keys()
    assert.deepEqual([...baseOf.values()], [undefined, full, undefined])
    paths = await pathsIn(room)
    texts = paths.filter((path) => isGuide(path) || path.endsWith('manifest.json'))
    assert.equal(texts.length, 9)
    for (const id of [full, day, other]) assert.ok(paths.some((path) => path.includes(`/${id}/db/database/`)))
    assert.ok(
      paths.some((path) => path.includes(`/${day}/docs/tree/`) && path.includes('range')),
      `what of the last full one is reused has no object: ${paths.join(' ')}`,
    )
    await assertWhole()
  })
  after(() => room?.close())

  const assertWhole = async (): Promise<void> => {
    assert.deepEqual(await room.verify(), Object.fromEntries([...baseOf.keys()].map((id) => [id, 'good'])))
    for (const [id, parts] of held) assert.deepEqual(await room.read(id), { parts })
  }
  const restsOn = (id: string, path: string): boolean =>
    id === ownerOf(path) || (!isGuide(path) && baseOf.get(id) === ownerOf(path))

  /** Exactly what rests on the object is named, by one of the codes, and refused; all others are good and come back. */
  const assertNamed = async (path: string, codes: readonly string[], read: 'all' | 'none' = 'all'): Promise<void> => {
    const found = await room.verify(read)
    for (const id of baseOf.keys()) {
      const said = found[id] ?? 'nothing'
      if (restsOn(id, path)) assert.ok(codes.includes(said), `${said} of ${id}, for ${path}`)
      else assert.equal(said, 'good', `${id}, for ${path}`)
    }
    if (read === 'none') return
    for (const [id, parts] of held) {
      const back = await room.read(id)
      if (!restsOn(id, path) || isGuide(path)) assert.deepEqual(back, { parts })
      else assert.ok('failure' in back && codes.includes(back.failure), `${JSON.stringify(back)} of ${id}, for ${path}`)
    }
  }

  test('one flipped bit of any byte of any object is named, and refused by a restore', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anywhere, aBit, (path, where, bit) =>
        spoilt(
          room,
          path,
          (bytes) => flipped(bytes, where, bit),
          () => assertNamed(path, ['checksum']),
        ),
      ),
      { numRuns: 30 },
    )
    await assertWhole()
  })

  test('one flipped bit of any byte of a manifest, of its sums and of its instructions is named without reading all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), anywhere, aBit, (path, where, bit) =>
        spoilt(
          room,
          path,
          (bytes) => flipped(bytes, where, bit),
          () => assertNamed(path, ['checksum'], 'none'),
        ),
      ),
      { numRuns: 150 },
    )
  })

  test('any object that is cut anywhere, or goes on with anything, is named', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anywhere, async (path, where) => {
        // A manifest tells its own length by its sum alone.
        const codes = path.endsWith('manifest.json') ? ['checksum'] : ['truncated']
        await spoilt(
          room,
          path,
          (bytes) => bytes.subarray(0, Math.floor(where * bytes.length)),
          () => assertNamed(path, codes),
        )
        await spoilt(
          room,
          path,
          (bytes) => Buffer.concat([bytes, randomBytes(1 + Math.floor(where * 100))]),
          () => assertNamed(path, ['checksum']),
        )
      }),
      { numRuns: 15 },
    )
    await assertWhole()
  })

  test('each object that is gone is named, and a lost manifest as that', async () => {
    for (const path of paths)
      await spoilt(
        room,
        path,
        () => undefined,
        () => assertNamed(path, [path.endsWith('manifest.json') ? 'manifest-missing' : 'truncated']),
      )
    await assertWhole()
  })

  test('objects and manifests that stand in the place of others are named', async () => {
    const [full, , other] = [...baseOf.keys()]
    for (const name of ['manifest.json', 'SHA256SUMS', 'restore.sh']) {
      const [to = '', from = ''] = [full, other].map((id) => paths.find((path) => path.endsWith(`/${id}/${name}`)))
      await spoilt(
        room,
        to,
        (bytes) => bytes,
        async () => {
          await copyFile(join(room.folder, from), join(room.folder, to))
          await assertNamed(to, ['checksum', 'truncated'])
        },
      )
    }
    await assertWhole()
  })

  test('what is spoilt is never removed for it, and is no ground for the next difference', async () => {
    const [, , other = ''] = [...baseOf.keys()]
    const path = paths.find((one) => one.includes(`/${other}/db/database/`)) ?? ''
    room.clock.step(3_600_000)
    room.content.set(
      'db/database',
      Buffer.concat([room.content.get('db/database') ?? Buffer.alloc(0), Buffer.from('x')]),
    )
    const made = await spoilt(
      room,
      path,
      (bytes) => flipped(bytes, 0.5, 0),
      async () => {
        await room.prune()
        return room.create()
      },
    )
    assert.deepEqual(await room.read(made.id), { parts: new Map(room.content) })
    await spoilt(
      room,
      path,
      (bytes) => flipped(bytes, 0.5, 0),
      async () => {
        const back = await room.read(made.id)
        assert.ok('parts' in back, `the new backup rests on what is spoilt: ${JSON.stringify(back)}`)
      },
    )
  })
})

describe('a backup whose maker was killed after its manifest, and whose manifest was spoilt', () => {
  test("is nobody's backup, keeps none from being made, and one that is sound counts", async () => {
    const room = await backupRoom({ options: { full: 0 } })
    try {
      room.content.set('db/database', Buffer.from('one\n'))
      room.content.set('docs/tree', Buffer.from('a document\n'))
      const killed = []
      for (let count = 0; count < 2; count++) {
        room.clock.advance(60_000)
        const made = await room.create()
        killed.push(made.id)
        await room.ctx.backups.keep({ ...made, status: 'running', finishedAt: undefined, manifestSha256: undefined })
      }
      const [first = '', second = ''] = killed
      // The first was closed as sound when the second was begun: only the second is still to be closed.
      assert.equal((await room.verify())[first], 'good')
      const manifest = (await pathsIn(room)).find((path) => path.endsWith(`/${second}/manifest.json`)) ?? ''
      const text = await readFile(join(room.folder, manifest), 'utf8')
      await writeFile(join(room.folder, manifest), text.replace('"component": "docs"', '"component": "dogs"'))
      room.clock.advance(60_000)
      const last = await room.create()
      const statuses = (await room.ctx.backups.list()).map(({ id, status }) => [id, status])
      assert.deepEqual(statuses, [
        [last.id, 'succeeded'],
        [second, 'failed'],
        [first, 'succeeded'],
      ])
      assert.deepEqual(await room.verify(), { [last.id]: 'good', [first]: 'good' })
    } finally {
      await room.close()
    }
  })
})

describe('an encrypted backup', () => {
  let room: BackupRoom
  let id: string
  let recipient: string
  const secretFile = (name: string): string => join(room.ctx.dataDir, name)

  before(async () => {
    const identity = await generateX25519Identity()
    recipient = await identityToRecipient(identity)
    room = await backupRoom({ options: { encrypt: { recipients: [recipient] } } })
    room.content.set('db/database', Buffer.from(rowsOf(randomFrom(9), 500).join('')))
    room.content.set('docs/tree', Buffer.from('a document\n'))
    id = (await room.create()).id
    await writeFile(secretFile('right.key'), identity)
    await writeFile(secretFile('wrong.key'), await generateX25519Identity())
  })
  after(() => room?.close())

  const keyIn = (name: string) => ({ recipients: [recipient], identity: { secretFile: secretFile(name) } })

  test('is refused with a wrong key and without any, and comes back with its own', async () => {
    assert.deepEqual(await room.verify(), { [id]: 'locked' })
    assert.deepEqual(await room.read(id), { failure: 'wrong-key' })
    assert.deepEqual(await room.read(id, keyIn('wrong.key')), { failure: 'wrong-key' })
    assert.deepEqual(await room.verify('all', keyIn('wrong.key')), { [id]: 'wrong-key' })
    assert.deepEqual(await room.read(id, keyIn('right.key')), { parts: new Map(room.content) })
    assert.deepEqual(await room.verify('all', keyIn('right.key')), { [id]: 'good' })
  })

  test('of which one bit is flipped is named with the key and without it, and never as a wrong key', async () => {
    const paths = await pathsIn(room)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anywhere, aBit, (path, where, bit) =>
        spoilt(
          room,
          path,
          (bytes) => flipped(bytes, where, bit),
          async () => {
            assert.deepEqual(await room.verify(), { [id]: 'checksum' }, path)
            const back = await room.read(id, keyIn('right.key'))
            assert.deepEqual(back, isGuide(path) ? { parts: new Map(room.content) } : { failure: 'checksum' }, path)
          },
        ),
      ),
      { numRuns: 25 },
    )
    assert.deepEqual(await room.verify('all', keyIn('right.key')), { [id]: 'good' })
  })
})
