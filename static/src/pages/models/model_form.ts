import type { CatalogModel, ModelFields } from '@/api/models'

/** Where a daily limit comes from. */
export type LimitSource = 'none' | 'own' | 'setting'

/** Regions of null: the model's. */
export interface NameForm {
  name: string
  /** Empty: the name itself. */
  send_as: string
  regions: string[] | null
}

/** What the fields of the form hold. */
export interface ModelForm {
  id: string
  needs_points: boolean
  regions: string[]
  /** What the upstream is sent instead of the id; empty: the id. */
  send_as: string
  names: NameForm[]
  limit: LimitSource
  /** As typed. */
  own_limit: string
  limit_setting: string
}

export type Problems = Partial<Record<string, string>>

const same = (one: string[], other: string[]) =>
  one.length === other.length && one.every((each) => other.includes(each))

export function sourceOf(model: CatalogModel): LimitSource {
  if (model.limit_setting !== null) return 'setting'
  return model.daily_limit === null ? 'none' : 'own'
}

export function formOf(model: CatalogModel | undefined, regions: string[], settings: string[]): ModelForm {
  if (!model)
    return {
      id: '',
      needs_points: true,
      regions: [...regions],
      send_as: '',
      names: [],
      limit: 'none',
      own_limit: '',
      limit_setting: settings[0] ?? '',
    }
  const limit = sourceOf(model)
  return {
    id: model.id,
    needs_points: model.needs_points,
    regions: [...model.regions],
    send_as: model.send_as ?? '',
    names: model.names.map(({ name, send_as, regions: its }) => ({
      name,
      send_as: send_as ?? '',
      regions: same(its, model.regions) ? null : [...its],
    })),
    limit,
    own_limit: limit === 'own' ? String(model.daily_limit) : '',
    limit_setting: model.limit_setting ?? settings[0] ?? '',
  }
}

/** What keeps the form from being sent: the key of what is wrong, below `fault`, by field. The rest the service judges. */
export function problemsOf(form: ModelForm): Problems {
  const problems: Problems = {}
  if (form.id.trim() === '') problems.id = 'required'
  if (form.regions.length === 0) problems.regions = 'required'
  if (form.limit === 'own' && !/^\d+$/.test(form.own_limit.trim())) problems.daily_limit = 'whole'
  form.names.forEach(({ name, regions }, at) => {
    if (name.trim() === '') problems[`names[${at}]`] = 'required'
    else if (regions?.length === 0) problems[`names[${at}]`] = 'noRegion'
  })
  return problems
}

/** The body to send. */
export function fieldsOf(form: ModelForm, known: boolean): ModelFields {
  const fields: ModelFields = {
    needs_points: form.needs_points,
    regions: form.regions,
    send_as: form.send_as.trim() || null,
    names: form.names.map(({ name, send_as, regions }) => ({
      name: name.trim(),
      ...(send_as.trim() ? { send_as: send_as.trim() } : {}),
      ...(regions ? { regions } : {}),
    })),
    limit_setting: form.limit === 'setting' ? form.limit_setting : null,
  }
  if (form.limit !== 'setting') fields.daily_limit = form.limit === 'own' ? Number(form.own_limit) : null
  return known ? fields : { id: form.id.trim(), ...fields }
}

/** The field of the form that shows a fault of the service's; null: none does. */
export function placeOf(path: string): string | null {
  const name = /^names\[\d+]/.exec(path)?.[0]
  if (name) return name
  const field = path.split(/[[.]/)[0]!
  return ['id', 'regions', 'send_as', 'names', 'daily_limit', 'limit_setting'].includes(field) ? field : null
}
