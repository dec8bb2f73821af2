// The system that `npx vigie demo` starts and breaks on purpose. While it is up (`npx vigie demo --keep`), try here:
//   npx vigie run daily
//   npx vigie up
import { existsSync, readFileSync } from 'node:fs'
import { defineSystem, files, http, human, postgres, runtime, secretFile, slack, tls } from 'vigie'

const notes = new URL('.demo/state.json', import.meta.url)
if (!existsSync(notes)) throw new Error('the demo system is not up: npx vigie demo --keep')
const { locale, apiUrl, sitePort, node, reviewedOn } = JSON.parse(readFileSync(notes, 'utf8'))

export default defineSystem({
  name: 'Demo',
  locale,
  timezone: 'Europe/Paris',
  // Links in messages begin with it: where `vigie up` listens.
  publicUrl: 'http://127.0.0.1:8470',
  components: {
    api: http({
      url: apiUrl,
      health: '/health',
      checks: {
        // Somebody sits before the demo and waits; a real system is asked every minute.
        status: { every: '5s' },
        health: { every: '5s' },
        latency: { paths: ['/api/clients', '/api/policies'] },
      },
    }),
    site: tls({ host: 'localhost', port: sitePort, ca: '.demo/site.pem' }),
    db: postgres({
      url: secretFile('.demo/database-url'),
      checks: {
        // A real system leaves these alone: the demo is a minute old, so it cannot wait 35 days for its statistics,
        // nor 30 seconds for a statement to be called long.
        'unused-index': { minStatisticsAge: 0 },
        'long-statements': { longerThan: '200ms' },
        'idle-in-transaction': { longerThan: '200ms' },
        blocking: { longerThan: '200ms' },
        // It compares with an earlier look, of which there is none yet, and its server would have to count statements.
        statements: false,
      },
    }),
    documents: files({ path: '.demo/documents' }),
    stack: runtime({ node, postgresql: '18' }),
  },
  routines: {
    daily: {
      add: [human('Read the list of accesses', { id: 'access-review', every: '90d', owner: 'Léa', since: reviewedOn })],
    },
  },
  // The demo has a chat of its own: what is told there appears in its terminal.
  channels: { chat: slack({ url: `${apiUrl}/chat` }) },
})
