import { barWords } from '@/bar/locale'
import { SYSTEM_REASONS } from '@/bar/notReady'
import { reasonWords } from '../locale'

/** What the system writes when it makes an agent not ready: to be recognised on the wall and in reports, not to be edited. */
export function SystemReasons() {
  const say = reasonWords.useWords()
  const bar = barWords.useWords()
  return (
    <section aria-label={say('system')}>
      <h2>{say('system')}</h2>
      <p className="quiet">{say('system.hint')}</p>
      <table className="system-reasons">
        <thead>
          <tr>
            <th scope="col">{say('code')}</th>
            <th scope="col">{say('label')}</th>
            <th scope="col">{say('system.means')}</th>
          </tr>
        </thead>
        <tbody>
          {SYSTEM_REASONS.map((code) => (
            <tr key={code}>
              <td>
                <code>{code}</code>
              </td>
              <td>{bar(`reason.${code}`)}</td>
              <td className="quiet">{bar(`reason.${code}.next`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
