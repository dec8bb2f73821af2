import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testContext } from '../../../test/support/context.ts'
import { type BackupAbility, BackupError, type StoredComponent, type StoredPart } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { lookInto } from './look-into.ts'

const bytes = Buffer.from('0123456789')
const spoilt = (): BackupError => new BackupError('checksum', { code: 'test.spoilt', params: {} })
const unlike = (): BackupError => new BackupError('assertion', { code: 'test.unlike', params: {} })

/** A part of ten pieces that tells how it was read. */
function aPart(name: string, ends?: () => BackupError): StoredPart & { readonly told: string[] } {
  const told: string[] = []
  async function* read(): AsyncGenerator<Uint8Array> {
    told.push('begun')
    try {
      for (let at = 0; at < bytes.length; at++) {
        if (ends !== undefined && at === bytes.length - 1) throw ends()
        yield bytes.subarray(at, at + 1)
      }
      told.push('whole')
    } finally {
      told.push('closed')
    }
  }
  return { name, file: name, bytes: bytes.length, facts: {}, read, told }
}

async function look(
  parts: readonly StoredPart[],
  verify: BackupAbility['verify'],
  signal = new AbortController().signal,
): Promise<unknown> {
  const ctx: StepContext = testContext({ signal })
  const ability: Partial<BackupAbility> = verify === undefined ? {} : { verify }
  const component: StepContext['component'] = () => ({ abilities: { backup: ability as BackupAbility }, ctx })
  const stored: StoredComponent = { backup: 'b1', at: new Date('2026-11-21T02:00:00Z'), component: 'db', parts }
  return lookInto(stored, { ...ctx, component }).catch((error: unknown) =>
    error instanceof BackupError ? error.failure : error,
  )
}

const whole = ['begun', 'whole', 'closed']
const nothing = { answers: [], notes: [] }
const readAll: BackupAbility['verify'] = async (_, { parts }) => {
  for (const part of parts) for await (const piece of part.read()) assert.equal(piece.length, 1)
  return nothing
}

describe('a look into a component of a backup', () => {
  it('reads every part to its end once, however far the component reads', async () => {
    const readers: Readonly<Record<string, BackupAbility['verify']>> = {
      all: readAll,
      'the begin': async (_, { parts }) => {
        for (const part of parts) for await (const _piece of part.read()) break
        return nothing
      },
      'only the first': async (ctx, stored) =>
        readAll?.(ctx, { ...stored, parts: stored.parts.slice(0, 1) }) ?? nothing,
      none: async () => nothing,
    }
    for (const [how, verify] of Object.entries(readers)) {
      const parts = [aPart('database'), aPart('globals')]
      assert.deepEqual(await look(parts, verify), nothing)
      for (const { told } of parts) assert.deepEqual(told, whole, how)
    }
  })

  it('says that bytes alone were checked where the component does not look', async () => {
    const part = aPart('lines')
    const looked = await look([part], undefined)
    assert.deepEqual(looked, {
      answers: [],
      notes: [{ code: 'backups.verify-bytes-only', params: { component: 'db' } }],
    })
    assert.deepEqual(part.told, whole)
  })

  it('tells damaged bytes before what they look like, in whatever part, and a wrong content where the bytes are right', async () => {
    const refuses: BackupAbility['verify'] = async (_, { parts }) => {
      for (const part of parts) for await (const _piece of part.read()) throw unlike()
      return nothing
    }
    assert.equal(await look([aPart('a'), aPart('b')], refuses), 'assertion')
    assert.equal(await look([aPart('a', spoilt), aPart('b')], refuses), 'checksum')
    assert.equal(await look([aPart('a'), aPart('b', spoilt)], refuses), 'checksum')
    assert.equal(await look([aPart('a', spoilt)], readAll), 'checksum')
    const swallows: BackupAbility['verify'] = async (ctx, stored) =>
      (await readAll?.(ctx, stored).catch(() => undefined)) ?? nothing
    assert.equal(await look([aPart('a', spoilt)], swallows), 'checksum')
  })

  it('ends when the step is aborted, and lets go of what it read', async () => {
    const abort = new AbortController()
    const part = aPart('a')
    const stops: BackupAbility['verify'] = async (_, { parts }) => {
      for (const one of parts) for await (const _piece of one.read()) abort.abort(new Error('over'))
      return nothing
    }
    const error = await look([part], stops, abort.signal)
    assert.ok(error instanceof Error && error.message === 'over')
    assert.deepEqual(part.told, ['begun', 'closed'])
  })
})
