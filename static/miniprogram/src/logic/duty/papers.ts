/** The states of a certificate, in word, tone and sign. */

import type { Certificate, CertificateState, UnitState } from '../../services/shapes/door'
import { daysBetween } from '../moments'

interface Look {
  word: string
  tone: 'good' | 'warn' | 'bad' | ''
  mark: 'good' | 'wait' | 'bad' | 'none'
}

export const PAPER_STATES: Record<CertificateState, Look> = {
  valid: { word: '有效', tone: 'good', mark: 'good' },
  expiring: { word: '快到期', tone: 'warn', mark: 'wait' },
  expired: { word: '已过期', tone: 'bad', mark: 'bad' },
  revoked: { word: '已注销', tone: 'bad', mark: 'bad' },
}

export const UNIT_STATES: Record<UnitState, Look> = {
  approved: { word: '已绑定', tone: 'good', mark: 'good' },
  waiting: { word: '等待审核', tone: 'warn', mark: 'wait' },
  refused: { word: '没有通过', tone: 'bad', mark: 'bad' },
  ended: { word: '已解除', tone: '', mark: 'none' },
}

/** `有效期至 2026-12-31 · 还有 39 天`, and what to do when it runs out. */
export function runsOut(paper: Pick<Certificate, 'state' | 'valid_until'>, today: string): string {
  const until = `有效期至 ${paper.valid_until}`
  const left = daysBetween(today, paper.valid_until)
  if (paper.state === 'expired') return `${until} · 过期 ${Math.max(1, -left)} 天，请办复审`
  if (paper.state === 'expiring') return `${until} · 还有 ${left} 天，请办复审`
  return until
}
