/**
 * The day of the last fixes of each major version of PostgreSQL. Source: postgresql.org/support/versioning, compared
 * with it on `postgresqlCheckedOn`.
 */
export const postgresqlEndOfLife: Readonly<Record<string, { readonly end: string }>> = {
  '9.6': { end: '2021-11-11' },
  '10': { end: '2022-11-10' },
  '11': { end: '2023-11-09' },
  '12': { end: '2024-11-21' },
  '13': { end: '2025-11-13' },
  '14': { end: '2026-11-12' },
  '15': { end: '2027-11-11' },
  '16': { end: '2028-11-09' },
  '17': { end: '2029-11-08' },
  '18': { end: '2030-11-14' },
}

export const postgresqlCheckedOn = '2026-11-21'

/** How old a shipped table of end dates may be, in milliseconds: every product in one has a release a year. */
export const maxEndOfLifeTableAgeMs = 400 * 86_400_000
