import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { ageMissing, isNativeRecipient, readIdentities, readRecipients } from './age-keys.ts'
import { inMegabytes } from './in-megabytes.ts'
import { writeScratch } from './scratch-file.ts'
import { throughProgram } from './through-program.ts'

/** A header that no key opens; it may have been damaged too. */
export class KeyRefused extends Error {}

export type Transform = (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

/**
 * Encrypts to all recipients, by age's program, ten times as fast, or by its library: the format is the same. Throws `usage`
 * when one is no key, and `tool-missing` when one needs the program.
 */
export async function encrypter(ctx: StepContext, recipients: readonly string[]): Promise<Transform> {
  const keys = readRecipients(recipients)
  if (await hasAge(ctx)) {
    const argv = ['age', '--encrypt', ...keys.flatMap((key) => ['--recipient', key])] as const
    return (input) => throughProgram(ctx, { name: 'age', argv, input })
  }
  if (!keys.every(isNativeRecipient)) throw ageMissing()
  return async function* (pieces) {
    const { Encrypter } = await import('age-encryption')
    const age = new Encrypter()
    for (const key of keys) age.addRecipient(key)
    yield* await age.encrypt(ReadableStream.from(inMegabytes(pieces)))
  }
}

/**
 * Decrypts with whichever identity fits. Throws `KeyRefused`, or `ProgramFailed` when the program refuses them, and its
 * program's or library's own errors when bytes have changed. The program reads them from a file of its own below `scratch`, which only we may read.
 */
export async function decrypter(
  ctx: StepContext,
  { identities, scratch }: { readonly identities: readonly string[]; readonly scratch: string },
): Promise<Transform> {
  const keys = readIdentities(identities)
  if (await hasAge(ctx)) {
    const texts = [keys.native.join('\n'), ...keys.ssh].filter((text) => text !== '')
    const files: string[] = []
    for (const [index, text] of texts.entries()) {
      const file = join(scratch, `identity-${index}`)
      await writeScratch(file, Readable.from([Buffer.from(`${text.trimEnd()}\n`)]))
      files.push(file)
    }
    const argv = ['age', '--decrypt', ...files.flatMap((file) => ['--identity', file])] as const
    return (input) => throughProgram(ctx, { name: 'age', argv, input })
  }
  if (keys.native.length === 0 && keys.ssh.length > 0) throw ageMissing()
  return async function* (pieces) {
    const { Decrypter } = await import('age-encryption')
    let opened: ReadableStream<Uint8Array>
    try {
      const age = new Decrypter()
      for (const key of keys.native) age.addIdentity(key)
      opened = await age.decrypt(ReadableStream.from(inMegabytes(pieces)))
    } catch (error) {
      throw error instanceof VigieError ? error : new KeyRefused('the keys do not open the header', { cause: error })
    }
    yield* opened
  }
}

function hasAge(ctx: StepContext): Promise<boolean> {
  return ctx.share(
    'backups-age',
    async () => {
      const { outcome, exitCode } = await ctx.run({ argv: ['age', '--version'] })
      return outcome === 'exited' && exitCode === 0
    },
    async () => undefined,
  )
}
