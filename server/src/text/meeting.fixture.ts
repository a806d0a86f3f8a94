import type { TextSegment } from './segment.ts'

const script: readonly (readonly [string, string])[] = [
  ['Anna', "Good morning everybody. Let's start with the budget for next year."],
  ['Ben', 'The marketing budget is too small. We spent forty thousand dollars on the spring campaign alone.'],
  ['Anna', 'The budget committee wants a ten percent cut in every department, marketing included.'],
  ['Ben', 'A ten percent cut of the marketing budget means that we cancel the autumn campaign.'],
  ['Anna', 'We decided to keep the autumn campaign and cut the travel budget instead.'],
  ['Ben', 'Fine. I will send the revised budget to the committee by Friday.'],
  ['Anna', 'What does the committee need besides the budget numbers?'],
  ['Ben', 'The committee needs the campaign results and the budget forecast for the second half of the year.'],
  ['Anna', 'Sarah Jones from Siemens will review the budget forecast before the committee meets on March 3rd.'],
  ['Ben', 'The travel budget was about $120,000 last year, so the cut of the travel budget is realistic.'],
  ['Anna', 'Okay, moving on to the mobile app. The new app crashes on older phones.'],
  ['Ben', 'The crash comes from the camera library. Our developers found the camera bug yesterday.'],
  ['Carla', 'The app store reviews complain about the camera crash on older phones every day.'],
  ['Ben', 'The developers can replace the camera library in the app within two weeks.'],
  ['Carla', 'Can we release a fixed app without the camera feature first?'],
  ['Ben', 'Yes, the developers can switch the camera off and release the app on Monday.'],
  ['Carla', 'Then I will inform the support team about the app release tomorrow.'],
  ['Ben', 'The support team in Berlin answers two hundred tickets about the app crash a week.'],
  ['Anna', 'Ben, please update the release notes of the app by the end of the month.'],
  ['Carla', 'The phones with the crash are mostly older phones with little memory.'],
  ['Anna', 'Last topic, hiring. We have three open positions and twelve candidates.'],
  ['Carla', 'The candidates for the designer position are strong. Two candidates had wonderful interviews.'],
  ['Anna', 'The recruiter says that the candidates for the sales position want a higher salary.'],
  ['Carla', 'The salary range for the sales position was set by the human resources department in London.'],
  ['Anna', 'We agreed that the designer position goes to Maria Rossi.'],
  ['Carla', 'I will call Maria Rossi tomorrow and prepare the contract for the designer position.'],
  ['Anna', 'The recruiter should schedule two more interviews for the sales position next week.'],
  ['Carla', 'Do the sales candidates know about the salary range?'],
  ['Anna', 'The recruiter told the candidates about the salary range in the first interview.'],
  ['Carla', 'Then the interviews will show which candidates accept the salary. Thank you all.'],
]

/** Half an hour's meeting in thirty sentences: three topics, ten minutes each. Wednesday, 18 November 2026. */
export const meeting: TextSegment[] = script.map(([speaker, text], idx) => ({
  id: `segment-${idx}`,
  idx,
  start_ms: idx * 20_000,
  end_ms: idx * 20_000 + 19_000,
  text,
  speaker,
}))

export const meetingMoment = { at: new Date('2026-11-18T15:00:00Z'), timeZone: 'Europe/Rome' }
