import type pg from 'pg'

/** Tables of several shapes, rows numbered by `id`; the statement fills `:name` with so many rows. */
export const bloatShapes: Readonly<Record<string, { readonly rows: number; readonly sql: string }>> = {
  narrow: {
    rows: 60_000,
    sql: 'create table :name (id int, flag bool); insert into :name select n, n % 2 = 0 from generate_series(1, :rows) n',
  },
  wide: {
    rows: 8000,
    sql: 'create table :name (id bigint, body text); insert into :name select n, rpad(md5(n::text), 700, md5((n + 1)::text)) from generate_series(1, :rows) n',
  },
  'with NULLs': {
    rows: 40_000,
    sql: `create table :name (id int, a text, b bigint, c text, d int, e int, f int, g int, h int, i timestamptz);
          insert into :name select n, case when n % 3 = 0 then md5(n::text) end, case when n % 5 = 0 then n end from generate_series(1, :rows) n`,
  },
  'with a fill factor': {
    rows: 40_000,
    sql: `create table :name (id int, name text) with (fillfactor = 70);
          insert into :name select n, md5(n::text) from generate_series(1, :rows) n`,
  },
  'of mixed types': {
    rows: 30_000,
    sql: `create table :name (a bool, id bigint, c bool, d text, e numeric(10, 2), f uuid, g jsonb);
          insert into :name select true, n, false, repeat('z', n % 60), n * 1.5, md5(n::text)::uuid, jsonb_build_object('k', n, 'name', md5(n::text)) from generate_series(1, :rows) n`,
  },
}

/** Shares of the rows that are deleted, spread over the table. */
export const deletedShares = [0, 30, 60, 90] as const

export interface SeededTable {
  readonly name: string
  readonly shape: string
  readonly deleted: number
}

/** Makes every shape with every share deleted, with an index on `id`; vacuumed and analyzed. */
export async function seedBloat(client: pg.Client, scale = 1): Promise<readonly SeededTable[]> {
  const seeded: SeededTable[] = []
  for (const [shape, { rows, sql }] of Object.entries(bloatShapes)) {
    for (const deleted of deletedShares) {
      const name = `"${shape} ${deleted}"`
      await client.query(sql.replaceAll(':name', name).replaceAll(':rows', String(rows * scale)))
      await client.query(`create index on ${name} (id)`)
      await client.query(`delete from ${name} where id * 7919 % 100 < ${deleted}`)
      seeded.push({ name: `${shape} ${deleted}`, shape, deleted })
    }
  }
  await client.query('vacuum (analyze)')
  return seeded
}
