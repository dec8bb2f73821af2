/** Ports by which a service is known that does not speak HTTP. Source: the default of each server's own documentation. */
export const knownPorts: Readonly<Record<number, string>> = {
  22: 'ssh',
  25: 'smtp',
  443: 'https',
  1025: 'smtp',
  1433: 'sqlserver',
  1883: 'mqtt',
  3306: 'mysql',
  4222: 'nats',
  5432: 'postgres',
  5672: 'rabbitmq',
  6379: 'redis',
  9092: 'kafka',
  11211: 'memcached',
  27017: 'mongodb',
  54322: 'supabase-db',
}

/** Of these, the ones looked for on this machine: an open port of a web framework or of a database is worth a check. */
export const lookedForPorts: readonly number[] = [3306, 5432, 5672, 6379, 11211, 27017, 54322]

/** Where web frameworks listen by default, and what such a service is usually called. */
export const webPorts: Readonly<Record<number, string>> = {
  3000: 'web',
  4200: 'web',
  5000: 'api',
  5173: 'web',
  8000: 'api',
  8080: 'api',
  54321: 'supabase',
}
