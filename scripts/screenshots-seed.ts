/** What is said in the pictures: enough to look like somebody's week. */
export interface Seed {
  title: string
  /** How long ago it was, in hours. */
  hours: number
  /** How long it took, where it can not be heard: its lines are spread over that. */
  minutes?: number
  tags: string[]
  tasks?: { text: string; assignee: string; due_date?: string }[]
  /** Which of the sentences are highlighted. */
  highlights?: number[]
  said: [speaker: string, text: string][]
}

export const seeds: Seed[] = [
  {
    title: 'مقابلة مع الدكتورة ليلى حداد',
    hours: 170,
    minutes: 51.3,
    tags: ['Interviews'],
    said: [
      ['ليلى', 'كان السوق يبدأ قبل الفجر، وكنا نسمع أصوات الباعة من النافذة.'],
      ['ليلى', 'لم يكن أحد يكتب شيئا، كان كل شيء يُحفظ في الذاكرة.'],
    ],
  },
  {
    title:
      'Residents’ association, extraordinary general meeting on the courtyard, the bicycles, the heating contract and the lift',
    hours: 99,
    minutes: 83.4,
    tags: ['Home'],
    said: [
      ['Rosa', 'Eleven in favour, two against, and the bicycles stay where they are until spring.'],
      ['Henk', 'Then I will write to the heating company before the month is over.'],
    ],
    tasks: [{ text: 'Write to the heating company', assignee: 'Henk', due_date: '2030-11-30' }],
  },
  {
    title: 'Colloquio con la maestra di Sofia',
    hours: 97.5,
    minutes: 24.6,
    tags: ['Home'],
    said: [
      ['Maestra Conti', 'Sofia legge volentieri ad alta voce, e aspetta che gli altri abbiano finito.'],
      ['Paolo', 'A casa legge al gatto, che non si lamenta mai.'],
    ],
  },
  {
    title: 'Lecture 7: how rivers remember',
    hours: 75.5,
    minutes: 46.2,
    tags: ['Lectures'],
    said: [
      ['Prof. Bianchi', 'A river is a slow machine for moving a mountain to the sea.'],
      ['Prof. Bianchi', 'What we call a flood is only the river remembering where it used to be.'],
    ],
    highlights: [1],
  },
  {
    title: 'Call with the landlord',
    hours: 51,
    minutes: 11.7,
    tags: ['Clinic pilot'],
    said: [
      ['Mr Tavares', 'The meter cupboard is behind the blue door, and the blue door sticks when it rains.'],
      ['Amara', 'Then we come on a dry day, with our own lamp.'],
    ],
    tasks: [{ text: 'Take the long lamp along', assignee: 'Amara', due_date: '2030-11-26' }],
  },
  {
    title: 'Retrospective: the week the lift stood still',
    hours: 30,
    minutes: 38.5,
    tags: ['Product'],
    said: [
      ['Jonas', 'We lost a day to a cable that was in, but not all the way in.'],
      ['Amara', 'So the checklist gets a line: push until it clicks.'],
      ['Henk', 'And somebody listens for the click.'],
    ],
    highlights: [1],
  },
  {
    title: 'Interview with Mei-Ling, night shift',
    hours: 26,
    minutes: 57.9,
    tags: ['Interviews', 'Clinic pilot'],
    said: [
      ['Jonas', 'What do you do when two alarms go off at the same time?'],
      ['Mei-Ling', 'You go to the one that stopped. The loud one still has somebody breathing.'],
    ],
    highlights: [1],
  },
  {
    title: 'Stand-up',
    hours: 4.5,
    minutes: 14.8,
    tags: ['Product'],
    said: [
      ['Jonas', 'The nightly run was green four times out of five.'],
      ['Henk', 'The fifth one ran out of disk. I have cleared it and set an alarm.'],
      ['Amara', 'Good. Then we can talk about Lisbon at ten.'],
    ],
  },
  {
    title: 'Planning the Lisbon pilot',
    hours: 1.2,
    tags: ['Clinic pilot', 'Product'],
    said: [
      ['Amara', 'Good morning. The clinic has three rooms on the ground floor, and the one at the end has no window.'],
      ['Jonas', 'The quiet one first, then. I would rather have one room that always works than three that nearly do.'],
      ['Amara', 'I can phone the landlord on Monday. He owes me a favour since the flood.'],
      [
        'Jonas',
        'Then let us say two rooms, ground floor, and we carry the cable ourselves. It is forty metres, I measured it twice.',
      ],
      [
        'Amara',
        'So if the clinic signs on Tuesday we ship on Friday, if the tests stay green overnight; otherwise Monday.',
      ],
      ['Mei-Ling', 'On the night shift nobody opens that door, so a cable along the frame is in no one’s way.'],
      ['Jonas', 'Fine. I can have the recorder on the wall by Thursday.'],
      ['Amara', 'Ask for the key, not for permission.'],
    ],
    highlights: [2, 4, 7],
    tasks: [
      { text: 'Phone the landlord about the meter cupboard', assignee: 'Amara', due_date: '2030-11-25' },
      { text: 'Put the recorder on the wall', assignee: 'Jonas', due_date: '2030-11-28' },
    ],
  },
]
