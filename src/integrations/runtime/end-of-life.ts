import { postgresqlCheckedOn, postgresqlEndOfLife } from '../../core/postgresql-end-of-life.ts'

/** When versions end. A version has two dates when its maintainers hand it to a long-term team in between. */
export interface EndOfLife {
  /** End of the regular security support. */
  readonly end: string
  /** End of the long-term support, where there is one. */
  readonly longTermEnd?: string
}

export const products = ['node', 'python', 'postgresql', 'debian', 'ubuntu'] as const
export type Product = (typeof products)[number]

const othersCheckedOn = '2026-11-21'

/**
 * The day on which the table was last compared with its sources, of its parts the one longest ago. An old table makes the
 * check say so.
 */
export const checkedOn = othersCheckedOn < postgresqlCheckedOn ? othersCheckedOn : postgresqlCheckedOn

/**
 * Sources: nodejs/Release schedule.json; peps.python.org/api/release-cycle.json (where it gives a month, its last day);
 * for PostgreSQL see the table of core; debian.csv (eol, eol-lts) and ubuntu.csv (eol, which is the end of what is free)
 * of the Debian package distro-info-data 0.58+deb12u7.
 */
export const endOfLife: Readonly<Record<Product, Readonly<Record<string, EndOfLife>>>> = {
  node: {
    '10': { end: '2021-04-30' },
    '12': { end: '2022-04-30' },
    '13': { end: '2020-06-01' },
    '14': { end: '2023-04-30' },
    '15': { end: '2021-06-01' },
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
    '3.15': { end: '2031-10-31' },
  },
  postgresql: postgresqlEndOfLife,
  debian: {
    '8': { end: '2018-06-17', longTermEnd: '2020-06-30' },
    '9': { end: '2020-07-18', longTermEnd: '2022-06-30' },
    '10': { end: '2022-09-10', longTermEnd: '2024-06-30' },
    '11': { end: '2024-08-14', longTermEnd: '2026-08-31' },
    '12': { end: '2026-07-11', longTermEnd: '2028-06-30' },
    '13': { end: '2028-08-09', longTermEnd: '2030-06-30' },
  },
  ubuntu: {
    '14.04': { end: '2019-04-25' },
    '14.10': { end: '2015-07-23' },
    '15.04': { end: '2016-02-04' },
    '15.10': { end: '2016-07-28' },
    '16.04': { end: '2021-04-30' },
    '16.10': { end: '2017-07-20' },
    '17.04': { end: '2018-01-13' },
    '17.10': { end: '2018-07-19' },
    '18.04': { end: '2023-05-31' },
    '18.10': { end: '2019-07-18' },
    '19.04': { end: '2020-01-23' },
    '19.10': { end: '2020-07-17' },
    '20.04': { end: '2025-05-29' },
    '20.10': { end: '2021-07-22' },
    '21.04': { end: '2022-01-20' },
    '21.10': { end: '2022-07-14' },
    '22.04': { end: '2027-06-01' },
    '22.10': { end: '2023-07-20' },
    '23.04': { end: '2024-01-25' },
    '23.10': { end: '2024-07-11' },
    '24.04': { end: '2029-05-31' },
    '24.10': { end: '2025-07-10' },
    '25.04': { end: '2026-01-15' },
    '25.10': { end: '2026-07-09' },
    '26.04': { end: '2031-05-29' },
    '26.10': { end: '2027-07-15' },
  },
}

/** Names that stand for a version in images and version files. Sources as above. */
export const codenames: Readonly<Partial<Record<Product, Readonly<Record<string, string>>>>> = {
  node: {
    dubnium: '10',
    erbium: '12',
    fermium: '14',
    gallium: '16',
    hydrogen: '18',
    iron: '20',
    jod: '22',
    krypton: '24',
  },
  debian: { jessie: '8', stretch: '9', buster: '10', bullseye: '11', bookworm: '12', trixie: '13' },
  ubuntu: {
    trusty: '14.04',
    xenial: '16.04',
    bionic: '18.04',
    focal: '20.04',
    jammy: '22.04',
    noble: '24.04',
    resolute: '26.04',
  },
}
