import { nearestNames } from '../config/problem.ts'
import type { ConfiguredComponent } from '../config/system.ts'
import { VigieError } from '../core/errors.ts'
import type { Text } from '../core/message.ts'
import { type Arguments, stringOf } from './command.ts'

/** What is said when it is not clear which component a command is about. */
export interface Unclear {
  readonly none: Text
  readonly noneHint: Text
  readonly unknown: (of: { readonly name: string }) => Text
  readonly several: (of: { readonly names: readonly string[] }) => Text
}

/** The only one of these components, or the one of `--component`. Throws `usage`. */
export function oneComponent(
  all: readonly ConfiguredComponent[],
  args: Arguments,
  { none, noneHint, unknown, several }: Unclear,
): ConfiguredComponent {
  const named = stringOf(args, 'component')
  const names = all.map(({ name }) => name)
  const [only, ...others] = named === undefined ? all : all.filter(({ name }) => name === named)
  if (only === undefined && named !== undefined)
    throw new VigieError('usage', unknown({ name: named }), { hint: nearestNames(named, names) })
  if (only === undefined) throw new VigieError('usage', none, { hint: noneHint })
  if (others.length > 0) throw new VigieError('usage', several({ names }))
  return only
}
