export { type Corrected, type Correction, correct, type VocabularyTerm } from './correct.ts'
export { type Lesson, learnFrom } from './learn.ts'
