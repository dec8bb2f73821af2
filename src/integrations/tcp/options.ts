import { z } from 'zod'

export const tcpOptions = z.strictObject({ host: z.string().min(1), port: z.number().int().min(1).max(65_535) })
export type TcpOptions = z.output<typeof tcpOptions>
