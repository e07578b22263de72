import { next, OFF, type PhoneEvent, type PhoneStatus } from './machine'

/** One line of the page's phone: its carrier and what goes on there. */
export interface Line {
  carrier: string
  status: PhoneStatus
}

/** All of a page's lines; the first one is the default carrier's. */
export type Lines = readonly Line[]

/** The one face of all lines. Only one of them has a call. */
export interface Face extends PhoneStatus {
  /** Carriers whose lines cannot ring, with the reason if there is one; only where there are several lines. */
  down: readonly { carrier: string; problem: PhoneStatus['problem'] }[]
}

/** No line at all: what a page has before it knows its carriers. */
export const NO_LINES: Face = { ...OFF, down: [] }

const isBusy = ({ status }: Line): boolean => status.state === 'ringing' || status.state === 'connected'
const isDown = ({ status }: Line): boolean => status.state === 'failed' || status.problem !== null

export const busyLine = (lines: Lines): Line | null => lines.find(isBusy) ?? null

/** Another line has a call: one that begins to ring here must be declined. */
export const isTaken = (lines: Lines, carrier: string): boolean => lines.some((line) => line.carrier !== carrier && isBusy(line))

/** The lines after an event of one of them. */
export const after = (lines: Lines, carrier: string, event: PhoneEvent): Lines =>
  lines.map((line) => (line.carrier === carrier ? { carrier, status: next(line.status, event) } : line))

/** The lines of these carriers, in this order: new ones are off, and the one with a call stays until the call is over. */
export function withCarriers(lines: Lines, carriers: readonly string[]): Lines {
  const kept = lines.filter((line) => isBusy(line) && !carriers.includes(line.carrier))
  const wanted = carriers.map((carrier) => lines.find((line) => line.carrier === carrier) ?? { carrier, status: OFF })
  return [...wanted, ...kept]
}

/** What the agent sees: the line with the call, else the first one, since that is the one by which he counts as reachable. */
export function faceOf(lines: Lines): Face {
  const shown = busyLine(lines) ?? lines[0]
  const down = lines.length < 2 ? [] : lines.filter(isDown).map(({ carrier, status }) => ({ carrier, problem: status.problem }))
  return { ...(shown?.status ?? OFF), down }
}
