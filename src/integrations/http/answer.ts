import type { HttpAnswer, StepContext } from '../../core/context.ts'
import { message, type Text } from '../../core/message.ts'

type Why = Exclude<HttpAnswer['outcome'], 'answered'>

export const noAnswer = message<{ url: string; why: string; detail: string }>('http.no-answer', {
  en: (p) => `${p.url} did not answer: ${whyIn.en(p.why, p.url)} (${p.detail})`,
  fr: (p) => `${p.url} n'a pas répondu : ${whyIn.fr(p.why, p.url)} (${p.detail})`,
})
/** `why` is missing in rows of an older version. */
export const noAnswerRemedy = message<{ url: string; why?: string }>('http.no-answer-remedy', {
  en: (p) =>
    ({
      'timed-out': `Is the service overloaded, or waiting for another one? Try: curl -sv ${p.url}`,
      'name-not-found': `Check the host name in the url: getent hosts ${hostOf(p.url)}`,
      unreachable: `Check the way there: ip route get ${hostOf(p.url)}`,
      tls: `Look at its certificate: openssl s_client -connect ${placeOf(p.url)} -servername ${hostOf(p.url)}`,
      protocol: `Check the scheme and the port in the url. Try: curl -sv ${p.url}`,
      'too-many-redirects': `Follow them: curl -sILv --max-redirs 10 ${p.url}`,
    })[p.why ?? ''] ?? `Is the service running? Try: curl -sv ${p.url}`,
  fr: (p) =>
    ({
      'timed-out': `Le service est-il surchargé, ou en attend-il un autre ? Essayez : curl -sv ${p.url}`,
      'name-not-found': `Vérifiez le nom d'hôte dans l'url : getent hosts ${hostOf(p.url)}`,
      unreachable: `Vérifiez le chemin : ip route get ${hostOf(p.url)}`,
      tls: `Regardez son certificat : openssl s_client -connect ${placeOf(p.url)} -servername ${hostOf(p.url)}`,
      protocol: `Vérifiez le protocole et le port dans l'url. Essayez : curl -sv ${p.url}`,
      'too-many-redirects': `Suivez-les : curl -sILv --max-redirs 10 ${p.url}`,
    })[p.why ?? ''] ?? `Le service est-il démarré ? Essayez : curl -sv ${p.url}`,
})
export const lookAgain = message<{ url: string }>('http.look-again', {
  en: (p) => `See the whole answer: curl -si '${p.url}', and the service's own log at that time`,
  fr: (p) => `Voyez la réponse entière : curl -si '${p.url}', et le journal du service à cette heure`,
})
export const timeIt = message<{ url: string }>('http.time-it', {
  en: (p) =>
    `See where the time goes: curl -so /dev/null -w 'connect %{time_connect} first byte %{time_starttransfer} all %{time_total}\\n' '${p.url}'; then the slow statements of its database`,
  fr: (p) =>
    `Voyez où va le temps : curl -so /dev/null -w 'connexion %{time_connect} premier octet %{time_starttransfer} total %{time_total}\\n' '${p.url}' ; puis les requêtes lentes de sa base`,
})
const english: Readonly<Record<Why, string>> = {
  refused: 'connection refused',
  'timed-out': 'no whole answer in time',
  'name-not-found': 'the name is not known',
  unreachable: 'no way there',
  reset: 'the connection was cut',
  tls: 'its certificate is not trusted',
  protocol: 'it does not speak HTTP',
  'too-many-redirects': 'it redirects in circles',
}
const french: Readonly<Record<Why, string>> = {
  refused: 'connexion refusée',
  'timed-out': 'pas de réponse complète à temps',
  'name-not-found': 'nom inconnu',
  unreachable: 'aucun chemin',
  reset: 'connexion coupée',
  tls: "son certificat n'est pas reconnu",
  protocol: 'il ne parle pas HTTP',
  'too-many-redirects': 'il redirige en boucle',
}

/** Why there was no answer, in words; anything else as it is. */
export const whyIn = {
  en: (why: string, url: string): string => said(english, why, url),
  fr: (why: string, url: string): string => said(french, why, url),
} as const

function said(words: Readonly<Record<string, string>>, why: string, url: string): string {
  const text = words[why] ?? why
  return why === 'protocol' && url.startsWith('https:') ? `${text}S` : text
}

function hostOf(url: string): string {
  return new URL(url).hostname
}

function placeOf(url: string): string {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port || 443}`
}
export const bodyCut = message<{ bytes: number }>('http.body-cut', {
  en: (p, f) => `could not tell: the body is longer than ${f.bytes(p.bytes)} and was not read to the end`,
  fr: (p, f) => `indéterminé : le corps dépasse ${f.bytes(p.bytes)} et n'a pas été lu en entier`,
})
export const answerMessages = [noAnswer, noAnswerRemedy, lookAgain, timeIt, bodyCut]

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
  return {
    reason: noAnswer({ url, why: answer.outcome, detail: answer.detail }),
    remedy: noAnswerRemedy({ url, why: answer.outcome }),
  }
}
