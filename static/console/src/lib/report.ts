import type { Accident, Receivers, Report, ReportOptions } from '@/api/accident-types'
import type { Field, Place, Values } from '@/api/types'
import { changedValues } from './form'
import { wayText } from './accidents'

const UNKNOWN = '不清楚就不填，不要填 0'

/** The boxes of a report, as the phone asks them. */
export function reportFields(options: Pick<ReportOptions, 'sites' | 'categories'>): { title: string; fields: Field[] }[] {
  const sites = options.sites.map((site) => ({ value: site.id, title: site.name }))
  const categories = options.categories.map((text) => ({ value: text, title: text }))
  return [
    {
      title: '发生了什么',
      fields: [
        { name: 'what', title: '事故概况', kind: 'longtext', required: true, max: 200, help: '一句话：谁、在做什么、怎么了' },
        ...(sites.length ? [{ name: 'site', title: '厂站', kind: 'choice' as const, choices: sites }] : []),
        { name: 'place', title: '地点', kind: 'text', required: true, max: 120, help: '让人找得到：几号车间、哪台设备旁边' },
        { name: 'happened_at', title: '发生时间', kind: 'moment', required: true },
        { name: 'category', title: '事故类别', kind: 'choice', choices: categories },
      ],
    },
    {
      title: '伤亡和损失（到现在为止）',
      fields: [
        { name: 'deaths', title: '死亡', kind: 'integer', min: 0, max: 10000, unit: '人', help: UNKNOWN },
        { name: 'serious_injuries', title: '重伤', kind: 'integer', min: 0, max: 10000, unit: '人', help: `含急性工业中毒；${UNKNOWN}` },
        { name: 'minor_injuries', title: '轻伤', kind: 'integer', min: 0, max: 10000, unit: '人' },
        { name: 'missing', title: '下落不明', kind: 'integer', min: 0, max: 10000, unit: '人' },
        { name: 'direct_loss_wan', title: '直接损失', kind: 'number', min: 0, max: 100_000_000, unit: '万元', help: UNKNOWN },
      ],
    },
    {
      title: '处置',
      fields: [
        { name: 'measures', title: '已采取的措施', kind: 'longtext', max: 1000 },
        { name: 'spot', title: '经纬度', kind: 'place', help: '可以不填' },
      ],
    },
  ]
}

/** What the boxes hold for an accident that is there. */
export function valuesOf(accident: Accident): Values {
  const { what, place, happened_at, category, deaths, serious_injuries, minor_injuries, missing, measures } = accident
  const loss = accident.direct_loss_wan === null ? null : Number(accident.direct_loss_wan)
  const spot: Place | null = accident.lng === null || accident.lat === null ? null : { lng: accident.lng, lat: accident.lat, accuracy: null }
  return { what, place, site: accident.site?.id ?? null, happened_at, category, deaths, serious_injuries, minor_injuries, missing, direct_loss_wan: loss, measures, spot }
}

/** The place box gives two numbers to the report. */
function spread(values: Values): Values {
  const { spot, ...rest } = values
  if (spot === undefined) return rest
  const place = spot as Place | null
  return { ...rest, lng: place?.lng ?? null, lat: place?.lat ?? null }
}

const EMPTY: Omit<Report, 'what' | 'place' | 'happened_at' | 'photos' | 'receivers'> = {
  site: null, lng: null, lat: null, category: null, deaths: null, serious_injuries: null, minor_injuries: null, missing: null, direct_loss_wan: null, measures: null,
}

/** The body of a new report. What was left empty is not known. */
export function reportOf(fields: Field[], values: Values, photos: string[], receivers: Receivers | null): Report {
  return { ...EMPTY, ...spread(changedValues(fields, {}, values, false)), photos, receivers } as Report
}

/** What a 续报 or 更正 changes, by name; null takes a value back to “not known”. */
export const changesOf = (fields: Field[], start: Values, now: Values): Values => spread(changedValues(fields, start, now, true))

/** '' if somebody will be told, otherwise what is missing. */
export function receiversWrong(receivers: Receivers | null): string {
  if (!receivers) return ''
  if (!receivers.persons.length && !receivers.groups.length) return '请至少选一个人或一个群，不然没有人知道。'
  return receivers.persons.length && !receivers.ways.length ? '请至少选一种方式。' : ''
}

/** 不分等级：应急通知 · 12 人、2 个群 · 系统消息、聊天卡片 */
export function presetLine(preset: ReportOptions['presets'][number]): string {
  const whom = [`${preset.persons} 人`, ...(preset.groups ? [`${preset.groups} 个群`] : [])].join('、')
  return `${preset.level === 'any' ? '不分等级' : `${preset.level}事故`}：${preset.name} · ${whom} · ${preset.ways.map(wayText).join('、')}`
}
