import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { testContext } from '../../../test/support/context.ts'
import { gathered, inPieces } from '../../../test/support/packing.ts'
import { ProgramFailed, throughProgram } from './through-program.ts'

const ctx = testContext({ timeoutMs: 60_000 })
after(() => ctx.close())
const many = Buffer.alloc(3_000_000, 'abc')

const sh = (line: string): readonly [string, ...string[]] => ['/bin/sh', '-c', line]

async function* forEver(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(10_000)
}

test('what a program makes of a stream comes whole, and of nothing comes nothing', async () => {
  assert.ok((await gathered(throughProgram(ctx, { name: 'cat', argv: ['cat'], input: inPieces(many) }))).equals(many))
  assert.equal(
    (await gathered(throughProgram(ctx, { name: 'cat', argv: ['cat'], input: inPieces(Buffer.alloc(0)) }))).length,
    0,
  )
})

test('a program that fails after all of its output never ends well, and the last piece is held back', async () => {
  let bytes = 0
  const passage = { name: 'tool', argv: sh('cat; echo "no space" >&2; exit 3'), input: inPieces(many) }
  await assert.rejects(
    async () => {
      for await (const piece of throughProgram(ctx, passage)) bytes += piece.length
    },
    (error) => error instanceof ProgramFailed && error.detail === 'no space (exit 3)',
  )
  assert.ok(bytes < many.length)
})

test('a program that is killed, or is not there, is a failure with its own words', async () => {
  for (const [argv, detail] of [
    [sh('kill -9 $$'), /SIGKILL/],
    [['no-such-program'], /not-found/],
  ] as const)
    await assert.rejects(gathered(throughProgram(ctx, { name: 'tool', argv, input: inPieces(many) })), (error) => {
      assert.ok(error instanceof ProgramFailed)
      assert.match(error.detail, detail)
      return true
    })
})

test('the error of the source is what is thrown', async () => {
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield many
    throw new RangeError('the source is broken')
  }
  await assert.rejects(gathered(throughProgram(ctx, { name: 'cat', argv: ['cat'], input: source() })), RangeError)
})

test('who stops reading ends the program, also when the source gives nothing more', async () => {
  for (const input of [forEver(), stalled()]) {
    for await (const _ of throughProgram(ctx, { name: 'cat', argv: ['cat'], input })) break
  }
  async function* stalled(): AsyncGenerator<Uint8Array> {
    yield many
    await new Promise(() => undefined)
  }
})

test('an input that nobody reads is waited for no longer than its program', async () => {
  assert.equal((await gathered(throughProgram(ctx, { name: 'true', argv: ['true'], input: forEver() }))).length, 0)
})
