/** Set while recording; it becomes a highlight or a task of the conversation, at the latest when the recording ends. */
export interface Mark {
  id: string
  kind: 'highlight' | 'note' | 'task'
  at_ms: number
  /** What was written; nothing for a highlight. */
  text: string
  /** What was said there, once that is known. */
  passage?: { text: string; start_ms: number; end_ms: number; segment_id: string }
  sent: boolean
}

/** A recording as this device knows it, from the first sound until the server has all of it. */
export interface Recording {
  /** Made here, before any server knows of it. */
  id: string
  /** Whose it is: a browser may be used by several people, and sound goes into the account of the one who spoke. */
  user_id: string
  started_at: string
  title?: string
  language?: string
  provider?: string
  conversation_id?: string
  resume_token?: string
  /** The number of the next chunk to be recorded: so many exist. */
  recorded: number
  /** The lowest that the server does not have. */
  next_seq: number
  /** Nothing more will be recorded; what is missing is still sent. */
  ended: boolean
  marks?: Mark[]
}

export interface Chunk {
  seq: number
  pcm: Uint8Array<ArrayBuffer>
}

/** Where sound is kept until the server has acknowledged it. */
export interface ChunkStore {
  save: (recording: Recording) => Promise<void>
  all: () => Promise<Recording[]>
  put: (id: string, chunk: Chunk) => Promise<void>
  /** In order, from this number on. */
  read: (id: string, from: number, most: number) => Promise<Chunk[]>
  /** The server has everything before this number. */
  drop: (id: string, before: number) => Promise<void>
  remove: (id: string) => Promise<void>
  /** How many chunks exist, also those that a crash kept from being counted. */
  last: (id: string) => Promise<number>
}
