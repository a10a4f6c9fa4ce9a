/** The rules that can be checked while typing; the server has the last word. */
export interface PasswordRule {
  text: string
  met: (password: string, login: string) => boolean
}

const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /\d/, /[^\p{Lu}\p{Ll}\d]/u]

export const RULES: PasswordRule[] = [
  { text: '至少 8 位', met: (password) => [...password].length >= 8 },
  { text: '大写字母、小写字母、数字、符号，至少有三种', met: (password) => KINDS.filter((kind) => kind.test(password)).length >= 3 },
  { text: '不含账号、手机号、生日、身份证号后 6 位', met: (password, login) => password !== '' && !password.toLowerCase().includes(login.toLowerCase()) },
]
