/** All that draws, fetched at once when the first drawing is shown. */
export { CanvasView } from './CanvasView'
export { Comparison } from './Comparison'
