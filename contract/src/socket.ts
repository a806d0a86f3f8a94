import type { z } from 'zod'

/** One message on the live channel, described once for both sides. */
export interface SocketEvent {
  name: string
  from: 'client' | 'server'
  message: z.ZodType
  ack?: z.ZodType
}

export const socketEvent = <const E extends SocketEvent>(it: E): E => it
