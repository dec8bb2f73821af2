import type { AnyRepositoryKind } from '../core/repository.ts'
import type { OpenRepository } from './options.ts'

/** Opens by the kind that the options name; one repository serves all steps of an entry in one run. */
export function openIn(kinds: readonly AnyRepositoryKind[]): OpenRepository {
  return (to, ctx) => {
    const kind = kinds.find((one) => one.kind === to.kind)
    if (kind === undefined) throw new RangeError(`no kind of repository is called ${to.kind}`)
    return ctx.share(
      'repository',
      () => kind.open(to, ctx),
      (repository) => repository.close(),
    )
  }
}
