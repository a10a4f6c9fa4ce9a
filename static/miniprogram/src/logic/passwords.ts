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

function kinds(text: string): number {
  return [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(text)).length
}
