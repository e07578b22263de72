import { expect, test } from 'vitest'
import { entersAnswer } from './keys'

function enterOn(html: string): boolean {
  document.body.innerHTML = html
  let answers = false
  const listen = (event: KeyboardEvent): void => {
    answers = entersAnswer(event)
  }
  window.addEventListener('keydown', listen)
  document.body.querySelector('[data-focus]')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  window.removeEventListener('keydown', listen)
  return answers
}

test.each([
  ['<main data-focus></main>', true],
  ['<button data-button="ready" data-focus></button>', true],
  ['<button data-button="sign_in"><span data-focus></span></button>', true],
  ['<button data-button="hang_up" data-focus></button>', false],
  ['<button data-focus></button>', false],
  ['<input data-focus>', false],
  ['<table><tr tabindex="0" data-focus></tr></table>', false],
])('Enter while it rings, with the focus on %s, answers: %s', (html, answers) => {
  expect(enterOn(html)).toBe(answers)
})
