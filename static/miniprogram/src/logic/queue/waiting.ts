/** An item of the queue in words: what it is, and what happens to it. */

import { isReply, isReport, isScan, type Item } from './queue'
import { answerWord } from '../accidents/accident'
import { shortQr } from '../duty/codes'
import { explain } from '../problems'
import { decisionPhotos, isDecision } from './decision-queue'
import { isRow } from './row-queue'
import { isSnap } from './snap-queue'

/** What was done: the code that was scanned, what happened, what was answered. */
export function sayWhat(item: Item): string {
  if (isReport(item)) return item.body.what
  if (isReply(item)) return `${item.accident.title}：${answerWord(item.answer)}`
  if (isSnap(item)) return [item.body.what || '只有照片', item.where].filter(Boolean).join(' · ')
  if (isRow(item)) return item.label || item.ledger.noun
  if (isDecision(item))
    return [
      `${item.task.title}：${item.outcome.title}`,
      item.writing.comment.trim() && `“${item.writing.comment.trim()}”`,
    ]
      .filter(Boolean)
      .join(' ')
  return shortQr(item.qr)
}

/** 扫码上岗, 事故快报, 补传照片, 随手拍, 办理任务 or 回复快报. */
export function sayKind(item: Item): string {
  if (isReport(item)) return item.accident ? `快报 ${item.accident.number} 的照片` : '事故快报'
  if (isSnap(item))
    return item.hazard
      ? `随手拍 ${item.hazard.number} 的照片`
      : ['随手拍', item.photos.length ? `${item.photos.length} 张照片` : ''].filter(Boolean).join(' · ')
  if (isRow(item)) {
    if (item.made) return `${item.ledger.title}的照片`
    return [item.ledger.title, item.photos.length ? `${item.photos.length} 张照片` : ''].filter(Boolean).join(' · ')
  }
  if (isDecision(item))
    return ['办理任务', decisionPhotos(item).length ? `${decisionPhotos(item).length} 张照片` : '']
      .filter(Boolean)
      .join(' · ')
  return isReply(item) ? '回复快报' : '扫码上岗'
}

/** What becomes of it. `mine` false: another person on this phone made it; `elsewhere`: I work for another unit now. */
export function sayNext(item: Item, mine: boolean, underWay: boolean, elsewhere = false): string {
  if (!mine) return `这是${item.person.name}的，等他登录后补传。`
  if (underWay) return '正在补传…'
  if (item.state === 'failed') return item.problem ? explain(item.problem) : ''
  if (elsewhere) return `这是给${item.unit.name}登记的，切换到那个单位后补传。`
  if (isReport(item) && item.accident) return `快报已经报上去了，还有 ${item.photos.length} 张照片，联网后自动补传。`
  if (isReport(item)) return '联网后马上上报。情况紧急，请同时打电话。'
  if (isSnap(item)) return '联网后自动上报，不用再拍。'
  if (isRow(item)) return item.made ? '已经登记，照片联网后自动补传。' : '联网后自动登记，不用再填。'
  if (isDecision(item)) return '联网后自动提交，不用再办。'
  return isReply(item) ? '联网后自动补传。' : '联网后自动补传，不用再扫。'
}

/** What is with the server of something whose photos were refused. */
export function sayArrived(item: Item): string {
  const number = isReport(item) ? item.accident?.number : isSnap(item) ? item.hazard?.number : ''
  const refused =
    isReport(item) || isSnap(item) || isRow(item) ? item.photos.filter((photo) => photo.refused).length : 0
  return `${isRow(item) ? '文字已经登记' : `文字已经报上去了（${number}）`}，只差 ${refused} 张照片。可以换一张补上，也可以不补。`
}

/** How much waits on this phone: 2 次扫码, or 3 条记录 where there is more than scans; empty for nothing. */
export function sayHeld(items: Item[]): string {
  const waiting = items.filter((item) => item.state === 'waiting')
  return waiting.length ? `${waiting.length} ${waiting.every(isScan) ? '次扫码' : '条记录'}` : ''
}
