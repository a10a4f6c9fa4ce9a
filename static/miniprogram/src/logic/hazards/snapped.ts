/** What the whole screen says after a 随手拍 (E07), in the shape of the answer to a scan. */

import { blank, filled, type Outcome } from '../duty/outcome'
import { explain } from '../problems'
import type { Snap } from '../queue/snap-queue'
import type { Hazard } from '../../services/shapes/tasks'

/** It has arrived: its number, and who looks at it now. */
export function snapSent(hazard: Hazard): Outcome {
  const facts = filled([
    { name: '编号', value: hazard.number },
    { name: '位置', value: hazard.where },
    { name: '谁来看', value: hazard.holders.slice(0, 3).join('、') },
  ])
  return { ...blank('good', 'good', '已上报'), text: '处理到哪一步，都会告诉您', facts, stay: 8 }
}

/** It waits in the queue, or was refused. */
export function snapWaits(item: Snap, underWay: boolean, safe: boolean): Outcome {
  const facts = filled([
    { name: '问题', value: item.body.what || '只有照片' },
    { name: '位置', value: item.where },
    { name: '照片', value: item.photos.length ? `${item.photos.length} 张` : '' },
  ])
  if (item.state === 'failed' && item.problem)
    return { ...blank('bad', 'bad', item.problem.title), text: explain(item.problem), facts, problem: item.problem }
  if (underWay && item.tries === 0)
    return { ...blank('busy', 'busy', '正在上报'), text: '可以离开，不会丢', facts, stay: 0 }
  if (!safe)
    return {
      ...blank('kept', 'wait', '已记下，联网后上报'),
      text: '手机存储满了，关掉页面就会丢。请别关页面，走到信号好的地方。',
      facts,
    }
  return {
    ...blank('kept', 'wait', '已记下，联网后上报'),
    text: `${item.problem?.title ?? '连不上网'}。不用再拍，联网后自动上报。`,
    facts,
    stay: 10,
  }
}

/** It was there already, and is followed now. */
export function snapFollowed(): Outcome {
  return { ...blank('good', 'good', '已关注'), text: '有人报过了。处理到哪一步，都会告诉您', stay: 8 }
}
