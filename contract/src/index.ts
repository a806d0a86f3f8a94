export * from './endpoint.ts'
export * from './errors.ts'
export * from './permissions.ts'
export * from './socket.ts'
