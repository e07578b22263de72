import { BaseEdge, type EdgeProps } from '@xyflow/react'

const OUT = 70
const ABOVE = 64

/** A way that leads back to its own node: over the top of it, not through it. */
export function Loop({ sourceX: x, sourceY: y, targetX: left, targetY: top, markerEnd, label }: EdgeProps) {
  const [middle, roof] = [(x + left) / 2, top - ABOVE]
  const path = `M${x},${y} C${x + OUT},${y} ${x + OUT},${roof} ${middle},${roof} S${left - OUT},${top} ${left},${top}`
  return <BaseEdge path={path} markerEnd={markerEnd} label={label} labelX={middle} labelY={roof} />
}
