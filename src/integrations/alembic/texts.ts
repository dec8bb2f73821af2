import { message } from '../../core/message.ts'

export const notInCode = message('alembic.not-in-code', {
  en: () => 'the database is at this revision, and the code does not have it: the code is older than the database',
  fr: () => 'la base est à cette révision, et le code ne la contient pas : le code est plus ancien que la base',
})
export const unsureBeside = message('alembic.unsure', {
  en: () => 'the database is at a revision that the code does not have: whether this one was applied is not known',
  fr: () => 'la base est à une révision que le code ne contient pas : on ne sait pas si celle-ci a été appliquée',
})
export const merges = message('alembic.merges', {
  en: () => 'it merges several revisions: Alembic gives no SQL for it alone',
  fr: () => "elle réunit plusieurs révisions : Alembic n'en donne pas le SQL à elle seule",
})
export const noOffline = message<{ detail: string }>('alembic.no-offline', {
  en: (p) => `Alembic cannot write it as SQL: ${p.detail}`,
  fr: (p) => `Alembic ne peut pas l'écrire en SQL : ${p.detail}`,
})

export const branches = message<{ id: string }>('alembic.branches', {
  en: (p) =>
    `Revision ${p.id} cannot be taken back alone: the database is at several heads, or it merges several revisions.`,
  fr: (p) =>
    `La révision ${p.id} ne peut pas être annulée seule : la base est à plusieurs têtes, ou elle réunit plusieurs révisions.`,
})
export const branchesHint = message<{ id: string }>('alembic.branches-hint', {
  en: () => 'Say to Alembic itself how far to go back: alembic downgrade BRANCH@REVISION',
  fr: () => "Dites à Alembic lui-même jusqu'où revenir : alembic downgrade BRANCHE@RÉVISION",
})

export const alembicTexts = [notInCode, unsureBeside, merges, noOffline, branches, branchesHint]
