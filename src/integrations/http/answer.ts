import type { HttpAnswer, StepContext } from '../../core/context.ts'
import { message, type Text } from '../../core/message.ts'

export const noAnswer = message<{ url: string; why: string; detail: string }>('http.no-answer', {
  en: (p) => `${p.url} did not answer: ${english[p.why] ?? p.why} (${p.detail})`,
  fr: (p) => `${p.url} n'a pas répondu : ${french[p.why] ?? p.why} (${p.detail})`,
})
export const noAnswerRemedy = message<{ url: string }>('http.no-answer-remedy', {
  en: (p) => `Is the service running? Try: curl -sv ${p.url}`,
  fr: (p) => `Le service est-il démarré ? Essayez : curl -sv ${p.url}`,
})
const english: Readonly<Record<string, string>> = {
  refused: 'connection refused',
  'timed-out': 'no whole answer in time',
  'name-not-found': 'the name is not known',
  unreachable: 'no way there',
  reset: 'the connection was cut',
  tls: 'its certificate is not trusted',
  protocol: 'it does not speak HTTP',
  'too-many-redirects': 'it redirects in circles',
}
const french: Readonly<Record<string, string>> = {
  refused: 'connexion refusée',
  'timed-out': 'pas de réponse complète à temps',
  'name-not-found': 'nom inconnu',
  unreachable: 'aucun chemin',
  reset: 'connexion coupée',
  tls: "son certificat n'est pas reconnu",
  protocol: 'il ne parle pas HTTP',
  'too-many-redirects': 'il redirige en boucle',
}
export const answerMessages = [noAnswer, noAnswerRemedy]

/** Characters of a body kept as evidence. */
const shownBody = 2000

/** A GET with its evidence. */
export async function get(
  url: string,
  headers: Record<string, string>,
  options: { timeoutMs: number; maxRedirects?: number; method?: string; maxBodyBytes?: number },
  ctx: StepContext,
): Promise<HttpAnswer> {
  const answer = await ctx.http.send({ url, headers, maxRedirects: 5, ...options })
  const durationMs = Math.round(answer.durationMs)
  const output =
    answer.outcome === 'answered'
      ? [
          `HTTP ${answer.status}`,
          ...Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`),
          '',
          answer.body.slice(0, shownBody),
        ].join('\n')
      : `${answer.outcome}: ${answer.detail}`
  ctx.record({ what: `${options.method ?? 'GET'} ${url}`, output, durationMs })
  return answer
}

export function refusal(
  url: string,
  answer: Exclude<HttpAnswer, { outcome: 'answered' }>,
): { reason: Text; remedy: Text } {
  return { reason: noAnswer({ url, why: answer.outcome, detail: answer.detail }), remedy: noAnswerRemedy({ url }) }
}
