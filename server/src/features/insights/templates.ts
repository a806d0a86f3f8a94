import type { InsightTemplate } from '@mina/contract'

/** Where a user begins; each may be edited, and stored templates of the user's own go the same way. */
export const templates: readonly InsightTemplate[] = [
  {
    id: 'meeting',
    name: 'Meeting',
    text: 'For somebody who was not there. First what was decided, then what is still open and why, then what was discussed. Name who holds which position where it matters. At most ten points.',
  },
  {
    id: 'interview',
    name: 'Interview',
    text: 'For somebody who has to judge or quote the person interviewed. What they said about each subject that was asked, in their order, close to their own words. Keep what they avoided answering. No judgement of your own.',
  },
  {
    id: 'lecture',
    name: 'Lecture',
    text: 'For a student who revises. The line of thought from premise to conclusion, each definition and result in a sentence, examples only where they explain something. Mention what is announced for later and what will be examined.',
  },
  {
    id: 'call',
    name: 'Call',
    text: 'For the next colleague who speaks with this customer. Why they called, what was found out, what was promised to them and until when, how content they were in the end. At most six points.',
  },
]
