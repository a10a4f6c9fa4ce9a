/** The rules that can be checked while typing; the server has the last word. */
export interface PasswordRule {
  text: string
  met: (password: string, login: string) => boolean
}

const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /\d/, /[^\p{Lu}\p{Ll}\d]/u]

/** How hard it is to guess, in words: by length, by how many different characters, by how many kinds of them. */
export function strength(password: string): { word: string; tone: 'bad' | 'warn' | 'good' } {
  const kinds = KINDS.filter((kind) => kind.test(password)).length
  const different = new Set(password).size
  const points =
    Math.min(password.length, 20) +
    different +
    kinds * 2 -
    (/(.)\1\1|0123|1234|2345|3456|4567|5678|6789|abc|qwe|asd/i.test(password) ? 6 : 0)
  if (password.length < 8 || points < 22) return { word: '弱，容易被猜到', tone: 'bad' }
  return points < 30 ? { word: '中，再长一点更好', tone: 'warn' } : { word: '强', tone: 'good' }
}

export const RULES: PasswordRule[] = [
  { text: '至少 8 位', met: (password) => [...password].length >= 8 },
  {
    text: '大写字母、小写字母、数字、符号，至少有三种',
    met: (password) => KINDS.filter((kind) => kind.test(password)).length >= 3,
  },
  {
    text: '不含账号、手机号、生日、身份证号后 6 位',
    met: (password, login) => password !== '' && !password.toLowerCase().includes(login.toLowerCase()),
  },
]
