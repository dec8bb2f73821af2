import type { StepContext } from '../../../core/context.ts'
import type { Answer, Row } from './connection.ts'

/** The checks of one routine ask at the same moment, and for some things the server has to open every relation. */
const sharedForMs = 10_000

interface Shared<T extends Row> {
  last?: { readonly askedMs: number; readonly answer: Promise<Answer<T>> }
}

/** The answer to a dear question, asked once for all steps of a run that want it within seconds. */
export async function sharedAnswer<T extends Row>(
  name: string,
  ask: () => Promise<Answer<T>>,
  ctx: StepContext,
): Promise<Answer<T>> {
  const shared = await ctx.share<Shared<T>>(
    `postgres ${name}`,
    async () => ({}),
    async () => undefined,
  )
  const now = ctx.clock.monotonicMs()
  if (shared.last === undefined || now - shared.last.askedMs > sharedForMs) {
    shared.last = { askedMs: now, answer: ask() }
  } else ctx.record({ what: `${name}, as another check of this run has just asked for it` })
  let isAnswered = false
  try {
    const answer = await shared.last.answer
    isAnswered = answer.ok
    return answer
  } finally {
    // That one was refused, or ran out of time, is no reason to give the next one up.
    if (!isAnswered) delete shared.last
  }
}
