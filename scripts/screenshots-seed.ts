/** What is said in the pictures: enough to look like somebody's week. */
export interface Seed {
  title: string
  tags: string[]
  tasks?: { text: string; assignee: string; due_date?: string }[]
  highlight?: number
  said: [speaker: string, text: string][]
}

export const seeds: Seed[] = [
  {
    title: 'مقابلة مع الدكتورة ليلى حداد',
    tags: ['Interviews'],
    said: [
      ['ليلى', 'كان السوق يبدأ قبل الفجر، وكنا نسمع أصوات الباعة من النافذة.'],
      ['ليلى', 'لم يكن أحد يكتب شيئا، كان كل شيء يُحفظ في الذاكرة.'],
    ],
  },
  {
    title:
      'Residents’ association, extraordinary general meeting on the courtyard, the bicycles, the heating contract and the lift',
    tags: ['Home'],
    said: [
      ['Rosa', 'Eleven in favour, two against, and the bicycles stay where they are until spring.'],
      ['Henk', 'Then I will write to the heating company before the month is over.'],
    ],
    tasks: [{ text: 'Write to the heating company', assignee: 'Henk', due_date: '2030-11-30' }],
  },
  {
    title: 'Lecture 7: how rivers remember',
    tags: ['Lectures'],
    said: [
      ['Prof. Bianchi', 'A river is a slow machine for moving a mountain to the sea.'],
      ['Prof. Bianchi', 'What we call a flood is only the river remembering where it used to be.'],
    ],
    highlight: 1,
  },
  {
    title: 'Interview with Mei-Ling, night shift',
    tags: ['Interviews', 'Clinic pilot'],
    said: [
      ['Jonas', 'What do you do when two alarms go off at the same time?'],
      ['Mei-Ling', 'You go to the one that stopped. The loud one still has somebody breathing.'],
    ],
    highlight: 1,
  },
  {
    title: 'Planning the Lisbon pilot',
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
      ['Jonas', 'Fine. I can have the recorder on the wall by Thursday.'],
      ['Amara', 'Ask for the key, not for permission.'],
    ],
    highlight: 2,
    tasks: [
      { text: 'Phone the landlord about the meter cupboard', assignee: 'Amara', due_date: '2030-11-25' },
      { text: 'Put the recorder on the wall', assignee: 'Jonas', due_date: '2030-11-28' },
    ],
  },
]
