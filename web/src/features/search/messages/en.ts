export default {
  start: 'Everything that was ever said',
  'start.text': 'Type a few words. Results stand in their conversations and open at the second they were said.',
  none: 'Nobody said that',
  'none.text': 'Nothing in your conversations is like “{q}”. Fewer words, or the beginning of one, find more.',
  corrected: 'Nothing is written as “{q}”. These are the places for “{corrected}”.',
  places: { one: '{count} place', other: '{count} places' },
  more: 'More places',
  results: 'Places where it was said',
  title: 'In the title',
  ways: 'Search or ask',
  'way.search': 'Search',
  'way.ask': 'Ask',
} as const
