import { UNTITLED } from '@mina/contract'

/** The title that somebody gave; empty where nobody did, so that each page says it in the reader's language. */
export const named = (title = '') => (title === UNTITLED ? '' : title)
