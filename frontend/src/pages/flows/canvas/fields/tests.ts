export const TESTS = ['schedule', 'holiday', 'time', 'caller', 'area', 'grade', 'screening', 'language', 'dialled', 'variable'] as const
export type TestKind = (typeof TESTS)[number]

/** A test of a branch; its fields depend on what is tested. */
export interface TestValue {
  test: string
  [field: string]: unknown
}

const INITIAL: Record<TestKind, Omit<TestValue, 'test'>> = {
  schedule: { schedule_id: '', open: true },
  time: { from: '09:00', to: '18:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], time_zone: 'Asia/Shanghai' },
  holiday: { schedule_id: '' },
  caller: { pattern: '' },
  area: { country: 'CN', place: '' },
  grade: { at_least: 1 },
  screening: { list: 'black' },
  language: { language: 'en' },
  dialled: { pattern: '' },
  variable: { variable: 'language', op: 'equals', value: '' },
}

export const testOf = (test: TestKind): TestValue => ({ test, ...INITIAL[test] })
