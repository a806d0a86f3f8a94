import type { Readable } from 'node:stream'

export interface StoredFile {
  size: number
  sha256: string
}

export interface OpenedFile {
  body: Readable
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
  put(key: string, source: { path: string } | { body: Readable | Uint8Array; size?: number }): Promise<StoredFile>
  /** `null` when there is none. A range past the end is clamped; `start` past the end gives `null` range semantics to the caller. */
  open(key: string, range?: { start: number; end?: number }): Promise<OpenedFile | null>
  stat(key: string): Promise<{ size: number } | null>
  toLocal(key: string): Promise<LocalFile | null>
  remove(key: string): Promise<void>
  /** Everything under the prefix, which ends with a slash. */
  removeAll(prefix: string): Promise<void>
  list(prefix: string): AsyncIterable<{ key: string; size: number; modified: Date }>
  /** Throws when the storage can not be written to; for readiness. */
  check(): Promise<void>
}
