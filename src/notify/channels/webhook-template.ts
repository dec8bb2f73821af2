/** What `{{…}}` of a template may name, and what each gives. Those of one alert are of the worst. */
export const placeholders = {
  id: 'the id of the message, the same at every attempt',
  kind: 'alerts, notice, canary or test',
  system: 'the name of the system',
  at: 'when it was made, UTC ISO 8601',
  state: 'firing while any alert of it is, else resolved',
  severity: 'low, medium, high or critical',
  count: 'how many alerts it tells of',
  headline: 'all of it in one line',
  text: 'every alert in a line of its own',
  title: 'what the alert says',
  remedy: 'what to do, or nothing',
  component: 'the component of the alert',
  rule: 'the rule of the alert',
  value: 'the number that the rule saw, or nothing',
  startedAt: 'when it began, UTC ISO 8601',
  resolvedAt: 'when it ended, or nothing',
  acknowledgeUrl: 'where a person says "I take it", or nothing',
  publicUrl: 'the address of this Vigie, or nothing',
  data: 'all of it as one JSON object, not as a text',
} as const

export type Placeholder = keyof typeof placeholders

const written = /\{\{\s*([^{}]*?)\s*\}\}/g

/** The names in a template that there are not. */
export function unknownPlaceholders(template: string): readonly string[] {
  return [...template.matchAll(written)].flatMap(([, name = '']) => (Object.hasOwn(placeholders, name) ? [] : [name]))
}

/** A template with its values. In JSON each value is written so that it stands between quotation marks; `data` is JSON itself. */
export function fillTemplate(template: string, values: Readonly<Record<Placeholder, string>>, isJson: boolean): string {
  return template.replace(written, (_, name: Placeholder) => {
    const value = Object.hasOwn(values, name) ? values[name] : ''
    return isJson && name !== 'data' ? JSON.stringify(value).slice(1, -1) : value
  })
}
