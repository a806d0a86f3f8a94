import S3rver from 's3rver'
import { createFaultyWay } from './faults.ts'

export const s3Keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

/** A real S3 server for tests, reached over a way that can be told to misbehave. */
export const startS3 = async (directory: string, bucket: string) => {
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    directory,
    silent: true,
    configureBuckets: [{ name: bucket }],
  })
  const { port } = await server.run()
  const way = await createFaultyWay(port)
  return {
    way,
    endpoint: way.url,
    async close() {
      await way.close()
      await server.close()
    },
  }
}
