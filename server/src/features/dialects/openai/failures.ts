import { Refusal } from '../../../platform/refusal.ts'

/** A wrong value of one field, named as OpenAI names it. */
export const wrongField = (param: string, message: string, code = 'invalid_value') =>
  new Refusal('bad_request', message, { details: { field: param, code } })

export const missingField = (param: string) =>
  wrongField(param, `Missing required parameter: '${param}'.`, 'missing_required_parameter')

export const noSuchModel = (model: string) =>
  new Refusal('not_found', `The model \`${model.slice(0, 100)}\` does not exist or you do not have access to it.`, {
    details: { field: 'model', code: 'model_not_found' },
  })
