import type { FlowNode } from '../parts/document'
import { hasMoreWays, shownWays } from './kinds'

// The style sheet draws nodes in exactly these sizes (flow-node in canvas.css): layout and edges need them before a node is drawn.
export const WIDTH = 224
export const HEAD = 56
export const ROW = 24
const FOOT = 6
/** The handle that adds the next way. */
export const MORE = '+'

/** The rows of a node, from above: the ways that it shows, and the one for another. */
export const rowsOf = (node: FlowNode): string[] => [...shownWays(node), ...(hasMoreWays(node) ? [MORE] : [])]

export const heightOf = (node: FlowNode): number => HEAD + rowsOf(node).length * ROW + FOOT
