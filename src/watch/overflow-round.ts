import type { Overflow } from '../alerts/evaluator.ts'
import { message } from '../core/message.ts'
import type { OwnTrouble } from './own-trouble.ts'

const tooMany = message<{ points: number; rules: readonly string[] }>('watch.too-many-series', {
  en: (p, f) =>
    `there are more series than rules can judge: ${f.plural(p.points, { one: '1 number was', other: `${f.number(p.points)} numbers were` })} left out in the last minute${p.rules.length === 0 ? '' : `, and not all labels of ${f.list(p.rules)} are looked at`}`,
  fr: (p, f) =>
    `il y a plus de séries que les règles ne peuvent en juger : ${f.plural(p.points, { one: '1 valeur laissée', other: `${f.number(p.points)} valeurs laissées` })} de côté dans la dernière minute${p.rules.length === 0 ? '' : `, et certaines étiquettes de ${f.list(p.rules)} ne sont pas vues`}`,
})
const tooManyRemedy = message('watch.too-many-series-remedy', {
  en: () =>
    'See which name has the most: vigie metrics query; then measure fewer of them (top, maxSeries), or narrow the rule by labels',
  fr: () =>
    'Voyez quel nom en a le plus : vigie metrics query ; puis mesurez-en moins (top, maxSeries), ou restreignez la règle par des étiquettes',
})
export const overflowRoundTexts = [tooMany, tooManyRemedy]

/** Rounds in a row without any before it is over. */
const roundsToEnd = 5
const mostRules = 3

export interface OverflowRoundParts {
  overflow(): Overflow
  tellOwn(key: string, trouble: OwnTrouble | undefined): Promise<void>
}

/** Tells when there is more than rules judge: what is left out could be what is wrong. Call it once a minute. */
export function createOverflowRound({ overflow, tellOwn }: OverflowRoundParts): () => Promise<void> {
  let dropped = 0
  let quietRounds = 0
  /** Also one from before this start. */
  let mayBeOpen = true
  return async () => {
    const { droppedPoints, rules } = overflow()
    const points = droppedPoints - dropped
    dropped = droppedPoints
    const isOver = points > 0 || rules.length > 0
    quietRounds = isOver ? 0 : quietRounds + 1
    if (isOver) {
      mayBeOpen = true
      const title = tooMany({ points, rules: rules.slice(0, mostRules).map(({ rule }) => rule) })
      await tellOwn('too many series', { severity: 'high', title, remedy: tooManyRemedy({}) })
    } else if (quietRounds >= roundsToEnd && mayBeOpen) {
      await tellOwn('too many series', undefined)
      mayBeOpen = false
    }
  }
}
