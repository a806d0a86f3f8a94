import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** One registry a process. Parts make their metrics once, at module level, through these three. */
export const registry = new Registry()

type Labels<L extends string> = readonly L[]

export const counter = <L extends string = never>(name: string, help: string, labelNames: Labels<L> = []) =>
  new Counter({ name, help, labelNames, registers: [registry] })

export const gauge = <L extends string = never>(name: string, help: string, labelNames: Labels<L> = []) =>
  new Gauge({ name, help, labelNames, registers: [registry] })

export const histogram = <L extends string = never>(
  name: string,
  help: string,
  buckets: number[],
  labelNames: Labels<L> = [],
) => new Histogram({ name, help, labelNames, buckets, registers: [registry] })
