const ROWS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** Twelve keys, as on a telephone. */
export function Keypad({ press }: { press: (key: string) => void }) {
  return (
    <div className="keypad">
      {ROWS.map((key) => (
        <button key={key} type="button" onClick={() => press(key)} data-key={key}>
          {key}
        </button>
      ))}
    </div>
  )
}
