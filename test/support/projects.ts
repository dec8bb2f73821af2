import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** No generated text may hold any of these. */
export const plantedSecrets = [
  'hunter2-db-password',
  'sk_live_planted0123456789',
  'planted-jwt-secret',
  'planted-redis-password',
  'planted-render-value',
  'planted-token-of-a-remote',
]

/** Project folders as teams have them: file → text. */
export const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a compose stack': {
    'docker-compose.yml': `x-base: &base
  restart: unless-stopped
services:
  api:
    <<: *base
    build: .
    ports: ["\${API_PORT:-18000}:8000"]
    environment:
      JWT_SECRET: planted-jwt-secret
      DATABASE_URL: postgres://app:hunter2-db-password@db:5432/app
  db:
    image: postgres:16-alpine
    ports: ["127.0.0.1:15432:5432"]
    environment: { POSTGRES_PASSWORD: hunter2-db-password }
  cache:
    image: redis:7
    command: redis-server --requirepass planted-redis-password
    ports:
      - { target: 6379, published: "16379", protocol: tcp }
  worker: { build: . }
  dns: { image: coredns, ports: ["1053:53/udp"] }
`,
    '.env': `API_PORT=18001
DATABASE_URL="postgresql+asyncpg://app:hunter2-db-password@localhost:15432/app"
STRIPE_KEY=sk_live_planted0123456789
# a line that is no assignment
postgres://app:hunter2-db-password@db/app?x=postgres://y
`,
  },
  'a Next.js application': {
    'package.json': JSON.stringify({
      name: '@acme/shop-front',
      scripts: { dev: 'next dev -p 13100' },
      dependencies: { next: '15.0.0' },
    }),
    '.env': 'NEXT_PUBLIC_URL=https://shop.example\nJWT_SECRET=planted-jwt-secret\n',
    '.env.example': 'DATABASE_URL=\nJWT_SECRET=\n',
  },
  'a Python service with alembic': {
    'pyproject.toml': '[project]\nname = "assurances"\ndependencies = ["fastapi>=0.110", "sqlalchemy"]\n',
    'alembic.ini': '[alembic]\nsqlalchemy.url = postgresql://app:hunter2-db-password@localhost/app\n',
    '.env': 'DB_URL=mysql://app:hunter2-db-password@localhost/app\n',
  },
  'a Django site': {
    'manage.py': '#!/usr/bin/env python3\n',
    'requirements.txt': 'Django==5.1\npsycopg[binary]\n',
    'uploads/deep/a.pdf': 'x',
    'logs/.keep': '',
    'tmp/empty/': '',
    '.env': 'DATABASE_URL=postgres://app:hunter2-db-password@localhost:1/app\n',
  },
  'a service on Render': {
    'render.yaml': `services:
  - type: web
    name: autodev-backend
    healthCheckPath: /health
    envVars: [{ key: API_KEY, value: planted-render-value }]
  - { type: web, name: "it's odd'; process.exit()", healthCheckPath: "/x'" }
  - { type: worker, name: jobs }
`,
  },
  'processes under PM2': {
    'ecosystem.config.js': "module.exports = { apps: [{ name: 'api', env: { JWT_SECRET: 'planted-jwt-secret' } }] }\n",
    'package.json': '{ "name": "", "private": true }',
  },
  'a Supabase project': {
    'supabase/config.toml': 'project_id = "demo"\n[auth]\njwt_secret = "planted-jwt-secret"\n',
    '.env.example':
      'SUPABASE_URL=\nSUPABASE_DB_URL=postgresql://postgres:hunter2-db-password@localhost:54322/postgres\n',
  },
  'a git checkout with a remote': {
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/config': '[core]\n[remote "up\'stream"]\n\turl = https://me:planted-token-of-a-remote@git.invalid/x.git\n',
    '.git/refs/heads/': '',
    '.git/objects/': '',
  },
  'an empty folder': {},
  'broken YAML': {
    'docker-compose.yml':
      'services:\n  db:\n    image: postgres\n   environment: { POSTGRES_PASSWORD: hunter2-db-password\n',
    'render.yaml': 'a: "planted-render-value\n',
  },
  'YAML of another shape': {
    'compose.yaml':
      'services: { a: 7, b: { ports: 8000 }, c: { ports: [null, "x:y", ":", 99999999] }, d: null, "7": [] }\n',
    'render.yaml': 'services: { web: planted-render-value }\n',
    'package.json': '[1, 2]',
  },
  'odd names': {
    'package.json': JSON.stringify({ name: `L'Élégance "Mobilité" \\ \u2028 \${x} */ 🚕` }),
    'compose.yml': `services:
  _api: { ports: ["18010:80"] }
  "été 🌻": { ports: ["18011:80"] }
  you: { ports: ["18012:80"] }
  host: { ports: ["18013:80"] }
  constructor: { ports: ["18014:80"] }
  "'; throw 1 //": { ports: ["18015:80"] }
`,
    '.env': "DATABASE'); throw new Error('x=postgres://app:hunter2-db-password@localhost/app\n",
  },
}

/** Writes a project into a folder; a name that ends in a slash is an empty folder. */
export function writeProject(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(dir, name)
    mkdirSync(name.endsWith('/') ? file : dirname(file), { recursive: true })
    if (!name.endsWith('/')) writeFileSync(file, text)
  }
}
