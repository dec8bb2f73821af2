import type { StepContext } from '../../../core/context.ts'
import type { Seen } from '../../../core/database.ts'
import { message } from '../../../core/message.ts'
import { ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { genericPlan, type Plan } from '../statements/plan.ts'
import { readExtension, viewIn } from '../statements/reading.ts'
import { obstacleOf, readingTexts } from '../statements/statement-texts.ts'
import { couldNotAsk, reachRemedy } from '../texts.ts'

const unknown = message<{ id: string }>('postgres.statement-unknown', {
  en: (p) => `the server knows no statement ${p.id} in this database`,
  fr: (p) => `le serveur ne connaît pas de requête ${p.id} dans cette base`,
})
const several = message<{ id: string }>('postgres.statement-several', {
  en: (p) => `more than one statement begins with ${p.id}`,
  fr: (p) => `plusieurs requêtes commencent par ${p.id}`,
})
const seeStatements = message('postgres.statement-unknown-remedy', {
  en: () => 'See the statements and their numbers, whole with --json: vigie db queries',
  fr: () => 'Voyez les requêtes et leurs numéros, entiers avec --json : vigie db queries',
})
const notPlanned = message<{ why: string; detail: string }>('postgres.not-planned', {
  en: (p) =>
    ({
      kind: 'there is no plan: it is not a SELECT, INSERT, UPDATE, DELETE or MERGE',
      types: 'there is no plan: without its values PostgreSQL cannot tell the types of its parameters',
      denied: `there is no plan: the role may not read what it reads (${p.detail})`,
      gone: `there is no plan: what it names is not there for this role (${p.detail})`,
      slow: 'there is no plan: it took too long, or waited for a lock',
      text: 'there is no plan: the server has lost its text',
    })[p.why] ?? `there is no plan: PostgreSQL refuses it (${p.detail})`,
  fr: (p) =>
    ({
      kind: "pas de plan : ce n'est ni SELECT, INSERT, UPDATE, DELETE ni MERGE",
      types: 'pas de plan : sans ses valeurs PostgreSQL ne peut dire les types de ses paramètres',
      denied: `pas de plan : le rôle ne peut pas lire ce qu'elle lit (${p.detail})`,
      gone: `pas de plan : ce qu'elle nomme n'existe pas pour ce rôle (${p.detail})`,
      slow: 'pas de plan : trop long, ou en attente d’un verrou',
      text: 'pas de plan : le serveur a perdu son texte',
    })[p.why] ?? `pas de plan : PostgreSQL le refuse (${p.detail})`,
})
const planRemedy = message<{ why: string }>('postgres.not-planned-remedy', {
  en: (p) =>
    ({
      kind: 'Only these have a plan',
      types: 'Take it from the log with its values, and run EXPLAIN in psql',
      denied: 'GRANT SELECT on its tables to the role of the url (14 and later: GRANT pg_read_all_data)',
      gone: 'A temporary table, or another search_path? ALTER ROLE of the url SET search_path as the application has it',
      slow: 'Run it again when the database is less busy; raise statementTimeout when it stays so',
      text: 'It comes back with the next call after: SELECT pg_stat_statements_reset();',
    })[p.why] ?? 'Run EXPLAIN in psql',
  fr: (p) =>
    ({
      kind: 'Seules celles-ci ont un plan',
      types: 'Prenez-la dans le journal avec ses valeurs, et lancez EXPLAIN dans psql',
      denied: "GRANT SELECT sur ses tables au rôle de l'url (à partir de 14 : GRANT pg_read_all_data)",
      gone: "Une table temporaire, ou un autre search_path ? ALTER ROLE de l'url SET search_path comme l'application",
      slow: 'Relancez quand la base est moins chargée ; augmentez statementTimeout si cela dure',
      text: 'Il revient au prochain appel après : SELECT pg_stat_statements_reset();',
    })[p.why] ?? 'Lancez EXPLAIN dans psql',
})
export const explainViewTexts = [...readingTexts, unknown, several, seeStatements, notPlanned, planRemedy]

/** As the server writes it, or the beginning of its 64 bits in hexadecimal. */
const decimal = /^-?\d{1,20}$/
const hexadecimal = /^[0-9a-f]{4,16}$/

/** The plan of a statement that the server has counted; it is not executed. */
export async function explainView(
  options: PostgresOptions,
  ctx: StepContext,
  statementId: string,
): Promise<Seen<string>> {
  const id = statementId.trim().toLowerCase()
  const component = { name: '', system: '', options }
  const extension = await readExtension(component, ctx)
  const found = extension.ok ? extension.rows[0] : undefined
  if (found === undefined || found.schema === null || !found.isLoaded) {
    const { reason = unknown({ id }), remedy } = obstacleOf({ extension, rows: undefined }) ?? {}
    return { ok: false, reason, ...(remedy && { remedy }) }
  }
  const sql = `
    select distinct on (queryid) queryid::text as id, query
    from ${viewIn(found.schema)}
    where dbid = (select oid from pg_database where datname = current_database())
      and (queryid::text = $1 or lpad(to_hex(queryid), 16, '0') like $2)
    order by queryid limit 20`
  const values = [decimal.test(id) ? id : '', hexadecimal.test(id) ? `${id}%` : '']
  const answer = await ask<{ id: string; query: string | null }>(component, { sql, values: () => values }, ctx)
  if (!answer.ok) return unreached(answer.refusal, answer.detail)
  const exact = answer.rows.find((row) => row.id === id) ?? (answer.rows.length === 1 ? answer.rows[0] : undefined)
  if (exact === undefined) {
    const reason = answer.rows.length === 0 ? unknown({ id }) : several({ id })
    return { ok: false, reason, remedy: seeStatements({}) }
  }
  if (exact.query === null || exact.query === '') return without({ ok: false, why: 'text' })
  const plan = await genericPlan(options, exact.query, ctx)
  if (plan.ok) return { ok: true, rows: plan.lines, notes: [] }
  return plan.why === 'connection' ? unreached(plan.refusal, plan.detail) : without(plan)
}

function without(plan: Exclude<Plan, { ok: true }> | { readonly ok: false; readonly why: 'text' }): Seen<string> {
  const detail = 'detail' in plan ? plan.detail : ''
  return { ok: false, reason: notPlanned({ why: plan.why, detail }), remedy: planRemedy({ why: plan.why }) }
}

function unreached(why: string, detail: string): Seen<string> {
  return { ok: false, reason: couldNotAsk({ why, detail }), remedy: reachRemedy({ why }) }
}
