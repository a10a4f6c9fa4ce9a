/** The rules for a new password as the person sees them while typing. The server decides; this helps. */

export interface Rule {
  text: string
  met: boolean
}

export const SHORTEST = 8

/** The visible rules, each with whether `fresh` meets it. `login` is the phone number; the rest may be empty. */
export function passwordRules(fresh: string, current: string, again: string, login: string): Rule[] {
  const known = [login, current].filter((text) => text.length >= 4)
  return [
    { text: `至少 ${SHORTEST} 位`, met: fresh.length >= SHORTEST },
    { text: '大写、小写、数字、符号，至少三种', met: kinds(fresh) >= 3 },
    { text: '不含手机号、身份证号和旧密码', met: fresh.length > 0 && !known.some((text) => fresh.includes(text)) },
    { text: '两次输入一样', met: fresh.length > 0 && fresh === again },
  ]
}

/** How hard it is to guess, in words. The console says the same (static/console/src/lib/password.ts). */
export function strength(fresh: string): { word: string; kind: 'bad' | 'warn' | 'good' } {
  const row = /(.)\1\1|0123|1234|2345|3456|4567|5678|6789|abc|qwe|asd/i.test(fresh) ? 6 : 0
  const points = Math.min(fresh.length, 20) + new Set(fresh).size + kinds(fresh) * 2 - row
  if (fresh.length < SHORTEST || points < 22) return { word: '弱，容易被猜到', kind: 'bad' }
  return points < 30 ? { word: '中，再长一点更好', kind: 'warn' } : { word: '强', kind: 'good' }
}

function kinds(text: string): number {
  return [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(text)).length
}
