/** Questions to the server that overlap: the last one asked is the one that is shown. */
import { describe, expect, it } from 'vitest'
import { problemFromAnswer } from '../src/logic/problems'
import { Refused } from '../src/services/doors/http'
import { useQuestion } from '../src/services/page/loading'

function later<T>() {
  let answer!: (value: T) => void
  let refuse!: (why: unknown) => void
  const promise = new Promise<T>((resolve, reject) => {
    answer = resolve
    refuse = reject
  })
  return { promise, answer, refuse }
}

describe('useQuestion', () => {
  it('takes the answer to the last question, however late the first one comes', async () => {
    const { ask, busy } = useQuestion()
    const [october, november] = [later<string>(), later<string>()]
    const shown: string[] = []
    const asked = [
      ask(
        () => october.promise,
        (month) => shown.push(month),
      ),
      ask(
        () => november.promise,
        (month) => shown.push(month),
      ),
    ]
    november.answer('november')
    await asked[1]
    expect(busy.value).toBe(false)
    october.answer('october')
    await asked[0]
    expect(shown).toEqual(['november'])
  })

  it('stays busy until the last one is answered, and forgets the refusal of an earlier one', async () => {
    const { ask, busy, problem } = useQuestion()
    const [first, second] = [later<string>(), later<string>()]
    const asked = [
      ask(
        () => first.promise,
        () => {},
      ),
      ask(
        () => second.promise,
        () => {},
      ),
    ]
    first.refuse(new Refused(problemFromAnswer(503, null)))
    await asked[0]
    expect([busy.value, problem.value]).toEqual([true, null])
    second.answer('here')
    await asked[1]
    expect(busy.value).toBe(false)
  })
})
