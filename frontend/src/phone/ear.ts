/** Where the far end is heard. A browser that forbids sound before a gesture is asked again at the next one. */
export class Ear {
  private readonly element = new Audio()
  private waiting = false

  constructor() {
    this.element.autoplay = true
  }

  hear(stream: MediaStream): void {
    this.element.srcObject = stream
    this.play()
  }

  silence(): void {
    this.listen(false)
    this.element.pause()
    this.element.srcObject = null
  }

  private readonly play = (): void => {
    this.listen(false)
    this.element.play().catch((error: unknown) => {
      if ((error as DOMException).name === 'NotAllowedError') this.listen(true)
    })
  }

  private listen(wanted: boolean): void {
    if (wanted === this.waiting) return
    this.waiting = wanted
    for (const gesture of ['pointerdown', 'keydown']) {
      if (wanted) window.addEventListener(gesture, this.play)
      else window.removeEventListener(gesture, this.play)
    }
  }
}
