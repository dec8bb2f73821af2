import type { StepContext } from '../../core/context.ts'

/** `--patch-from` came with 1.4.5: https://github.com/facebook/zstd/releases/tag/v1.4.5 */
const firstWithDifferences = [1, 4, 5] as const
/** Applications come first. The usual step of `nice`. */
const politeness = '10'

/** The program that people have too. */
export interface ZstdProgram {
  /** What its options are put behind. */
  readonly argv: readonly [string, ...string[]]
  readonly version: string
  /** It can store a file as what differs from another. */
  readonly hasDifferences: boolean
}

/** Undefined where there is none. Asked once in a run. */
export function findZstd(ctx: StepContext): Promise<ZstdProgram | undefined> {
  return ctx.share(
    'backups-zstd',
    () => look(ctx),
    async () => undefined,
  )
}

async function look(ctx: StepContext): Promise<ZstdProgram | undefined> {
  for (const argv of [['nice', '-n', politeness, 'zstd'] as const, ['zstd'] as const]) {
    const { outcome, exitCode, stdout } = await ctx.run({ argv: [...argv, '--version'] })
    if (outcome !== 'exited' || exitCode !== 0) continue
    const [, version = '0.0.0'] = /\bv(\d+\.\d+\.\d+)/.exec(stdout) ?? []
    return { argv, version, hasDifferences: isAtLeast(version, firstWithDifferences) }
  }
  return undefined
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const numbers = version.split('.').map(Number)
  for (const [index, least] of wanted.entries()) {
    const number = numbers[index] ?? 0
    if (number !== least) return number > least
  }
  return true
}
