import { useId, type ReactNode } from 'react'

/** A label above its field; the field takes the id. */
export function Labelled({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className="flow-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  )
}

/** Several fields under one name. */
export function Grouped({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className="flow-field">
      <legend>{label}</legend>
      {children}
    </fieldset>
  )
}
