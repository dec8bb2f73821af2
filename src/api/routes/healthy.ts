import { json, type Route } from '../route.ts'

/** Answers as long as the process can answer at all. Whether it does its work, `/-/ready` tells. */
export function healthyRoute(): Route {
  return {
    name: 'healthy',
    path: /^\/-\/healthy$/,
    methods: ['GET'],
    handle: async () => json({ status: 'healthy' }),
  }
}
