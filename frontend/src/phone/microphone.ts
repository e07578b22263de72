import { PhoneError } from './softphone'

const SPEECH: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

/** What the browser's reasons mean to an agent. */
const REASONS: Record<string, string> = {
  NotAllowedError: 'microphone',
  SecurityError: 'microphone',
  NotFoundError: 'microphone_missing',
  OverconstrainedError: 'microphone_missing',
  NotReadableError: 'microphone_busy',
  AbortError: 'microphone_busy',
}

/** Browsers give the microphone to pages of https and of this machine alone; elsewhere there is nothing to ask. */
function devices(): MediaDevices {
  const found = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
  if (found === undefined) throw new PhoneError('microphone_insecure', '')
  return found
}

/** The microphone, made for speech. Errors: PhoneError with the reason. */
export async function openMicrophone(): Promise<MediaStream> {
  try {
    return await devices().getUserMedia({ audio: SPEECH })
  } catch (error) {
    if (error instanceof PhoneError) throw error
    const { name, message } = error as DOMException
    throw new PhoneError(REASONS[name] ?? 'microphone_busy', message)
  }
}

/** Errors: PhoneError when it is known already that the microphone cannot be had. A question that is still open is none. */
export async function expectMicrophone(): Promise<void> {
  devices()
  const permissions = (navigator as { permissions?: Permissions }).permissions
  // Not every browser answers for the microphone; then the first call shows it.
  const asked = await permissions?.query({ name: 'microphone' }).catch(() => null)
  if (asked?.state === 'denied') throw new PhoneError('microphone', '')
}

export const closeMicrophone = (stream: MediaStream | null): void => stream?.getTracks().forEach((track) => track.stop())
