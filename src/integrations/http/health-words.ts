/** How one part of a health report says that it is. */
export type Health = 'healthy' | 'degraded' | 'unhealthy' | 'unknown'

const verdicts = ['healthy', 'degraded', 'unhealthy'] as const
const words: Readonly<Record<(typeof verdicts)[number], string>> = {
  healthy:
    'ok okay healthy up pass passed passing success successful good green alive ready available connected operational running online reachable responding true yes',
  degraded: 'degraded warn warning partial slow yellow unstable',
  unhealthy:
    'unhealthy down fail failed failing failure error errored critical bad red dead unavailable disconnected out_of_service outage offline unreachable timeout stopped ko nok false no not_ready not_ok not_connected not_available refused closed crashed',
}
const healthByWord = new Map(
  verdicts.flatMap((health) => words[health].split(' ').map((word): [string, Health] => [word, health])),
)

/** `unhealthy: timeout`, `error - refused`, `OK (12 ms)`: the word, and behind a sign what is said of it. */
const phrase = /^(?<word>[a-z]+(?:[ _-][a-z]+)?)\s*(?:$|[:;,.!(–—]|-\s)/

/** What a text says: a word that stands alone or begins a phrase. */
export function healthOfText(text: string): Health {
  const found = phrase.exec(text.trim().toLowerCase())?.groups?.['word']?.replaceAll(/[ -]/g, '_')
  return healthByWord.get(found ?? '') ?? 'unknown'
}

/** What a number says where a verdict is expected: 1 and 0, or the status of an HTTP answer. */
export function healthOfNumber(value: number): Health {
  if (value === 1 || (value >= 200 && value < 300)) return 'healthy'
  return value === 0 || (value >= 400 && value < 600) ? 'unhealthy' : 'unknown'
}
