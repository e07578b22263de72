import { api, ask } from '@/api/client'
import { flowRecords, type Records } from '@/api/records'
import type { Flow, FlowDocument, FlowLine, FlowProblem, FlowPublication, FlowVersion, NodeHeat, SimulatedStep, SimulationDoing, SimulationSettings } from '@/api/types'

export { flowRecords }

/** A flow as its form holds it: the draft as text, so that what is not yet valid can be typed. */
export type FlowText = Omit<Flow, 'draft'> & { text: string }

export const pretty = (document: object): string => `${JSON.stringify(document, null, 2)}\n`

const toText = ({ draft, ...flow }: Flow): FlowText => ({ ...flow, text: pretty(draft) })

/** The document carries the flow's name; the form has one field for both. */
function toFlow({ text, ...flow }: FlowText): Flow {
  // Whether the text is a whole document is for the server to say; its answer names what is missing.
  const draft = { ...(JSON.parse(text) as FlowDocument), name: flow.name }
  return { ...flow, draft }
}

/** Flows for the record page, as texts. */
export const flowTexts: Records<FlowText, FlowLine> = {
  ...flowRecords,
  idOf: (flow) => flow.flow_id,
  read: async (id) => toText(await flowRecords.read(id)),
  create: async (flow) => toText(await flowRecords.create(toFlow(flow))),
  update: async (flow) => toText(await flowRecords.update(toFlow(flow))),
  remove: (flow) => flowRecords.remove(toFlow(flow)),
}

export const readSchema = (): Promise<Record<string, unknown>> => ask(api.GET('/flows/schema'))

/** What the rules for publishing say of a document that is being edited. */
export const checkDocument = async (text: string): Promise<FlowProblem[]> =>
  (await ask(api.POST('/flows/check', { body: { draft: JSON.parse(text) as FlowDocument } }))).problems

export const checkFlow = async (flow_id: string): Promise<FlowProblem[]> =>
  (await ask(api.POST('/flows/{flow_id}/validate', { params: { path: { flow_id } } }))).problems

export const publishFlow = (flow_id: string): Promise<Flow> => ask(api.POST('/flows/{flow_id}/publish', { params: { path: { flow_id } } }))

export const rollBack = (flow_id: string, version: number): Promise<Flow> =>
  ask(api.POST('/flows/{flow_id}/rollback', { params: { path: { flow_id } }, body: { version } }))

export const listVersions = async (flow_id: string): Promise<FlowPublication[]> =>
  (await ask(api.GET('/flows/{flow_id}/versions', { params: { path: { flow_id } } }))).items

export const readVersion = (flow_id: string, n: number): Promise<FlowVersion> =>
  ask(api.GET('/flows/{flow_id}/versions/{number}', { params: { path: { flow_id, number: String(n) } } }))

/** One step of a simulated call; without a state it begins. */
export const simulate = (flow_id: string, text: string, settings: SimulationSettings, state: string, doing: SimulationDoing | null): Promise<SimulatedStep> =>
  ask(api.POST('/flows/simulate', { body: { draft: JSON.parse(text) as FlowDocument, flow_id, settings, state, doing: doing ?? { does: 'silence' } } }))

/** What happened at the nodes of a version, from a day to a day (2026-11-22). */
export const readHeat = async (flow_id: string, version: number, from: string, to: string): Promise<NodeHeat[]> =>
  (await ask(api.GET('/flows/{flow_id}/heat', { params: { path: { flow_id }, query: { version, from, to } } }))).nodes
