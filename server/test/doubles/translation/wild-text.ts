import fc from 'fast-check'

/** Texts as people and machines write them: scripts, blank lines, odd white space, lone surrogates. */
export const wildText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom(
        'It rains. It pours!',
        'お元気ですか。はい、元気です。',
        'Здравствуйте! Как дела?',
        'ประเทศไทยเป็นประเทศที่สวยงาม',
        'مرحبا بالعالم. كيف حالك؟',
        'नमस्ते। आप कैसे हैं?',
        '\n\n',
        '\r\n\r\n',
        '\n',
        '   ',
        '\u2029',
        '\u00a0\t',
        '\ud800',
        '\u0000',
        'e\u0301\u0301\u0301',
        '👩‍👩‍👧‍👦',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))
