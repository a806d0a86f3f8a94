import type { Readable } from 'node:stream'

export interface StoredFile {
  size: number
  sha256: string
}

export type FileSource =
  /** `sha256` where the caller has already read these very bytes: it spares reading them once more. */
  | { path: string; sha256?: string }
  /** A `size` that the body does not meet makes the whole put fail. */
  | { body: Readable | Uint8Array; size?: number }

export interface OpenedFile {
  body: Readable
  /** Of the whole file, whatever the range. */
  size: number
  /** Set when a range was asked for and met. */
  range?: { start: number; end: number }
}

/** A file on this machine's disk for the length of one piece of work; `release` removes it where it was a copy. */
export interface LocalFile {
  path: string
  release(): Promise<void>
}

/**
 * Where recordings and artifacts are kept. Keys look like `users/{user}/…`, are relative and never hold `..`;
 * they are made by us, never from a client's file name.
 */
export interface Files {
  readonly kind: 'local' | 's3' | 'supabase'
  /** Whole or not at all: a reader never sees half a file. `path` may be moved instead of copied. */
  put(key: string, source: FileSource): Promise<StoredFile>
  /**
   * `null` when there is none. Both ends of a range count from 0 and are included; an end past the file is clamped.
   * A `start` past the file gives an empty body and no `range`, which the caller answers with 416.
   */
  open(key: string, range?: { start: number; end?: number }): Promise<OpenedFile | null>
  stat(key: string): Promise<{ size: number } | null>
  toLocal(key: string): Promise<LocalFile | null>
  remove(key: string): Promise<void>
  /** Everything under the prefix, which ends with a slash. */
  removeAll(prefix: string): Promise<void>
  list(prefix: string): AsyncIterable<{ key: string; size: number; modified: Date }>
  /** Throws when the storage can not be written to; for readiness. */
  check(): Promise<void>
  /** Removes what writes that were broken off before this moment left behind; answers how many. */
  sweep(before: Date): Promise<number>
  /**
   * Only where the storage serves files itself: a link to this one object that ends by itself and makes a browser
   * save, never show. Whoever holds it can read, so hand it out only after the owner was checked.
   */
  link?(key: string, options: { seconds: number; filename: string }): Promise<string>
}
