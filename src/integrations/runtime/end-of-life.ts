/** When versions end. A version has two dates when its maintainers hand it to a long-term team in between. */
export interface EndOfLife {
  /** End of the regular security support. */
  readonly end: string
  /** End of the long-term support, where there is one. */
  readonly longTermEnd?: string
}

export type Product = 'node' | 'python' | 'postgresql' | 'debian' | 'ubuntu'

/** The day on which the table was last compared with its sources. An old table makes the check say so. */
export const checkedOn = '2026-11-21'

/**
 * Sources: nodejs/Release schedule.json; devguide.python.org/versions; postgresql.org/support/versioning;
 * wiki.debian.org/DebianReleases and wiki.debian.org/LTS; ubuntu.com/about/release-cycle.
 */
export const endOfLife: Readonly<Record<Product, Readonly<Record<string, EndOfLife>>>> = {
  node: {
    '12': { end: '2022-04-30' },
    '14': { end: '2023-04-30' },
    '16': { end: '2023-09-11' },
    '17': { end: '2022-06-01' },
    '18': { end: '2025-04-30' },
    '19': { end: '2023-06-01' },
    '20': { end: '2026-04-30' },
    '21': { end: '2024-06-01' },
    '22': { end: '2027-04-30' },
    '23': { end: '2025-06-01' },
    '24': { end: '2028-04-30' },
    '25': { end: '2026-06-01' },
    '26': { end: '2029-04-30' },
  },
  python: {
    '2.7': { end: '2020-01-01' },
    '3.6': { end: '2021-12-23' },
    '3.7': { end: '2023-06-27' },
    '3.8': { end: '2024-10-07' },
    '3.9': { end: '2025-10-31' },
    '3.10': { end: '2026-10-31' },
    '3.11': { end: '2027-10-31' },
    '3.12': { end: '2028-10-31' },
    '3.13': { end: '2029-10-31' },
    '3.14': { end: '2030-10-31' },
  },
  postgresql: {
    '10': { end: '2022-11-10' },
    '11': { end: '2023-11-09' },
    '12': { end: '2024-11-21' },
    '13': { end: '2025-11-13' },
    '14': { end: '2026-11-12' },
    '15': { end: '2027-11-11' },
    '16': { end: '2028-11-09' },
    '17': { end: '2029-11-08' },
    '18': { end: '2030-11-14' },
  },
  debian: {
    '9': { end: '2020-07-18', longTermEnd: '2022-06-30' },
    '10': { end: '2022-09-10', longTermEnd: '2024-06-30' },
    '11': { end: '2024-08-14', longTermEnd: '2026-08-31' },
    '12': { end: '2026-06-10', longTermEnd: '2028-06-30' },
    '13': { end: '2028-08-09', longTermEnd: '2030-06-30' },
  },
  ubuntu: {
    '16.04': { end: '2021-04-30' },
    '18.04': { end: '2023-05-31' },
    '20.04': { end: '2025-05-31' },
    '22.04': { end: '2027-04-30' },
    '24.04': { end: '2029-05-31' },
    '26.04': { end: '2031-05-31' },
  },
}
