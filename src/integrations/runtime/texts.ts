import { message } from '../../core/message.ts'

type Ends = {
  readonly product: string
  readonly version: string
  readonly at: string
  readonly sources: readonly string[]
}

/** Product names as people write them. */
const names: Readonly<Record<string, string>> = {
  node: 'Node.js',
  python: 'Python',
  postgresql: 'PostgreSQL',
  debian: 'Debian',
  ubuntu: 'Ubuntu',
}
const named = (product: string, version: string): string => `${names[product] ?? product} ${version}`

export const ended = message<Ends>('runtime.ended', {
  en: (p, f) => `${named(p.product, p.version)} has had no security fixes since ${f.date(p.at)} (${f.list(p.sources)})`,
  fr: (p, f) =>
    `${named(p.product, p.version)} ne reçoit plus de correctifs de sécurité depuis le ${f.date(p.at)} (${f.list(p.sources)})`,
})
export const longTerm = message<Ends>('runtime.long-term-only', {
  en: (p, f) =>
    `${named(p.product, p.version)} is in long-term support only, until ${f.date(p.at)} (${f.list(p.sources)})`,
  fr: (p, f) =>
    `${named(p.product, p.version)} n'est plus que sous support à long terme, jusqu'au ${f.date(p.at)} (${f.list(p.sources)})`,
})
export const endsSoon = message<Ends>('runtime.ends-soon', {
  en: (p, f) => `${named(p.product, p.version)} gets its last security fixes on ${f.date(p.at)} (${f.list(p.sources)})`,
  fr: (p, f) =>
    `${named(p.product, p.version)} recevra ses derniers correctifs de sécurité le ${f.date(p.at)} (${f.list(p.sources)})`,
})
export const upgrade = message<{ product: string; to: string }>('runtime.upgrade', {
  en: (p) => `Plan the move to ${named(p.product, p.to)}`,
  fr: (p) => `Planifiez le passage à ${named(p.product, p.to)}`,
})
export const unknown = message<{ product: string; version: string; sources: readonly string[] }>(
  'runtime.unknown-version',
  {
    en: (p, f) =>
      `could not tell: no end date is known for ${named(p.product, `"${p.version}"`)} (${f.list(p.sources)})`,
    fr: (p, f) =>
      `indéterminé\u00a0: aucune date de fin connue pour ${named(p.product, `«\u00a0${p.version}\u00a0»`)} (${f.list(p.sources)})`,
  },
)
export const stateIt = message<{ product: string }>('runtime.state-it', {
  en: (p) =>
    `Say in the config which version runs: runtime({ ${p.product}: '…' }); a newer Vigie may know more versions`,
  fr: (p) =>
    `Indiquez dans la configuration la version déployée\u00a0: runtime({ ${p.product}: '…' })\u00a0; une version plus récente de Vigie en connaît peut-être davantage`,
})
export const notFound = message<{ product: string }>('runtime.not-found', {
  en: (p) => `could not tell: no version of ${names[p.product] ?? p.product} was found on this host or in the folder`,
  fr: (p) =>
    `indéterminé\u00a0: aucune version de ${names[p.product] ?? p.product} trouvée sur cet hôte ni dans le dossier`,
})
export const noFolder = message<{ path: string }>('runtime.no-folder', {
  en: (p) => `could not tell: there is no folder ${p.path}`,
  fr: (p) => `indéterminé\u00a0: le dossier ${p.path} n'existe pas`,
})
export const oldTable = message<{ at: string }>('runtime.old-table', {
  en: (p, f) => `could not tell: the table of end dates is of ${f.date(p.at)}`,
  fr: (p, f) => `indéterminé\u00a0: la table des dates de fin date du ${f.date(p.at)}`,
})
export const update = message('runtime.update-vigie', {
  en: () => 'Update Vigie: npm install --save-dev vigie@latest',
  fr: () => 'Mettez Vigie à jour\u00a0: npm install --save-dev vigie@latest',
})
export const supported = message<{ versions: readonly { product: string; version: string }[] }>('runtime.supported', {
  en: (p, f) => `supported: ${f.list(p.versions.map(({ product, version }) => named(product, version)))}`,
  fr: (p, f) => `maintenus\u00a0: ${f.list(p.versions.map(({ product, version }) => named(product, version)))}`,
})
export const runtimeTexts = [
  ended,
  longTerm,
  endsSoon,
  upgrade,
  unknown,
  stateIt,
  notFound,
  noFolder,
  oldTable,
  update,
  supported,
]
