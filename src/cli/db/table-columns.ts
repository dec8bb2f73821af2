import type { DatabaseTable } from '../../core/database.ts'
import { message } from '../../core/message.ts'
import type { Column } from '../columns.ts'
import type { Output } from '../output.ts'
import { sparkline } from '../sparkline.ts'
import { nameOf, type TableOrder } from './table-order.ts'

const title = message<{ column: string }>('cli.db-tables-title', {
  en: (p) => english[p.column] ?? p.column,
  fr: (p) => french[p.column] ?? p.column,
})
const never = message('cli.db-tables-never', { en: () => 'never', fr: () => 'jamais' })
const off = message('cli.db-tables-off', { en: () => 'off', fr: () => 'arrêté' })
export const tableColumnTexts = [title, never, off]

const english: Readonly<Record<string, string>> = {
  table: 'table',
  size: 'size',
  growth: 'a day',
  sizes: 'trend',
  live: 'live',
  dead: 'dead',
  ratio: 'dead %',
  vacuum: 'vacuum',
  autovacuum: 'autovacuum at',
  age: 'to freeze',
  indexes: 'indexes',
  toast: 'TOAST',
  inserts: 'inserted',
  updates: 'updated',
  deletes: 'deleted',
}
const french: Readonly<Record<string, string>> = {
  table: 'table',
  size: 'taille',
  growth: 'par jour',
  sizes: 'tendance',
  live: 'vivantes',
  dead: 'mortes',
  ratio: '% mort',
  vacuum: 'vacuum',
  autovacuum: 'autovacuum à',
  age: 'vers gel',
  indexes: 'index',
  toast: 'TOAST',
  inserts: 'insérées',
  updates: 'modifiées',
  deletes: 'supprimées',
}

const nameWidth = 26
const trendWidth = 8

/** What is known of a table, as far as it fits; the column that it is sorted by goes last. */
export function tableColumns({ text, format }: Output, now: Date, order: TableOrder): Column<DatabaseTable>[] {
  const whole = (value: number): string => format.number(value, 0)
  const column = (
    name: string,
    cell: (row: DatabaseTable) => string,
    { spare = 0, by }: { spare?: number; by?: TableOrder } = {},
  ): Column<DatabaseTable> => ({
    title: title({ column: name }),
    cell,
    isNumber: true,
    spare: by === order ? 0 : spare,
  })
  return [
    {
      title: title({ column: 'table' }),
      cell: nameOf,
      ...{ isName: true, widest: nameWidth },
    },
    column('size', ({ tableBytes, indexBytes, toastBytes }) => format.bytes(tableBytes + indexBytes + toastBytes)),
    column('indexes', ({ indexBytes }) => format.bytes(indexBytes), { spare: 7 }),
    column('toast', ({ toastBytes }) => format.bytes(toastBytes), { spare: 8 }),
    column(
      'growth',
      ({ bytesPerDay }) =>
        bytesPerDay === null ? '' : `${bytesPerDay < 0 ? '-' : '+'}${format.bytes(Math.abs(bytesPerDay))}`,
      { spare: 2, by: 'growth' },
    ),
    { ...column('sizes', ({ sizes }) => (sizes.length < 2 ? '' : sparkline(sizes, trendWidth)), { spare: 4 }) },
    column('live', ({ liveTuples }) => whole(liveTuples), { by: 'live' }),
    column('inserts', ({ inserts }) => whole(inserts), { spare: 12 }),
    column('updates', ({ updates }) => whole(updates), { spare: 11 }),
    column('deletes', ({ deletes }) => whole(deletes), { spare: 10 }),
    column('dead', ({ deadTuples }) => whole(deadTuples), { spare: 6, by: 'dead' }),
    column('ratio', ({ deadRatio }) => (deadRatio === null ? '' : format.percent(deadRatio, 0))),
    column(
      'vacuum',
      ({ lastVacuumAt }) =>
        lastVacuumAt === null ? text(never({})) : format.duration(Math.max(0, now.getTime() - lastVacuumAt.getTime())),
      { spare: 1, by: 'vacuum' },
    ),
    column('autovacuum', ({ isVacuumAutomatic, vacuumAt }) => (isVacuumAutomatic ? whole(vacuumAt) : text(off({}))), {
      spare: 9,
    }),
    column('age', ({ xidAge, freezeAt }) => format.percent(freezeAt > 0 ? xidAge / freezeAt : 1, 0), {
      spare: 5,
      by: 'age',
    }),
  ]
}
