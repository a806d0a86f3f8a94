import { describe, expect, test } from 'vitest'
import { detectLanguage } from './language.ts'

describe('language detection', () => {
  test.each([
    ['en', 'Good morning everybody, shall we begin with the numbers of last week?'],
    ['de', 'Guten Morgen zusammen, wollen wir mit den Zahlen der letzten Woche beginnen?'],
    ['it', 'Buongiorno a tutti, vogliamo cominciare con i numeri della settimana scorsa?'],
    ['fr', 'Bonjour à tous, voulez-vous commencer par les chiffres de la semaine dernière ?'],
    ['es', 'Buenos días a todos, ¿empezamos con los números de la semana pasada?'],
    ['pl', 'Dzień dobry wszystkim, czy zaczniemy od liczb z zeszłego tygodnia?'],
    ['ru', 'Доброе утро, начнём с цифр за прошлую неделю?'],
    ['ja', '皆さん、おはようございます。先週の数字から始めましょう。'],
    ['zh', '大家早上好，我们从上周的数字开始吧。'],
    ['ko', '여러분 안녕하세요, 지난주 숫자부터 시작할까요?'],
    ['el', 'Καλημέρα σε όλους'],
  ])('knows %s', async (language, text) => {
    expect(await detectLanguage(text)).toMatchObject({ language, reliable: true })
  })

  test('says when there is too little to tell', async () => {
    expect(await detectLanguage('12345 !')).toEqual({ language: null, confidence: 0, reliable: false })
    expect((await detectLanguage('ok')).reliable).toBe(false)
  })
})
