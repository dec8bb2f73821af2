import type { Archiver } from '../../../src/integrations/postgres/checks/archiver.ts'
import type { Receiver } from '../../../src/integrations/postgres/server/replication.ts'
import type { Sequence } from '../../../src/integrations/postgres/server/sequences.ts'
import type { ConnectionGroup } from '../../../src/integrations/postgres/sessions/connection-use.ts'

export const hiddenSequence: Sequence = {
  ...{ oid: 1, schema: 'public', name: 's', type: 'bigint', start: 1, increment: 1, min: 1, max: 2 ** 63 - 1 },
  ...{ cycles: false, last: null, unseen: 'denied', column: null, role: 'vigie' },
}

export const archiving: Archiver = {
  ...{ archived: 0, failures: 0, file: null, archivedAgeMs: null, failedAgeMs: null, isFailing: false },
  ...{ mode: 'on', command: 'cp', role: 'vigie' },
}

export const oneConnection: ConnectionGroup = {
  ...{ user: 'app', database: 'shop', application: 'api', state: 'idle', count: 1, usable: 97, role: 'vigie' },
}

export const hiddenReceiver: Receiver = { name: '4711', state: null, lagBytes: null, lagMs: null, role: 'vigie' }
