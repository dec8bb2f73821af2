import { message } from '../../core/message.ts'

/** Texts that several commands of alerts share. */
export const unknownAlert = message<{ id: string }>('cli.unknown-alert', {
  en: (p) => `There is no alert ${p.id}.`,
  fr: (p) => `L'alerte ${p.id} n'existe pas.`,
})
export const alertsListHint = message('cli.alerts-list-hint', {
  en: () => 'What fires, and what is silent: vigie alerts list',
  fr: () => 'Ce qui alerte, et ce qui se tait : vigie alerts list',
})
export const silenceLine = message<{
  id: string
  system: string
  component: string
  rule: string
  until: string
  by: string
  reason: string
}>('cli.silence-line', {
  en: (p, f) => `${p.id}  ${whatIn('en', p)} is silent until ${f.dateTime(p.until)} (${p.by}: ${p.reason})`,
  fr: (p, f) => `${p.id}  silence sur ${whatIn('fr', p)} jusqu'au ${f.dateTime(p.until)} (${p.by} : ${p.reason})`,
})
export const windowLine = message<{ name: string; system: string; components: readonly string[]; until: string }>(
  'cli.window-line',
  {
    en: (p, f) =>
      `window ${p.name}  ${p.components.length === 0 ? `all of ${p.system}` : f.list(p.components)} is silent until ${f.dateTime(p.until)} (maintenance)`,
    fr: (p, f) =>
      `fenêtre ${p.name}  silence sur ${p.components.length === 0 ? `tout ${p.system}` : f.list(p.components)} jusqu'au ${f.dateTime(p.until)} (maintenance)`,
  },
)
export const alertTexts = [unknownAlert, alertsListHint, silenceLine, windowLine]

function whatIn(
  locale: 'en' | 'fr',
  { system, component, rule }: { readonly system: string; readonly component: string; readonly rule: string },
): string {
  const parts = [component, rule].filter((part) => part !== '')
  return parts.length > 0 ? parts.join(' · ') : locale === 'en' ? `all of ${system}` : `tout ${system}`
}
